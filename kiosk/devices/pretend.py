"""The pretended devices of a station and their buttons: DIR/dev/card, printer and idcard.

The kiosk above them is the real thing and cannot tell. For demonstrations and tests.
"""

from collections.abc import Callable
from pathlib import Path

from flask_babel import gettext as _

from kiosk.devices import paper
from kiosk.devices.pretend_printer import Manners, PretendPrinter
from kiosk.devices.pretend_reader import PretendReader
from kiosk.devices.pretend_sam import PretendSam
from kiosk.devices.pretend_wire import Wire
from yizhan.errors import N_, Refusal

ROLES = ("card", "printer", "idcard")
USAGE = {
    "card lay": "NUMBER",
    "card lift": "",
    "card garbage": "N",
    "idcard lay": "NAME NUMBER",
    "idcard lift": "",
    "idcard dead": "",
    "printer out": "",
    "printer in": "",
    "printer open": "",
    "printer close": "",
    "printer mute": "",
    "printer simple": "",
    "printer talk": "",
    "printer show": "",
    "cable pull": "ROLE",
    "cable plug": "ROLE",
}


class PretendDevices:
    """Reader and printer in software. `data` is the data directory of the kiosk.

    Each method is a verb and returns a sentence for the person who pressed it.
    """

    def __init__(self, data: Path) -> None:
        self.folder = data / "dev"
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._wires = {role: Wire(self.folder / role) for role in ROLES}
        self.reader = PretendReader(self._wires["card"])
        self.idcard = PretendSam(self._wires["idcard"])
        self.printer = PretendPrinter(self._wires["printer"], self.folder / "paper.bin")

    def start(self) -> None:
        for wire in self._wires.values():
            wire.plug()
        self.reader.start()
        self.idcard.start()
        self.printer.start()

    def stop(self) -> None:
        self.reader.stop()
        self.idcard.stop()
        self.printer.stop()
        for wire in self._wires.values():
            wire.pull()

    def do(self, words: list[str]) -> str:
        """Obey a command such as ["card", "lay", "0003887558"]. Raises Refusal for any other."""
        verb, arguments = " ".join(words[:2]), words[2:]
        if verb not in USAGE or len(arguments) != len(USAGE[verb].split()):
            known = "\n".join(f"  {verb} {argument}".rstrip() for verb, argument in USAGE.items())
            raise Refusal(N_("没有这条命令。可以用的有：\n%(known)s"), known=known)
        act: Callable[..., str] = getattr(self, verb.replace(" ", "_"))
        return act(*arguments)

    def card_lay(self, number: str) -> str:
        """`number`: ten digits as printed on the card, or ten hex digits."""
        count = self.reader.lay(number)
        if count == 1:
            return str(_("卡已放上。"))
        return str(_("读卡区现在有 %(count)s 张卡。", count=count))

    def card_lift(self) -> str:
        self.reader.lift()
        return str(_("卡已拿走。"))

    def card_garbage(self, count: str) -> str:
        self.reader.garbage(int(count) if count.isdecimal() else 0)
        return str(_("读卡器发出了 %(count)s 个乱码字节。", count=count))

    def idcard_lay(self, name: str, number: str) -> str:
        """A made-up card; the number's check digit must be right."""
        self.idcard.lay(name, number)
        return str(_("身份证已放上。"))

    def idcard_lift(self) -> str:
        self.idcard.lift()
        return str(_("身份证已拿走。"))

    def idcard_dead(self) -> str:
        self.idcard.dead = True
        return str(_("身份证读卡器坏了。"))

    def printer_out(self) -> str:
        self.printer.has_paper = False
        return str(_("打印机没纸了。"))

    def printer_in(self) -> str:
        self.printer.has_paper = True
        return str(_("打印机装好纸了。"))

    def printer_open(self) -> str:
        self.printer.cover_open = True
        return str(_("打印机盖子打开了。"))

    def printer_close(self) -> str:
        self.printer.cover_open = False
        return str(_("打印机盖子盖好了。"))

    def printer_mute(self) -> str:
        self.printer.manners = Manners.MUTE
        return str(_("打印机不再回答。"))

    def printer_simple(self) -> str:
        self.printer.manners = Manners.SIMPLE
        return str(_("打印机只回答旧式问话。"))

    def printer_talk(self) -> str:
        self.printer.manners = Manners.TALKS
        return str(_("打印机又会回答了。"))

    def printer_show(self) -> str:
        return paper.as_text(self.slips()) or str(_("还没有打印过。"))

    def slips(self) -> list[list[paper.Line]]:
        """What stands on the paper, one list of lines per slip."""
        return paper.render(self.printer.paper)

    def cable_pull(self, role: str) -> str:
        self._wire(role).pull()
        return str(_("%(role)s 的线拔掉了。", role=role))

    def cable_plug(self, role: str) -> str:
        self._wire(role).plug()
        if role == "printer":
            self.printer.plugged_in()
        return str(_("%(role)s 的线插好了。", role=role))

    def _wire(self, role: str) -> Wire:
        if role not in ROLES:
            raise Refusal(N_("没有叫 %(role)s 的设备，只有 card、printer 和 idcard。"), role=role)
        return self._wires[role]
