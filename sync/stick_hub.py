"""The hub's end of the road by USB stick: every request on it is taken in, every answer laid by.

Each file is a bundle as on the wire and goes the same way as on the wire; a request stays where
it lies, for taking it in again adds nothing. What a stick brings under an older hub epoch, or
from a machine that was shut out, is refused with words; only a person may let it in, because
its machine is dead and will never send it again (the rescue). Trusts signatures alone.
"""

from pathlib import Path

import msgspec

from sync import bundle
from sync.bundle import BadBundle, Contents, Request
from sync.hub import SyncHub
from sync.stick_files import Folder
from sync.stick_work import Line, Result, Said, Step
from sync.watch import whose
from yizhan.errors import N_, Refusal, Unreachable
from yizhan.ids import new_id
from yizhan.services.stations import commands as stations
from yizhan.services.stations.projection import station as station_row

TAKEN_IN = N_("读入了 %(count)s 条，其中 %(new)s 条是新的。回信已写好，可以拔下，带回站点读入。")
NOTHING = N_("U盘上没有站点写给中心的文件")
DAMAGED = N_("有 %(count)s 个文件坏了，或者不是本网络的站点写的，没有用它")
UNANSWERED = N_("记录都收下了，但回信没有写上U盘")
OLDER = N_(
    "写好以后中心重新启动过，%(count)s 个文件没有收下。回信已写好：请这个站读入U盘，再写一次。"
    "那台设备已经坏了的，请管理员用“救回”。"
)
FIRST = N_("这个站第一次来：回信已写好，请这个站读入U盘，再写一次")
SHUT_OUT = N_("这个站点已停用，%(count)s 个文件没有收下。那台设备已经坏了的，请管理员用“救回”。")
RESCUED = N_("救回了 %(count)s 个文件")
NOT_OPENED = N_("中心还没有开过服务：先运行 hub serve，再读入U盘")


class Tally(msgspec.Struct):
    """What came from one station: files, records, new ones; files of each remark."""

    files: int = 0
    records: int = 0
    new: int = 0
    remarks: dict[str, int] = {}

    def remark(self, message: str) -> None:
        """One more file of which this is to be said."""
        self.remarks[message] = self.remarks.get(message, 0) + 1


class StickHub:
    """The hub as a stick meets it."""

    def __init__(self, hub: SyncHub) -> None:
        self.hub, self.node = hub, hub.node

    def take_in(self, stick: Path, step: Step, by: str = "") -> Result:
        """Take in every request on a stick, and lay the answer beside each.

        `by` (an actor) allows the rescue of what the hub would refuse. Raises Refusal where
        there is nothing of ours on the stick. Where it goes away meanwhile, the result says
        what had come in until then.
        """
        if not self.hub.hub_epochs():
            raise Refusal(NOT_OPENED)
        tallies: dict[str, Tally] = {}
        trouble: list[Said] = []
        with Folder(stick) as folder:
            names = folder.names("up")
            try:
                for done, name in enumerate(names, 1):
                    self._take_in(folder, name, by, tallies, trouble)
                    step(done, len(names))
            except Unreachable as error:
                trouble.append(Said(str(error)))
        return _result(tallies, trouble)

    def _take_in(
        self, folder: Folder, name: str, by: str, tallies: dict[str, Tally], trouble: list[Said]
    ) -> None:
        try:
            answer = self._one(folder.read(name), by, tallies)
        except BadBundle:
            tallies.setdefault("", Tally()).files += 1
            return
        if answer:
            try:
                folder.write(f"{name.removesuffix('.up')}.down", answer)
            except Refusal as refusal:
                if Said(refusal.message) not in trouble:
                    trouble += [Said(UNANSWERED), Said(refusal.message)]

    def _one(self, raw: bytes, by: str, tallies: dict[str, Tally]) -> bytes:
        """The answer to one file, empty where its sender may have none. Raises BadBundle."""
        station, request, contents, proven = self._opened(raw)
        if request.network != self.node.network:
            raise BadBundle("of another network")
        shut_out = self._shut_out(station)
        fits = proven and not shut_out and self.hub.hub_epochs()[-1] == tuple(request.hub)
        tally = tallies.setdefault(station, Tally())
        fresh = self._new(contents) if fits else 0
        if not fits and contents.events and by:
            fresh = self._rescue(station, contents, by)
            tally.remark(RESCUED)
        answer = b"" if shut_out else self._exchange(station, raw)
        tally.files += 1
        if fits or by:
            tally.records += len(contents.events)
            tally.new += fresh
        else:
            tally.remark(SHUT_OUT if shut_out else OLDER if request.hub[0] else FIRST)
        return answer

    def _opened(self, raw: bytes) -> tuple[str, Request, Contents, bool]:
        """A request whose signature holds. A station that was shut out still speaks for itself;
        one that a hub made anew does not know is told to prove that it is ours."""
        station, request = bundle.stated(raw)
        if self.hub.recovery.collecting and self._key_of(station) is None:
            proven = self.hub.recovery.unpack(raw)
            if proven is None:
                return station, request, Contents([], [], [], {}), False
            return *proven, True
        return *bundle.unpack(raw, "up", Request, self._key_of), True

    def _key_of(self, station: str) -> bytes | None:
        row = station_row(self.node.db, station)
        return bytes.fromhex(row.public_key) if row and row.public_key else None

    def _shut_out(self, station: str) -> bool:
        row = station_row(self.node.db, station)
        return row is not None and bool(row.revoked)

    def _exchange(self, station: str, raw: bytes) -> bytes:
        """As on the wire; only the clock is not judged: the stick has been on its way for days."""
        with self.node.writing():
            before = [row.skew_s for row in self.hub.contacts() if row.station == station]
            answer = self.hub.exchange(raw)
            self.node.db.sql(
                "UPDATE contact SET skew_s = ? WHERE network = ? AND station = ?",
                (before[0] if before else 0, self.node.network, station),
            )
        return answer

    def _new(self, contents: Contents) -> int:
        """How many of these events are not held here."""
        names = [one.name for one in contents.events]
        return len(names) - len(self.node.journal.by_ids(names))

    def _rescue(self, station: str, contents: Contents, by: str) -> int:
        """Take in what a dead machine recorded itself, on a person's word; how many were new."""
        own = [one for one in contents.events if one.source in (station, "")]
        with self.node.writing():
            if self.hub.recovery.collecting:
                self.hub.recovery.collected.keep(station, own, ())
                self.hub.recovery.keys.offer(station, contents.keys)
                return len(own)
            self.hub.recovery.keys.offer(station, contents.keys)
            verdicts = self.node.number(own)
            self.hub.recovery.keys.settle()
            came = list(zip(own, verdicts, strict=True))
            links = whose(station, contents.events, contents.passed)
            passed = {digest: prev for source, digest, prev in links if source == station}
            self.hub.attribute(station, came, passed)
            new = verdicts.count("new")
            if new:
                self.node.record(new_id(), by, lambda: stations.rescued(station, new))
            return new


def _result(tallies: dict[str, Tally], trouble: list[Said]) -> Result:
    damaged = tallies.pop("", Tally()).files
    records = sum(tally.records for tally in tallies.values())
    new = sum(tally.new for tally in tallies.values())
    lines = tuple(_line(station, tally) for station, tally in sorted(tallies.items()))
    remarks = {said.message: said for line in lines for said in line.remarks}
    said = [*trouble]
    if not records:
        said += remarks.values()
    if tallies and not said:
        said.append(Said(TAKEN_IN, {"count": records, "new": new}))
    if damaged:
        said.append(Said(DAMAGED, {"count": damaged}))
    good = bool(tallies) and not (trouble or damaged or remarks.keys() - {RESCUED, FIRST})
    return Result(tuple(said) or (Said(NOTHING),), good=good, lines=lines)


def _line(station: str, tally: Tally) -> Line:
    remarks = tuple(Said(message, {"count": n}) for message, n in tally.remarks.items())
    return Line(station, tally.files, tally.records, tally.new, remarks)
