"""The station's road by USB stick: requests written to files, answers taken in days later.

A request is the same bundle as on the wire. All that waits here goes out at once, in as many
files as it takes; none counts on another's answer, so they may arrive in any order, twice, or
in part. What an answer needs (which rows went, under which hub epoch) is kept in a table, for
the answer comes after restarts. An answer that no longer fits changes nothing. Knows files
through stick_files.py and the exchange through station.py.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from sync.bundle import BadBundle, Contents, HubEpoch, Reply
from sync.station import Answer, Progress, Sent, SyncStation
from sync.status import unsent
from sync.stick_files import PART, Folder
from sync.stick_tables import StickAskedRow, StickRequestRow
from sync.stick_work import Result, Said, Step
from yizhan.errors import N_

REMEMBERED = 1000
"""Requests whose answers may still come; a stick that is older than a thousand is written anew."""

NEVER_MET: HubEpoch = ("", 0)

WRITTEN = N_("共 %(count)s 条，已写好，可以拔下")
NOTHING_UNSENT = N_("没有没上传的记录。问信已写好，可以拔下：带回来时，中心的消息就在上面。")
FIRST_CONTACT = N_("本站还没有和中心通过信：这一趟只带了问信，拿回来读入以后，再写一次才有记录。")
RECEIVED = N_("中心已收到 %(count)s 条")
LEFT = N_("还有 %(count)s 条没有带去：再写一次U盘")
MORE = N_("中心还有消息要给本站，这一趟没有装完：再写一次U盘带去")
MET = N_("已和中心通上信：再写一次U盘，记录就带得去了")
NOT_TAKEN = N_("写好以后中心重新启动过，没有收下：再写一次U盘带去。没有东西丢失。")
DAMAGED = N_("有 %(count)s 封回信坏了，没有用：U盘请再拿到中心读入一次，或者再写一次。")
NO_ANSWER = N_("U盘上没有给本站的新回信：先拿到中心读入，再拿回来")
NEWS = N_("中心的消息已经收到")
LATE = N_("回信里的都已经收到过了")


class Tally(msgspec.Struct):
    """What the answers of one stick came to."""

    rows: set[int]
    used: int = 0
    known: int = 0
    damaged: int = 0
    not_taken: int = 0
    met: bool = False
    more: bool = False


class StickStation:
    """A station whose road is a stick. Call while no other exchange runs (`loop.alone`)."""

    def __init__(self, station: SyncStation) -> None:
        self.station, self.node, self.db = station, station.node, station.db
        self.db.create((StickRequestRow, StickAskedRow))

    def export(self, stick: Path, step: Step) -> Result:
        """Write all that waits. Every file is verified before this returns.

        Raises Refusal or Unreachable where the stick does not take it; then nothing is lost,
        and what had been written already is good.
        """
        count, written, names = unsent(self.node), 0, []
        self._remember_asked()
        with Folder(stick, make=True) as folder:
            for sent in self._requests():
                names.append(self._write(folder, sent))
                written += len(sent.locals)
                step(written, max(count, written))
            self._tidy(folder, names)
        if written:
            return Result((Said(WRITTEN, {"count": written}),))
        return Result((Said(NOTHING_UNSENT if self.station.known() else FIRST_CONTACT),))

    def _requests(self) -> Iterator[Sent]:
        """Requests over all that waits, one after the other, none answered in between."""
        known = self.station.known()
        before = Sent(b"", "", known[-1] if known else NEVER_MET, self.node.journal.head())
        while True:
            sent = self.station.request(after=self._unanswered(before))
            yield sent
            if not sent.cut:
                return
            gone = (*before.locals, *sent.locals)
            before = msgspec.structs.replace(sent, raw=b"", locals=gone)

    def _unanswered(self, sent: Sent) -> Answer:
        """As if the hub had said nothing: the next request begins where this one ends.

        It has no number of its own then, so that the hub does not judge its old ticket.
        """
        reply = Reply(self.node.network, sent.nonce, "", cursor=sent.cursor)
        return Answer(sent, reply, Contents([], [], [], {}))

    def _write(self, folder: Folder, sent: Sent) -> str:
        """Remember a request, then write it: an answer never finds us without its request."""
        with self.db.writing():
            rows = self.db.sql(
                "INSERT INTO stick_request (nonce, hub, first, cursor, runs)"
                " VALUES (?, ?, ?, ?, ?) RETURNING n",
                (sent.nonce, *sent.hub, sent.cursor, msgspec.json.encode(runs(sent.locals))),
            )
            number = int(rows[0][0])
            name = f"{self.node.network}-{self.node.source}-{self.node.epoch}-{number}.up"
            self.db.sql("UPDATE stick_request SET name = ? WHERE n = ?", (name, number))
            self.db.sql("DELETE FROM stick_request WHERE n <= ?", (number - REMEMBERED,))
        folder.write(name, sent.raw)
        return name

    def _tidy(self, folder: Folder, fresh: Sequence[str]) -> None:
        """Clear away our older requests: what of them still waits is in the new ones.

        Only those that this database wrote: another machine's may hold what we do not.
        """
        rows = self.db.sql("SELECT name FROM stick_request WHERE name IS NOT NULL")
        for name in {row[0] for row in rows} - set(fresh):
            folder.remove(name)
            folder.remove(name + PART)

    def take_in(self, stick: Path, step: Step) -> Result:
        """Use every answer on the stick that is for us and still fits."""
        tally = Tally(set())
        with Folder(stick) as folder:
            names = folder.names("down")
            for done, name in enumerate(names, 1):
                self._use(folder, name, tally)
                step(done, len(names))
        return self._result(tally)

    def _use(self, folder: Folder, name: str, tally: Tally) -> None:
        try:
            reply, contents = self.station.read(folder.read(name))
            found = self._remembered(reply.nonce)
            if found is not None and reply.network == self.node.network:
                number, written, sent = found
                self._take(Answer(sent, reply, contents), tally)
                self._forget(number)
                folder.remove(name)
                folder.remove(written)
        except BadBundle:
            tally.damaged += name.startswith(f"{self.node.network}-{self.node.source}-")

    def _remembered(self, nonce: str) -> tuple[int, str, Sent] | None:
        rows = self.db.sql(
            "SELECT n, name, hub, first, cursor, runs FROM stick_request WHERE nonce = ?", (nonce,)
        )
        if not rows:
            return None
        number, name, hub, first, cursor, packed = rows[0]
        locals_ = rows_of(msgspec.json.decode(bytes(packed), type=list[tuple[int, int]]))
        return number, name or "", Sent(b"", nonce, (hub, first), cursor, tuple(locals_))

    def _forget(self, number: int) -> None:
        with self.db.writing():
            self.db.sql("DELETE FROM stick_request WHERE n = ?", (number,))

    def _take(self, answer: Answer, tally: Tally) -> None:
        """Use one answer, if it was made under the hub epoch that we know last.

        An older one names epochs that we have passed; following it would void what is good.
        """
        sent, reply = answer.sent, answer.reply
        known = self.station.known()
        if sent.hub != (known[-1] if known else NEVER_MET):
            tally.not_taken += 1
        elif not self._tells_more(answer):
            tally.known += 1
            tally.rows |= set(sent.locals)
        elif self._used(answer) == "adopted":
            tally.met = sent.hub == NEVER_MET
            tally.not_taken += not tally.met
        else:
            tally.used += 1
            tally.more = tally.more or reply.more
            refused = {sent.locals[n] for n in reply.refused}
            tally.rows |= set(sent.locals) - refused

    def _used(self, answer: Answer) -> Progress:
        progress = self.station.use(answer)
        asked = self.station.refill
        row = (self.node.network, asked.collecting, asked.keys_wanted)
        self.db.upsert(StickAskedRow, [row])
        return progress

    def _remember_asked(self) -> None:
        """What a hub made anew asked with its last answer by stick, of whichever process."""
        row = self.db.one(StickAskedRow, StickAskedRow.network == self.node.network)
        if row is not None:
            asked = self.station.refill
            asked.collecting, asked.keys_wanted = row.collecting, row.keys

    def _tells_more(self, answer: Answer) -> bool:
        """Whether this answer says anything that the network has not brought already."""
        reply = answer.reply
        if reply.hubs or reply.keys or reply.given or reply.cursor > self.node.journal.head():
            return True
        rows = self.node.journal.unplaced_among(answer.sent.locals)
        stored = self.db.within(
            "SELECT local FROM journal WHERE network = ? AND stored IS NOT NULL AND local IN ({})",
            (self.db.network,),
            [row.local for row in rows],
        )
        return len(rows) > len(stored)

    def _result(self, tally: Tally) -> Result:
        """The clear words for what came, the most important first."""
        said: list[Said] = []
        left = unsent(self.node)
        if tally.rows:
            said.append(Said(RECEIVED, {"count": len(tally.rows)}))
        elif tally.used or tally.known:
            said.append(Said(NEWS if tally.used else LATE))
        if tally.damaged:
            said.append(Said(DAMAGED, {"count": tally.damaged}))
        if tally.met:
            said.append(Said(MET))
        elif tally.not_taken and left:
            said.append(Said(NOT_TAKEN))
        elif tally.more:
            said.append(Said(MORE))
        elif left and tally.used:
            said.append(Said(LEFT, {"count": left}))
        good = not (tally.damaged or tally.more or (tally.not_taken and left))
        return Result(tuple(said) or (Said(NO_ANSWER),), good=good and bool(said))


def runs(rows: Iterable[int]) -> list[tuple[int, int]]:
    """Row numbers as runs (first, last), in the order given."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] + 1 == row:
            found[-1] = found[-1][0], row
        else:
            found.append((row, row))
    return found


def rows_of(pairs: Iterable[tuple[int, int]]) -> Iterator[int]:
    """The row numbers of runs, in order."""
    for first, last in pairs:
        yield from range(first, last + 1)
