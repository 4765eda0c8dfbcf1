"""发放: the keeper gives out what is scarce (vouchers, wheelchairs) and takes back what returns.

Shows every pool of the network that this station knows, whatever it is called.
"""

from typing import Any

import flask
import msgspec
from flask_babel import gettext as _

from kiosk.desk import login
from kiosk.here import here
from kiosk.tickets import form_id
from yizhan import web
from yizhan.access import may
from yizhan.errors import N_, Refusal
from yizhan.escrow import PoolId
from yizhan.ids import new_id
from yizhan.services.escrow import projection as pools

screen = flask.Blueprint("stocks", __name__)

DIGITS_MAX = 6
GIVEN = N_("发出去了：%(name)s %(n)d%(unit)s")
TAKEN = N_("还回来了：%(name)s %(n)d%(unit)s")
HOW_MANY = N_("数量要写 1 或更大的整数")
NONE_SUCH = N_("没有这一种，请回到这一页再选")


class Line(msgspec.Struct, frozen=True):
    """One pool as the keeper sees it: what this station holds (while its share is frozen it may
    not be given out), and what there is."""

    pool: PoolId
    name: str
    unit: str
    here: int
    total: int
    form: str


@screen.get("/stocks")
@may("desk.see")
def show() -> str:
    """What there is to give out, here and in all."""
    return _page()


@screen.post("/stocks")
@may("desk.serve")
def hand() -> Any:
    """Give out so many, asking the hub for what is not here; or so many came back."""
    back = flask.request.form.get("do") == "take"
    act, done = (here().shares.take_back, TAKEN) if back else (here().shares.give_out, GIVEN)
    who = login.keeper()
    try:
        line, amount = _line(), _amount()
        act(form_id(), f"staff/{who.login if who else ''}", line.pool, amount)
    except Refusal as refusal:
        return _page(web.say(refusal)), 409
    flask.flash(_(done, name=line.name, n=amount, unit=line.unit))
    return flask.redirect(flask.url_for("stocks.show"), 303)


def lines() -> list[Line]:
    """Every pool of the network."""
    at = here()
    found = (held for held in pools.everything(at.db) if held.id.kind == "stock")
    return [
        Line(
            held.id, held.id.subject.partition("/")[2], held.unit,
            max(0, held.holdings.get(at.station, 0)), max(0, held.total), new_id(),
        )
        for held in found
    ]  # fmt: skip


def _line() -> Line:
    wanted = flask.request.form.get("pool", "")
    line = next((one for one in lines() if one.pool.subject == wanted), None)
    if line is None:
        raise Refusal(NONE_SUCH)
    return line


def _amount() -> int:
    """How many, as typed. Raises Refusal."""
    typed = flask.request.form.get("amount", "").strip()
    if not (typed.isascii() and typed.isdecimal()) or len(typed) > DIGITS_MAX:
        raise Refusal(HOW_MANY)
    return int(typed)


def _page(sentence: str = "") -> str:
    at = here()
    why = pools.why_frozen(at.db, at.station)
    return flask.render_template(
        "desk/stocks.html", lines=lines(), frozen=_(why) if why else "", sentence=sentence
    )
