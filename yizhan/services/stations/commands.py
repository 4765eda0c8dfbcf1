"""Adding, enrolling and revoking a station."""

import re

from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.services.stations.model import (
    Added,
    Cleared,
    Enrolled,
    Rescued,
    Revoked,
    Rotated,
    Station,
    Suspected,
)

CODE = re.compile(r"[a-z][a-z0-9-]{1,31}")


def add(code: str, name: str, secret_hash: str) -> Draft | Refusal:
    """Let a station enrol once with the secret whose hash this is."""
    if not CODE.fullmatch(code):
        return Refusal(N_("站点代码要用小写字母开头，2 到 32 个字母、数字或横线"))
    return Draft(f"station/{code}", Added(code, name, secret_hash))


def enrol(station: Station | None, secret_hash: str, public_key: str) -> Draft | Refusal:
    """Take in a machine that shows the one-time secret."""
    shown = bool(secret_hash) and station is not None and station.secret_hash == secret_hash
    if station is None or station.revoked or not shown:
        return Refusal(N_("入网码不对或已经用过，请在中心重新生成一个"))
    return Draft(f"station/{station.code}", Enrolled(public_key))


def rotate(station: Station | None, public_key: str) -> Draft | Refusal:
    """Go over to a station's new key, which its old one announced."""
    if station is None or station.revoked or not station.public_key:
        return Refusal(N_("这个站点没有入网，或者已经停用"))
    return Draft(f"station/{station.code}", Rotated(public_key))


def revoke(code: str) -> Draft:
    """Close the road to a station."""
    return Draft(f"station/{code}", Revoked())


def suspect(code: str, cause: str) -> Draft:
    """Two machines may be using a station's identity."""
    return Draft(f"station/{code}", Suspected(cause))


def clear(code: str) -> Draft:
    """A person answers for it that there is one machine only."""
    return Draft(f"station/{code}", Cleared())


def rescued(code: str, records: int) -> Draft:
    """So many records of a dead machine were taken in from its stick, on somebody's word."""
    return Draft(f"station/{code}", Rescued(records))
