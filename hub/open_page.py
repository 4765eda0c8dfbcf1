"""公开: what the network does, for everybody, without a log-in: a quarter on a sheet of paper.

Read only, nobody's name, no small number. Marked 示例 where the pack is a sample.
"""

import re
import time
from typing import Any

import flask
import msgspec
from babel.numbers import format_decimal
from flask_babel import get_locale
from flask_babel import gettext as _

from hub import here, open_figures
from hub.open_figures import Figures, Quarter, Rate
from yizhan.access import PUBLIC, may

routes = flask.Blueprint("open", __name__)

QUARTERS = 4
"""How many quarters one can choose from, the one that goes on first."""
FRESH_S = 600.0
"""For so long a quarter's figures are kept: anybody may ask, and as often as they like."""
CODE = re.compile(r"20[0-9]{2}-[1-4]")


class Line(msgspec.Struct, frozen=True):
    """A service or a station: its name, how often, how satisfied."""

    name: str
    count: str
    rate: str = ""


@routes.get("/open")
@may(PUBLIC)
def show() -> str:
    """A quarter's figures."""
    now = open_figures.quarter_of(here.node().clock.now().date())
    offered = [now]
    while len(offered) < QUARTERS:
        offered.append(offered[-1].before)
    asked = flask.request.args.get("quarter", "")
    chosen = next((one for one in offered if one.code == asked), None) if asked else now
    if chosen is None or (asked and not CODE.fullmatch(asked)):
        flask.abort(404)
    found = _figures(chosen)
    return flask.render_template(
        "hub/open.html",
        quarter=chosen,
        title=name_of(chosen),
        network=_network(),
        going_on=chosen == now,
        quarters=[(one.code, name_of(one)) for one in offered],
        tickets=number(found.tickets),
        orders=number(found.orders),
        satisfied=rate(found.rate),
        services=[
            Line(_name("service", code), number(count), rate(found.rates.get(code)))
            for code, count in _ordered("service", found.services)
        ],
        stations=[
            Line(_name("station", code), number(count))
            for code, count in _ordered("station", found.stations)
        ],
        sample=is_sample(),
        least=open_figures.LEAST,
        answers_least=open_figures.ANSWERS_LEAST,
    )


def _figures(quarter: Quarter) -> Figures:
    """A quarter's figures, counted anew after ten minutes."""
    kept: dict[str, tuple[float, Figures]] = flask.current_app.extensions.setdefault("open", {})
    at, found = kept.get(quarter.code, (0.0, None))
    if found is None or time.monotonic() - at > FRESH_S:
        found = open_figures.figures(here.node().db, quarter)
        kept[quarter.code] = (time.monotonic(), found)
    return found


def _ordered(kind: str, counts: dict[str, int | None]) -> list[tuple[str, int | None]]:
    """In the register's order, so that a place in the list tells no count."""
    places = list(here.listing(kind))
    return sorted(counts.items(), key=lambda one: _place(places, one[0]))


def _place(places: list[str], code: str) -> tuple[int, str]:
    return (places.index(code), code) if code in places else (len(places), code)


def _name(kind: str, code: str) -> str:
    fields: dict[str, Any] = here.listing(kind).get(code, {})
    english = fields.get("name_en") if str(get_locale()).startswith("en") else ""
    return str(english or here.name_of(kind, code))


def _network() -> str:
    """What the network is called."""
    code = here.node().network
    return _name("network", code) if code in here.listing("network") else str(_("驿站中心"))


def is_sample() -> bool:
    """Whether people or partners of the register are made up."""
    return any(
        row.get("sample") for kind in ("station", "partner") for row in here.listing(kind).values()
    )


def name_of(quarter: Quarter) -> str:
    """What a quarter is called."""
    return str(_("%(year)d 年第 %(n)d 季度", year=quarter.year, n=quarter.number))


def number(count: int | None) -> str:
    """A count as it is told; one too small is told as such."""
    if count is None:
        return str(_("太少，不写"))
    return str(format_decimal(count, locale=get_locale()))


def rate(found: Rate | None) -> str:
    """A rate with its n, or that too few have answered."""
    if found is None or found.percent is None:
        return str(_("回答太少，不算"))
    return str(_("%(p)d%%（%(n)s 人回答）", p=found.percent, n=number(found.answered)))
