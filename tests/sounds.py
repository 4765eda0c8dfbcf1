"""Spoken notes as a browser's MediaRecorder writes them: WebM with Opus, sizes left unknown.

The packets are real Opus silence (RFC 6716: CELT, 20 ms), so a browser plays them.
"""

import struct

SILENCE = b"\xf8\xff\xfe"
PACKET_MS = 20
HEAD = b"OpusHead" + bytes((1, 1)) + struct.pack("<HIh", 312, 48_000, 0) + b"\0"
UNKNOWN = b"\x01" + b"\xff" * 7
DIARY = b"secret of the recorder"


def element(name: str, body: bytes, *, live: bool = False) -> bytes:
    """One element, by its name in hex."""
    size = UNKNOWN if live else (1 << 56 | len(body)).to_bytes(8)
    return bytes.fromhex(name) + size + body


def note(
    seconds: float = 3,
    *,
    packet: bytes = SILENCE,
    head: bytes = HEAD,
    codec: bytes = b"A_OPUS",
    doctype: bytes = b"webm",
    diary: bytes = DIARY,
) -> bytes:
    """So many seconds of silence, with an application's name, a date and a tag beside it."""
    ebml = element("1a45dfa3", element("4282", doctype) + element("4287", b"\x04"))
    info = element(
        "1549a966", element("4d80", b"Chrome") + element("4461", b"\0" * 8) + element("5741", diary)
    )
    track = element("d7", b"\x01") + element("73c5", b"\x07") + element("83", b"\x02")
    track += element("86", codec) + element("63a2", head) + element("536e", diary)
    tracks = element("1654ae6b", element("ae", track))
    tags = element("1254c367", element("7373", element("67c8", element("4487", diary))))
    body = info + tracks + clusters(seconds, packet) + tags
    return ebml + element("18538067", body, live=True)


def clusters(seconds: float, packet: bytes) -> bytes:
    """Clusters of five seconds, the last packet in a group as some recorders end."""
    count, made = round(seconds * 1000 / PACKET_MS), b""
    for start in range(0, count, 250):
        blocks = [
            element("a3", b"\x81" + struct.pack(">h", n * PACKET_MS) + b"\x80" + packet)
            for n in range(min(250, count - start))
        ]
        if blocks:
            blocks[-1] = element("a0", element("a1", blocks[-1][9:]))
        time = element("e7", (start * PACKET_MS).to_bytes(4))
        made += element("1f43b675", time + b"".join(blocks), live=True)
    return made
