"""A station goes over to a new key pair: announced under the old key, confirmed by the hub.

At no moment is there a key missing. The new key lies in a file of its own until the hub's
signed answer has come; announcing it again is answered again. The old key is kept after that,
because a hub put back to an old backup knows only the old one, and is then told anew.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

import msgspec

from sync.bundle import BadBundle
from sync.enrolment import PUBLIC_KEY
from sync.link import Link
from sync.station import SyncStation
from sync.trouble import Rejected, Trouble
from yizhan.errors import Refusal
from yizhan.ids import new_id
from yizhan.keys import Signer, verify
from yizhan.opening import SIGNING_KEY
from yizhan.record import Node
from yizhan.services.stations import commands as stations

NEXT_KEY = "signing.key.next"
OLD_KEY = "signing.key.old"


class Announced(msgspec.Struct, frozen=True):
    """What the old key and the new one sign: keys in hex."""

    network: str
    station: str
    nonce: str
    old: str
    new: str

    def message(self, who: bytes) -> bytes:
        """The bytes to sign, as the station ("rotate") or as the hub ("rotated")."""
        return b"yizhan " + who + b"\n" + msgspec.json.encode(self)


class Announcement(msgspec.Struct, frozen=True):
    """What a station posts; signatures in hex."""

    announced: Announced
    by_old: str
    by_new: str


def take(node: Node, signer: Signer, raw: bytes) -> bytes:
    """The hub's end: record the new key, once; the hub's signature of it.

    Raises BadBundle where it is not signed by both keys, or by a key that is not the
    station's; Refusal where the station is revoked.
    """
    try:
        asked = msgspec.json.decode(raw, type=Announcement)
        said, signed = asked.announced, asked.announced.message(b"rotate")
        ours = said.network == node.network and all(
            verify(bytes.fromhex(key), bytes.fromhex(signature), signed)
            for key, signature in ((said.old, asked.by_old), (said.new, asked.by_new))
        )
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise BadBundle("not an announcement of a key") from error
    if not ours or said.old == said.new or not PUBLIC_KEY.fullmatch(said.new):
        raise BadBundle("not signed by both keys")
    with node.writing():
        state = node.state("station", "", f"station/{said.station}")
        known = state.public_key if state else ""
        if known not in (said.old, said.new):
            raise BadBundle("the old key is not the station's")
        if state.revoked:
            raise Refusal("中心已停用这个站点")
        if known == said.old:
            actor = f"station/{said.station}"
            node.record(new_id(), actor, lambda: stations.rotate(state, said.new))
    return signer.sign(said.message(b"rotated"))


def begin(data: Path) -> None:
    """Make the next key, unless one waits already to be announced."""
    Signer(data / NEXT_KEY)


def pending(data: Path) -> bool:
    """Whether a change of keys was begun that the hub has not confirmed."""
    return (data / NEXT_KEY).exists()


def settle(station: SyncStation, link: Link, data: Path) -> None:
    """Before an exchange: finish a change of keys that was begun, and use the key that counts.

    Where the hub does not answer it (an old one cannot), the old key goes on serving.
    """
    if pending(data):
        with suppress(Trouble, Rejected):
            _announce(station, link, Signer(data / SIGNING_KEY), Signer(data / NEXT_KEY))
            _go_over(data)
    # A hub that collects is told the key and given its proof: it must be the one that signs.
    station.signer = station.refill.signer = Signer(data / SIGNING_KEY)


def announce_again(station: SyncStation, link: Link, data: Path) -> bool:
    """The hub does not know our key: tell it, if it may be one that still knows our old one."""
    if not (data / OLD_KEY).exists():
        return False
    try:
        _announce(station, link, Signer(data / OLD_KEY), station.signer)
    except Rejected:
        return False
    return True


def _announce(station: SyncStation, link: Link, old: Signer, new: Signer) -> None:
    """Tell the hub. Raises Trouble where no answer of the enrolled hub comes, Rejected."""
    code, nonce = station.node.source, secrets.token_urlsafe(9)
    said = Announced(station.node.network, code, nonce, old.public.hex(), new.public.hex())
    signed = said.message(b"rotate")
    asked = Announcement(said, old.sign(signed).hex(), new.sign(signed).hex())
    answer = link.rotate(msgspec.json.encode(asked))
    if not verify(station.hub_key, answer, said.message(b"rotated")):
        raise Trouble("false")


def _go_over(data: Path) -> None:
    """The next key becomes ours. A power cut between leaves the next one to be told again.

    The old key is copied aside first, by a link: no moment is without either.
    """
    kept, signing = data / OLD_KEY, data / SIGNING_KEY
    kept.unlink(missing_ok=True)
    os.link(signing, kept)
    (data / NEXT_KEY).replace(signing)
    folder = os.open(data, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
