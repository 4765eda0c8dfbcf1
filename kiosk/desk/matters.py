"""What waits for the keeper beside the queue: calls for help, cards, papers, devices, the road.

Device states become a cause and what to do here, and nowhere else.
"""

from typing import Any

import flask
from flask_babel import gettext as _

from kiosk.desk import login
from kiosk.here import here
from kiosk.notes import HELP
from sync import status
from yizhan import web
from yizhan.access import may
from yizhan.ids import new_id
from yizhan.view import AsideRow

screen = flask.Blueprint("matters", __name__)


def frame() -> dict[str, Any]:
    """What the frame of every desk page shows."""
    at = here()
    return {
        "station": at.listing,
        "keeper": login.keeper(),
        "now": at.node.clock.stamp()[11:16],
        "open_count": len(at.notes.open()) + len(troubles()) if login.keeper() else 0,
        "calls": [note for note in at.notes.open() if note.kind == HELP] if login.keeper() else [],
        "on_duty": at.duty.now() if login.keeper() else [],
    }


def devices() -> list[tuple[str, bool, str, str]]:
    """Reader and printer: name, whether well, what is the matter, what to do."""
    states = here().devices.states()
    return [(_("读卡器"), *_reader(states["card"])), (_("打印机"), *_printer(states["printer"]))]


def _reader(state: str) -> tuple[bool, str, str]:
    said = {
        "ready": (True, _("正常"), ""),
        "absent": (False, _("没有找到读卡器"), _("看看 USB 线插好没有，拔下再插一次")),
        "fault": (False, _("读卡器打不开"), _("拔下再插一次；还不行，重启这台设备")),
        "reader_wrong": (
            False,
            _("读到的都是乱码"),
            _("读卡器型号或波特率不对，请找安装的人，要 9600 的 RDM6300 或 ID-12"),
        ),
    }
    return said.get(state, (False, state, _("拔下再插一次")))


def _printer(state: str) -> tuple[bool, str, str]:
    said = {
        "ready": (True, _("正常"), ""),
        "near_end": (True, _("纸快用完了"), _("备好一卷新纸")),
        "no_paper": (False, _("没有纸了"), _("打开盖子，换一卷纸，盖好；等着的小票会自己打出来")),
        "cover_open": (False, _("盖子没有盖好"), _("把盖子按到底，听到“咔”的一声")),
        "offline": (False, _("打印机停住了"), _("看看有没有卡纸，按一下走纸键")),
        "unknown": (True, _("打印机不回答"), _("照常打印；请看着小票有没有出来")),
        "absent": (False, _("没有找到打印机"), _("看看电源开了没有、USB 线插好没有")),
        "fault": (False, _("打印机打不开"), _("关掉电源，等十秒再打开")),
    }
    return said.get(state, (False, state, _("关掉电源，等十秒再打开")))


def troubles() -> list[tuple[str, bool, str, str]]:
    """Devices that need hands."""
    return [device for device in devices() if not device[1]]


def asides() -> list[AsideRow]:
    """Steps kept that did nothing, newest first."""
    db = here().db
    rows: list[AsideRow] = db.all(
        AsideRow.select()
        .where(AsideRow.network == db.network)
        .order_by(AsideRow.time.desc())
        .limit(20)
    )
    return rows


def _context() -> dict[str, Any]:
    at = here()
    return {
        "notes": at.notes.open(),
        "devices": devices(),
        "papers": at.papers.recent(),
        "paper_words": paper_words(),
        "asides": asides(),
        "road": status.status(at.node),
        "quality": at.node.clock.quality(),
        "form": new_id(),
    }


def paper_words() -> dict[str, str]:
    """The states of a print job in words."""
    return {
        "waiting": _("等着打"),
        "printing": _("正在打"),
        "printed": _("打好了"),
        "no_paper": _("等纸"),
        "unreachable": _("打印机连不上"),
        "unknown": _("打了，请看小票"),
        "dropped": _("不打了"),
    }


@screen.get("/matters")
@may("desk.see")
def show() -> str:
    """Everything that waits; asked again every two seconds."""
    if web.from_htmx():
        return web.fragment("desk/matters.html", "matters", **_context(), **frame())
    return flask.render_template("desk/matters.html", **_context())


@screen.get("/bell")
@may("desk.see")
def bell() -> str:
    """The call for help on top of every desk page."""
    return flask.render_template("desk/bell.html")


@screen.post("/notes/<note>/answer")
@may("desk.serve")
def answer(note: str) -> Any:
    """我来了: the bell falls silent, and the touchscreen says who comes.

    From the bell it answers in place: what is half typed on the page stays.
    """
    who = login.keeper()
    if who is not None:
        here().notes.done(note, who.login, who.name)
    return bell() if web.from_htmx() else _back()


@screen.post("/notes/<note>/done")
@may("desk.serve")
def done(note: str) -> Any:
    """Ticked off by the keeper who is signed in."""
    who = login.keeper()
    here().notes.done(note, who.login if who else "")
    return _back()


@screen.post("/papers/<job>/again")
@may("desk.serve")
def print_again(job: str) -> Any:
    """Send a kept slip to the printer again."""
    found = here().papers.get(job)
    if found is None:
        flask.abort(404)
    here().papers.became(job, "waiting")
    here().send(job, found[1])
    return _back()


def _back() -> Any:
    """To the page that asked, when it is one of ours."""
    back = flask.request.form.get("back", "")
    ours = back in ("/", "/today", "/matters")
    return flask.redirect(back if ours else flask.url_for("matters.show"), 303)
