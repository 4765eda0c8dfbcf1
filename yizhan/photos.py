"""A photo on its way into the blobs and out of them: what it is, and sealed for one place.

A file is judged by its first bytes alone: no file name and no content type that a browser sends
is believed, and nothing is decoded; a picture stays hostile until a browser draws it. Sealed
under the person's key and bound to its subject, so that erasing the key erases the photo.
"""

import msgspec

from yizhan.blobs import BYTES_MAX, Blobs
from yizhan.errors import N_, Refusal
from yizhan.keys import Keyring

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
MEDIA = (JPEG, PNG, WEBP)
SEALING_BYTES = 28
"""Nonce and tag that sealing adds (RFC 8439)."""

NO_PHOTO = N_("这不是照片。请选一张 JPEG、PNG 或 WebP 格式的照片")
NO_KEY = N_("这位居民的资料不在这台设备上，或者已经删除，照片没有存下。请连上网，过一会儿再试")
TOO_LARGE = N_("照片太大了，最多 %(most)s MB。请把相机的照片尺寸调小，再拍一张")


class Photo(msgspec.Struct, frozen=True):
    """A picture in clear, and what it is."""

    media: str
    content: bytes


def media_of(content: bytes) -> str:
    """The media type of a JPEG, PNG or WebP; empty for anything else."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    return ""


def seal(keys: Keyring, person: str, subject: str, content: bytes) -> bytes:
    """The photo as it is kept and sent. Raises Refusal for what is none, or may not be kept."""
    if not media_of(content):
        raise Refusal(NO_PHOTO)
    if len(content) + SEALING_BYTES > BYTES_MAX:
        raise Refusal(TOO_LARGE, most=BYTES_MAX >> 20)
    sealed = keys.seal_bytes(person, content, _place(subject))
    if sealed is None:
        raise Refusal(NO_KEY)
    return sealed


def opened(blobs: Blobs, keys: Keyring, person: str, subject: str, digest: str) -> Photo | None:
    """The photo to be shown; None where it is not here whole, was erased, or is none."""
    sealed = blobs.read(digest)
    content = sealed and keys.open_bytes(person, sealed, _place(subject))
    media = media_of(content) if content else ""
    return Photo(media, content) if content and media else None


def _place(subject: str) -> str:
    return f"{subject}/photo"
