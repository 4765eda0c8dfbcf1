"""设备: reader, printer, road, clock and disk, each with its cause and what to do, in words.

The states of devices and of the road become sentences here, and nowhere else.
"""

import shutil
from typing import Any

import flask
import msgspec
from flask_babel import gettext as _

from kiosk import words
from kiosk.here import here
from sync import status, trouble
from yizhan import web
from yizhan.access import may

screen = flask.Blueprint("equipment", __name__)

FREE_MIN_BYTES = 1 << 30
"""The hub calls a person at the same mark (settings.Limits.disk_mib)."""

GB = 1e9


class Part(msgspec.Struct, frozen=True):
    """One part of the station: its name, whether it is well, what is the matter, what to do."""

    name: str
    well: bool
    cause: str
    do: str = ""
    icon: str = ""


def devices() -> list[Part]:
    """What hangs at this computer."""
    states = here().devices.states()
    return [
        Part(_("读卡器"), *_reader(states["card"]), "nfc"),
        *_idcard(states),
        Part(_("打印机"), *_printer(states["printer"]), "printer"),
    ]


def parts() -> list[Part]:
    """The devices, and what carries them: road, clock, disk."""
    return [*devices(), _voice(), _road(), _clock(), _disk()]


def troubles() -> list[Part]:
    """Devices that need hands."""
    return [part for part in devices() if not part.well]


def _voice() -> Part:
    """How the touchscreen speaks. A station without it works, so it is never a trouble."""
    said = {
        "ready": (True, _("正常"), ""),
        "preparing": (True, _("正在取来，取好自己就有"), ""),
        "spare": (
            False,
            _("是备用的声音（espeak-ng），听不大清楚"),
            _("请装机的人运行 make speech"),
        ),
        "silent": (False, _("没有声音"), _("请装机的人运行 make speech")),
    }
    return Part(_("语音"), *said[here().speaker.state()], "volume")


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


def _idcard(states: dict[str, str]) -> list[Part]:
    """The ID card reader, where there is one."""
    if "idcard" not in states:
        return []
    if states["idcard"] == "dead":
        dead = (False, _("坏了，要换"), _("请告诉管理员换一个；没有它也能登记，号码可以手填"))
        return [Part(_("身份证读卡器"), *dead, "id")]
    return [Part(_("身份证读卡器"), *_reader(states["idcard"]), "id")]


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


def _road() -> Part:
    at = here()
    waiting = status.unsent(at.node)
    count = _("%(count)s 条待上传", count=waiting) if waiting else _("都上传了")
    held = trouble.read(at.data)
    if held is None:
        return Part(_("上传"), True, count, "", "cloud-upload")
    do = _("%(cause)s。站里照常办，记录都在这台设备上。", cause=_(trouble.SENTENCES[held.kind]))
    return Part(_("上传"), not waiting, count, do, "cloud-upload")


def _clock() -> Part:
    unsure = here().node.clock.quality() == "unsure"
    if unsure:
        do = _("连上网会自己校准；这之前，单子和小票上的时间可能不对")
        return Part(_("时间"), False, _("时间待校准"), do, "clock")
    return Part(_("时间"), True, _("正常"), "", "clock")


def _disk() -> Part:
    free = shutil.disk_usage(here().data).free
    left = _("还有 %(n)s GB", n=f"{free / GB:.1f}")
    if free < FREE_MIN_BYTES:
        do = _("快满了，请告诉管理员来清理；满了就存不进新的记录")
        return Part(_("存储"), False, left, do, "database")
    return Part(_("存储"), True, left, "", "database")


@screen.get("/devices")
@may("desk.see")
def show() -> str:
    """Every part and what to do about it; asked again every two seconds."""
    context = _context()
    if web.from_htmx():
        return web.fragment("desk/devices.html", "parts", **context)
    return flask.render_template("desk/devices.html", **context)


def _context() -> dict[str, Any]:
    at = here()
    road, today = status.status(at.node), at.node.clock.today()
    return {
        "parts": parts(),
        "confirmed": words.moment(road["confirmed"], today) if road["confirmed"] else "",
    }
