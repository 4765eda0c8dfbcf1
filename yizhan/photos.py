"""A photo on its way into the blobs and out of them: what it is, and sealed for one place.

A file is judged by its bytes alone: no file name and no content type that a browser sends is
believed, and nothing is decoded; a picture stays hostile until a browser draws it. What the
camera wrote beside it (pictures.py) goes first: where she lives is hers to say. Sealed under the
person's key and bound to its subject, so that erasing the key erases the photo.
"""

import msgspec

from yizhan.blobs import BYTES_MAX, Blobs
from yizhan.errors import N_, Refusal
from yizhan.keys import Keyring
from yizhan.pictures import JPEG, PNG, WEBP, NoPicture, bare, media_of

MEDIA = (JPEG, PNG, WEBP)
SEALING_BYTES = 28
"""Nonce and tag that sealing adds (RFC 8439)."""

NO_PHOTO = N_("这不是照片。请选一张 JPEG、PNG 或 WebP 格式的照片")
BROKEN = N_("照片文件坏了，或者没有存全，没有收下。请重新拍一张")
NO_KEY = N_("这位居民的资料不在这台设备上，或者已经删除，照片没有存下。请连上网，过一会儿再试")
TOO_LARGE = N_("照片太大了，最多 %(most)s MB。请把相机的照片尺寸调小，再拍一张")


class Photo(msgspec.Struct, frozen=True):
    """A picture in clear, and what it is."""

    media: str
    content: bytes


def seal(keys: Keyring, person: str, subject: str, content: bytes) -> bytes:
    """The photo as it is kept and sent: the picture and nothing else.

    Raises Refusal for what is none, or may not be kept.
    """
    if not media_of(content):
        raise Refusal(NO_PHOTO)
    _refuse_too_large(content)
    try:
        picture = bare(content)
    except NoPicture as error:
        raise Refusal(BROKEN) from error
    _refuse_too_large(picture)
    sealed = keys.seal_bytes(person, picture, _place(subject))
    if sealed is None:
        raise Refusal(NO_KEY)
    return sealed


def _refuse_too_large(content: bytes) -> None:
    if len(content) + SEALING_BYTES > BYTES_MAX:
        raise Refusal(TOO_LARGE, most=BYTES_MAX >> 20)


def opened(blobs: Blobs, keys: Keyring, person: str, subject: str, digest: str) -> Photo | None:
    """The photo to be shown; None where it is not here whole, was erased, or is none."""
    sealed = blobs.read(digest)
    content = sealed and keys.open_bytes(person, sealed, _place(subject))
    media = media_of(content) if content else ""
    return Photo(media, content) if content and media else None


def _place(subject: str) -> str:
    return f"{subject}/photo"
