"""Keys: who signs (Ed25519), what hides (ChaCha20-Poly1305), and hashes that need a key.

Private keys live in files of the data directory, readable by their owner alone; keys of
persons and of the network live in a table beside the journal, never in it, so that
destroying one key makes one person's fields unreadable everywhere. No secret is ever logged.
"""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

import peewee
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from yizhan.db import Db
from yizhan.errors import N_, Corrupt, Refusal

NETWORK = "network"
SIGNATURE_BYTES = 64
NONCE_BYTES = 12
KEY_BYTES = 32
ERASED = N_("这份登记已经按本人的意思删除了")


class SealKeyRow(peewee.Model):
    """The key that seals one person's fields, or the network's."""

    network = peewee.TextField()
    owner = peewee.TextField()
    key = peewee.BlobField()
    made_here = peewee.BooleanField(null=True)

    class Meta:
        table_name = "seal_key"
        primary_key = peewee.CompositeKey("network", "owner")


class ErasedKeyRow(peewee.Model):
    """Whose key was destroyed for good: it is never taken, made or given out again."""

    network = peewee.TextField()
    owner = peewee.TextField()

    class Meta:
        table_name = "erased_key"
        primary_key = peewee.CompositeKey("network", "owner")


class Signer:
    """A node's own key pair, made at its first use."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            write_private(path, Ed25519PrivateKey.generate().private_bytes_raw())
        try:
            self._key = Ed25519PrivateKey.from_private_bytes(path.read_bytes())
        except ValueError as error:
            raise Corrupt(f"密钥文件损坏：{path.name}") from error

    @property
    def public(self) -> bytes:
        """The public half: 32 bytes."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """64 bytes of Ed25519 (RFC 8032)."""
        return self._key.sign(message)


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the holder of this public key signed this message."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(public: bytes) -> str:
    """A short name for a public key that people can compare: 20 hex digits."""
    return hashlib.blake2b(public, digest_size=10).hexdigest()


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read; it is whole or absent after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class Keyring:
    """The sealing keys that this node holds.

    Read from the table each time: another process may have taken or destroyed one, and a key
    made in a transaction that is rolled back was never made.
    """

    def __init__(self, db: Db) -> None:
        self._db = db
        db.create((SealKeyRow, ErasedKeyRow))

    def get(self, owner: str) -> bytes | None:
        """The key of a person or of the network, or None where this node has none."""
        rows = self._db.sql(
            "SELECT key FROM seal_key WHERE network = ? AND owner = ?", (self._db.network, owner)
        )
        return bytes(rows[0][0]) if rows else None

    def take(self, owner: str, key: bytes, *, made_here: bool = False) -> None:
        """Keep a key that came by the road; the first one stays, an erased one never comes back.

        Raises Corrupt for another network's key: cards would be unknown and names unreadable.
        """
        self._db.sql(
            "INSERT INTO seal_key (network, owner, key, made_here) SELECT ?, ?, ?, ?"
            " WHERE NOT EXISTS (SELECT 1 FROM erased_key WHERE network = ? AND owner = ?)"
            " ON CONFLICT DO NOTHING",
            (self._db.network, owner, key, made_here, self._db.network, owner),
        )
        if owner == NETWORK and self.get(NETWORK) != key:
            raise Corrupt("这个数据目录里是另一个网络的密钥：请换一个空目录重新入网")

    def make(self, owner: str) -> bytes:
        """The key of this owner, made if there is none yet."""
        key = self.get(owner)
        if key is None:
            self.take(owner, secrets.token_bytes(KEY_BYTES), made_here=owner != NETWORK)
            key = self.get(owner)
        if key is None:
            raise Refusal(ERASED)
        return key

    def destroy(self, owners: Sequence[str]) -> None:
        """These keys are gone from here, for good; call within a transaction.

        Written over before the row goes, or it would stand in the file's free space.
        """
        if not owners:
            return
        where = [(self._db.network, owner) for owner in owners]
        self._db.many(
            "INSERT INTO erased_key (network, owner) VALUES (?, ?) ON CONFLICT DO NOTHING", where
        )
        blank = [(bytes(KEY_BYTES), *pair) for pair in where]
        self._db.many("UPDATE seal_key SET key = ? WHERE network = ? AND owner = ?", blank)
        self._db.many("DELETE FROM seal_key WHERE network = ? AND owner = ?", where)

    def is_erased(self, owner: str) -> bool:
        """Whether this key was destroyed here for good."""
        return bool(
            self._db.sql(
                "SELECT 1 FROM erased_key WHERE network = ? AND owner = ?",
                (self._db.network, owner),
            )
        )

    def seal(self, owner: str, fields: dict[str, str], context: str) -> dict[str, str]:
        """Encrypt each field for its place (`context` is the subject)."""
        if not fields:
            return {}
        cipher = ChaCha20Poly1305(self.make(owner))
        sealed = {}
        for name, value in fields.items():
            nonce = secrets.token_bytes(NONCE_BYTES)
            box = nonce + cipher.encrypt(nonce, value.encode(), f"{context}/{name}".encode())
            sealed[name] = base64.b64encode(box).decode()
        return sealed

    def open(self, owner: str, name: str, sealed: str, context: str) -> str:
        """The field in clear; empty where the key was destroyed, never came, or does not fit."""
        key = self.get(owner)
        if key is None or not sealed:
            return ""
        try:
            box = base64.b64decode(sealed, validate=True)
            cipher = ChaCha20Poly1305(key)
            nonce, text = box[:NONCE_BYTES], box[NONCE_BYTES:]
            return cipher.decrypt(nonce, text, f"{context}/{name}".encode()).decode()
        except (InvalidTag, ValueError):
            return ""

    def seal_bytes(self, owner: str, content: bytes, context: str) -> bytes | None:
        """Encrypt a file for its place; None where this node has no key of the owner.

        Never makes one: what is sealed under a key that nobody else has is lost to them.
        """
        key = self.get(owner)
        if key is None:
            return None
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + ChaCha20Poly1305(key).encrypt(nonce, content, context.encode())

    def open_bytes(self, owner: str, box: bytes, context: str) -> bytes | None:
        """The file in clear; None where the key was destroyed, never came, or does not fit."""
        key = self.get(owner)
        try:
            if key is None or len(box) < NONCE_BYTES:
                return None
            nonce, sealed = box[:NONCE_BYTES], box[NONCE_BYTES:]
            return ChaCha20Poly1305(key).decrypt(nonce, sealed, context.encode())
        except InvalidTag:
            return None

    def hash(self, what: str, text: str) -> str:
        """A hash under the network's key: the same at every station, useless to a stranger."""
        key = self.make(NETWORK)
        return hmac.digest(key, f"{what}:{text}".encode(), "sha256").hex()[:32]
