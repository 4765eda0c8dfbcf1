"""How a station joins: a one-time code, a key pair of its own, and the hub's key checked.

The code carries the hub's address, the fingerprint of its key, the station's code and a
secret. The secret itself never travels: the station proves it with an HMAC and the hub
answers under a key derived from it, so a listener learns nothing and a false hub is found.
Pure: no network, no tables.
"""

import base64
import hashlib
import hmac
import re
import secrets

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from yizhan.errors import Refusal
from yizhan.keys import fingerprint

PREFIX = "YZ1-"
PUBLIC_KEY = re.compile(r"[0-9a-f]{64}")


class Code(msgspec.Struct, frozen=True, array_like=True):
    """What an enrolment code says."""

    url: str
    hub_fingerprint: str
    station: str
    secret: str


class Asking(msgspec.Struct, frozen=True):
    """What the station posts: its code, its public key (hex), the proof of the secret (hex)."""

    station: str
    public_key: str
    proof: str


class Welcome(msgspec.Struct, frozen=True):
    """What the hub gives a new station: keys in hex."""

    network: str
    hub_key: str
    network_key: str
    offset: str


def new_secret() -> str:
    """A one-time secret: 80 random bits in hex."""
    return secrets.token_hex(10)


def secret_hash(secret: str) -> str:
    """What the hub keeps of a secret; it is the key of the proof."""
    return hashlib.blake2b(secret.encode(), digest_size=32, person=b"yizhan enrol").hexdigest()


def make_code(url: str, hub_fingerprint: str, station: str, secret: str) -> str:
    """The code that an operator carries to the station."""
    content = msgspec.json.encode(Code(url, hub_fingerprint, station, secret))
    return PREFIX + base64.urlsafe_b64encode(content).decode().rstrip("=")


def read_code(text: str) -> Code:
    """The code taken apart. Raises Refusal where it is not one of ours."""
    body = text.strip().removeprefix(PREFIX)
    try:
        return msgspec.json.decode(
            base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)), type=Code
        )
    except (msgspec.MsgspecError, ValueError) as error:
        raise Refusal("入网码不完整，请从 hub station add 的输出里整行复制") from error


def prove(hashed: str, public_key: str) -> str:
    """The proof that who sends this public key knows the secret."""
    return hmac.digest(bytes.fromhex(hashed), f"enrol {public_key}".encode(), "sha256").hex()


def proven(hashed: str, asking: Asking) -> bool:
    """Whether the public key is one and the proof of the secret is right."""
    right = prove(hashed, asking.public_key)
    return bool(PUBLIC_KEY.fullmatch(asking.public_key)) and hmac.compare_digest(
        right.encode(), asking.proof.encode()
    )


def seal_welcome(hashed: str, asking: Asking, welcome: Welcome) -> bytes:
    """The answer, readable only for who knows the secret."""
    nonce = secrets.token_bytes(12)
    cipher = ChaCha20Poly1305(_answer_key(hashed))
    return nonce + cipher.encrypt(nonce, msgspec.json.encode(welcome), asking.public_key.encode())


def open_welcome(code: Code, public_key: str, box: bytes) -> Welcome:
    """The hub's answer. Raises Refusal where it is not from the hub that the code names."""
    cipher = ChaCha20Poly1305(_answer_key(secret_hash(code.secret)))
    try:
        clear = cipher.decrypt(box[:12], box[12:], public_key.encode())
        welcome = msgspec.json.decode(clear, type=Welcome)
    except (InvalidTag, ValueError, msgspec.MsgspecError) as error:
        raise Refusal("回答的不是入网码里的那个中心，请核对地址") from error
    if fingerprint(bytes.fromhex(welcome.hub_key)) != code.hub_fingerprint:
        raise Refusal("中心的密钥与入网码不符，请核对地址")
    return welcome


def _answer_key(hashed: str) -> bytes:
    return hashlib.blake2b(bytes.fromhex(hashed), digest_size=32, person=b"yizhan welcome").digest()
