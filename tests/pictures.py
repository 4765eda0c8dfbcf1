"""Photos for tests: real ones that say too much, and well-formed ones of any bytes.

photos/ holds the same picture four times (48 by 16, its left half red, to be turned by 90
degrees), each with place, camera, serial number or 王秀英's name written beside it.
"""

from pathlib import Path

FOLDER = Path(__file__).parent / "photos"
NAMES = ("tap.jpg", "tap-progressive.jpg", "tap.png", "tap.webp")
TOLD = (b"Haiou", b"SN-4711-0042", b"Wang Xiuying", b"at home")
"""What the camera and its owner wrote into them, as it stands there."""

TURNED = b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"
"""The entry of an Exif IFD that says: turn it by 90 degrees."""

HEAD, END = b"\xff\xd8\xff\xda\0\x02", b"\xff\xd9"
JPEG_BYTES = len(HEAD + END)
"""What a JPEG of no bytes has."""


def told(content: bytes) -> set[bytes]:
    """What a picture says of who took it, and where."""
    gps = b"\x88\x25\0\x04"
    return {one for one in (*TOLD, gps) if one in content}


def jpeg(scan: bytes) -> bytes:
    """A JPEG as far as its container tells: one scan of these bytes."""
    return HEAD + scan.replace(b"\xff", b"\xff\0") + END


def photo(name: str) -> bytes:
    """One of the real ones."""
    return (FOLDER / name).read_bytes()
