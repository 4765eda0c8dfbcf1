"""The lane of the blobs, at the hub: says how much it has, takes the next piece, proves the end.

Only an enrolled station's word counts, and only for blobs of an audience that the station
belongs to. Knows frames, limits and audiences; never opens a blob.
"""

from sync import blobs as frames
from sync.blobs import Problem, Said, Told
from sync.bundle import BadBundle
from sync.hub import SyncHub
from yizhan import photos, voices
from yizhan.blobs import BYTES_MAX, DIGEST, Blob, Blobs, NoRoom
from yizhan.record import HUB
from yizhan.services.people.projection import known_at

MEDIA = (*photos.MEDIA, *voices.MEDIA)


class BlobHub:
    """The hub's end of the lane."""

    def __init__(self, hub: SyncHub, blobs: Blobs) -> None:
        self.hub, self.blobs, self.node = hub, blobs, hub.node

    def answer(self, raw: bytes) -> bytes:
        """One frame, one answer. Raises BadBundle; then nothing was stored."""
        station, said, body = frames.unpack(raw, "up", Said, self.hub.key_of)
        if said.network != self.node.network:
            raise BadBundle("of another network")
        offsets, problem = (
            self._take(station, said.blob, said.offset, body)
            if said.blob
            else (self._held(said.digests), "")
        )
        epoch = self.hub.hub_epochs()[-1][0]
        told = Told(self.node.network, said.nonce, epoch, offsets, problem)
        return frames.pack("down", HUB, self.hub.signer, told)

    def _held(self, digests: tuple[str, ...]) -> dict[str, int]:
        """How much is here of each; what is not here at all is left out."""
        wanted = [digest for digest in digests[: frames.ASK_MAX] if DIGEST.fullmatch(digest)]
        found = {digest: self.blobs.held(digest) for digest in wanted}
        return {digest: size for digest, size in found.items() if size}

    def _take(
        self, station: str, blob: Blob, offset: int, body: bytes
    ) -> tuple[dict[str, int], Problem]:
        if not self._may(station, blob) or offset < 0:
            return {}, "refused"
        try:
            size = self.blobs.take(blob, offset, body, self.node.clock.stamp())
        except NoRoom:
            return self._held((blob.digest,)), "full"
        ended = offset + len(body) >= blob.size
        return {blob.digest: size}, "wrong" if ended and not size else ""

    def _may(self, station: str, blob: Blob) -> bool:
        """Whether the station may bring this: of its own audience, of a size and kind we take."""
        scope, _colon, owner = blob.audience.partition(":")
        belongs = (scope, owner) == ("station", station) or (
            scope == "person" and known_at(self.node.db, station, owner)
        )
        named = bool(DIGEST.fullmatch(blob.digest))
        return belongs and named and 0 < blob.size <= BYTES_MAX and blob.media in MEDIA
