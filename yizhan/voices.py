"""A spoken note on its way into the blobs and out of them: what it is, and sealed for one place.

Judged by its bytes alone, like a photo (photos.py): only Opus in WebM, at most a minute of it;
what a browser wrote beside the sound goes (webm.py). Sealed under the person's key and bound to
its subject, so that erasing the key silences the note.
"""

import msgspec

from yizhan import webm
from yizhan.blobs import Blobs
from yizhan.errors import N_, Refusal
from yizhan.keys import Keyring

MEDIA = (webm.MEDIA,)

SECONDS_MAX = 60
SLACK_MS = 2_000
"""A recorder told to stop still hands over what it holds."""
MS_MIN = 500.0

BYTES_MAX = 1 << 20
"""A minute at 128 kbit/s; the touchscreen asks for 24."""

NO_NOTE = N_("这段话没有录好，没有存下。请再说一次，或者不说也行")
TOO_SHORT = N_("没有听到您说话。请按“开始说”，说完再按“说好了”")
TOO_LONG = N_("这段话太长了，最多一分钟。请分开来，说短一点")
NO_KEY = N_("您的资料还没有到这个站，话在这里存不了。不说也能下单")


class Spoken(msgspec.Struct, frozen=True):
    """A note in clear: nothing but the sound, and how long it lasts."""

    content: bytes
    seconds: int


def taken(content: bytes) -> Spoken:
    """The sound in what a browser sent. Raises Refusal for what is none, or too much."""
    if len(content) > BYTES_MAX:
        raise Refusal(TOO_LONG)
    try:
        note = webm.read(content)
    except webm.NoNote as error:
        raise Refusal(NO_NOTE) from error
    if note.ms < MS_MIN:
        raise Refusal(TOO_SHORT)
    if note.ms > SECONDS_MAX * 1000 + SLACK_MS:
        raise Refusal(TOO_LONG)
    seconds = min(SECONDS_MAX, max(1, round(note.ms / 1000)))
    return Spoken(webm.written(note), seconds)


def seal(keys: Keyring, person: str, subject: str, content: bytes) -> bytes:
    """The note as it is kept and sent. Raises Refusal where her key is not here."""
    sealed = keys.seal_bytes(person, content, _place(subject))
    if sealed is None:
        raise Refusal(NO_KEY)
    return sealed


def unsealed(keys: Keyring, person: str, subject: str, sealed: bytes) -> bytes | None:
    """The sound; None where the key is gone, it is of another place, or it is no note."""
    content = keys.open_bytes(person, sealed, _place(subject))
    return content if content and content.startswith(b"\x1a\x45\xdf\xa3") else None


def opened(blobs: Blobs, keys: Keyring, person: str, subject: str, digest: str) -> bytes | None:
    """The sound of a blob; None where it is not here whole, was erased, or is none."""
    sealed = blobs.read(digest)
    return unsealed(keys, person, subject, sealed) if sealed else None


def _place(subject: str) -> str:
    return f"{subject}/voice"
