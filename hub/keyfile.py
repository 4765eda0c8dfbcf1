"""The hub's secrets in one file under a passphrase: kept apart from backups, and short-lived.

A backup of the journal alone opens no name and lets nobody pose as the hub; this file does
both. It is replaced each time, so that a person's destroyed key does not live on in old ones.
Knows files and ciphers; knows no database.

    magic "YZK1" 0x0A | salt (16) | nonce (12) | ChaCha20-Poly1305 of JSON

The key comes from the passphrase by argon2id (RFC 9106, section 4: the second recommended
choice, 64 MiB, three passes, four lanes).
"""

import secrets
from pathlib import Path

import msgspec
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from yizhan.errors import Corrupt, Refusal
from yizhan.keys import write_private

MAGIC = b"YZK1\n"
SALT_BYTES = 16
NONCE_BYTES = 12
PASSPHRASE_MIN = 12


class Secrets(msgspec.Struct, frozen=True):
    """All that must not be in a plain backup; `seal` are the sealing keys by owner."""

    network: str
    url: str
    offset: str
    made: str
    signing: bytes
    web: bytes
    seal: dict[str, bytes]


def write(path: Path, kept: Secrets, passphrase: str) -> None:
    """Replace the file. Raises Refusal for a short passphrase or a place that takes no file."""
    if len(passphrase) < PASSPHRASE_MIN:
        raise Refusal("口令至少要 %(least)s 个字：它是这份密钥唯一的锁", least=PASSPHRASE_MIN)
    salt, nonce = secrets.token_bytes(SALT_BYTES), secrets.token_bytes(NONCE_BYTES)
    box = _cipher(passphrase, salt).encrypt(nonce, msgspec.json.encode(kept), MAGIC + salt)
    try:
        write_private(path, MAGIC + salt + nonce + box)
    except OSError as error:
        raise Refusal(
            "密钥备份写不进 %(path)s（%(why)s），没有动原来的", path=path, why=error.strerror
        ) from error


def read(path: Path, passphrase: str) -> Secrets:
    """The secrets in a file. Raises Refusal for another passphrase, Corrupt for other bytes."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Refusal("%(path)s 读不了（%(why)s）", path=path, why=error.strerror) from error
    start = len(MAGIC) + SALT_BYTES
    if not raw.startswith(MAGIC) or len(raw) < start + NONCE_BYTES:
        raise Corrupt(f"{path} 不是密钥备份，或者不完整")
    salt, nonce = raw[len(MAGIC) : start], raw[start : start + NONCE_BYTES]
    try:
        clear = _cipher(passphrase, salt).decrypt(nonce, raw[start + NONCE_BYTES :], MAGIC + salt)
    except InvalidTag as error:
        raise Refusal("口令不对，或者 %(path)s 损坏了", path=path) from error
    return msgspec.json.decode(clear, type=Secrets)


def _cipher(passphrase: str, salt: bytes) -> ChaCha20Poly1305:
    key = hash_secret_raw(
        passphrase.encode(), salt, time_cost=3, memory_cost=64 * 1024, parallelism=4,
        hash_len=32, type=Type.ID,
    )  # fmt: skip
    return ChaCha20Poly1305(key)
