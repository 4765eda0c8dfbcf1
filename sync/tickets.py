"""Tickets: who shows an old one is a second machine on one identity, or an old image.

A ticket comes with the reply to a station's newest request and is shown with its next one; a
ticket that is neither the last issued nor the last shown means that another machine has asked
meanwhile, even one that never wrote. Each has a number that only grows, and the hub's word for
it: one that comes after all that we know of is ours all the same, from before we were put back.
Knows no chain and no event.
"""

import base64
import binascii

from sync.bundle import Request
from sync.hub_tables import SeenRow, TicketRow
from yizhan.errors import N_
from yizhan.ids import new_id
from yizhan.keys import Signer
from yizhan.record import Node
from yizhan.services.stations import commands as stations

EPOCHS_KEPT = 100
"""Starts of a station's sync process; a request older than a hundred of them is lost anyway."""

REQUESTS_MAX = 1 << 31

NUMBER_BYTES = 3
"""Sixteen million: then they begin again, and the last one is known as it is."""

WORD_BYTES = 3
"""Of a signature that is made again to be compared. Who guesses is suspected at the first try."""

OLD_IMAGE = N_("出示的凭据不是最近的：可能有两台设备在用同一个站点身份，或者装回了旧系统")


class Tickets:
    """The tickets of a hub's stations. Call within the exchange's transaction."""

    def __init__(self, node: Node, signer: Signer) -> None:
        self.node, self.signer, self.db = node, signer, node.db
        self.db.create((TicketRow, SeenRow))

    def judge(self, station: str, request: Request) -> str:
        """The next ticket of a station, empty where this is not its newest request.

        A request made ahead of an answer (number 0), late or repeated shows an old ticket
        rightly, and is not judged.
        """
        if not self._newest(station, request):
            return ""
        known_under, *known = self._known(station)
        last = _number(known[0]) if known else 0
        if known_under == request.hub[0] and request.ticket not in known:
            self._suspect(station)
        issued = self._ticket(station, 1 + max(last, self._number(station, request.ticket)))
        mine = (self.node.network, station)
        self.db.upsert(TicketRow, [(*mine, request.hub[0], issued, request.ticket)])
        return issued

    def forgot(self, station: str, request: Request) -> bool:
        """Whether it shows one that we issued under this hub epoch and know nothing of: then we
        were put back, be it to a moment after which nothing was stored."""
        return self._known(station)[0] == request.hub[0] and self.behind(station, request)

    def behind(self, station: str, request: Request) -> bool:
        """Whether it shows one that we issued, under whichever hub epoch, and know nothing of."""
        _under, *known = self._known(station)
        last = _number(known[0]) if known else 0
        return _number(request.ticket) > last and self._number(station, request.ticket) > 0

    def _known(self, station: str) -> tuple[str, ...]:
        """The hub epoch of the last issue, what was issued, and what was shown before."""
        rows: list[tuple[str, ...]] = self.db.sql(
            "SELECT hub, issued, shown FROM ticket_of_station WHERE network = ? AND station = ?",
            (self.node.network, station),
        )
        return rows[0] if rows else ("",)

    def forget(self, station: str) -> None:
        """A person has looked into it: the next ticket is taken as it is. Numbers still grow."""
        self.db.sql(
            "UPDATE ticket_of_station SET hub = '' WHERE network = ? AND station = ?",
            (self.node.network, station),
        )

    def _number(self, station: str, shown: str) -> int:
        """The number of a ticket that only we can have made, 0 of any other."""
        number = _number(shown)
        return number if number and shown == self._ticket(station, number) else 0

    def _ticket(self, station: str, number: int) -> str:
        number %= 1 << 8 * NUMBER_BYTES
        word = self.signer.sign(f"yizhan ticket {station} {number}".encode())[:WORD_BYTES]
        return base64.b64encode(number.to_bytes(NUMBER_BYTES) + word).decode()

    def _newest(self, station: str, request: Request) -> bool:
        """Whether this request is newer than all seen of its process; then it is the newest."""
        if not 0 < request.number < REQUESTS_MAX:
            return False
        where = (self.node.network, station, request.epoch)
        seen = self.db.sql(
            "SELECT number FROM seen_request WHERE network = ? AND station = ? AND epoch = ?", where
        )
        if seen and request.number <= seen[0][0]:
            return False
        self.db.sql(
            "INSERT INTO seen_request (network, station, epoch, number) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (network, station, epoch) DO UPDATE SET number = excluded.number",
            (*where, request.number),
        )
        if not seen:
            self._forget_old(station)
        return True

    def _forget_old(self, station: str) -> None:
        """Of all the starts of a station's processes the last ones are remembered."""
        where = (self.node.network, station)
        self.db.sql(
            "DELETE FROM seen_request WHERE network = ? AND station = ? AND n NOT IN (SELECT n"
            " FROM seen_request WHERE network = ? AND station = ? ORDER BY n DESC LIMIT ?)",
            (*where, *where, EPOCHS_KEPT),
        )

    def _suspect(self, station: str) -> None:
        state = self.node.state("station", "", f"station/{station}")
        if state is not None and not state.suspected:
            self.node.record(new_id(), "hub", lambda: stations.suspect(station, OLD_IMAGE))


def _number(ticket: str) -> int:
    """The number in a ticket, 0 where there is none."""
    try:
        found = base64.b64decode(ticket, validate=True)
    except (binascii.Error, ValueError):
        return 0
    whole = len(found) == NUMBER_BYTES + WORD_BYTES
    return int.from_bytes(found[:NUMBER_BYTES]) if whole else 0
