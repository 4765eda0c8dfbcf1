"""Making and closing staff accounts."""

import re

from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.services.staff.model import Added, Removed

LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,31}")


def add(kind: str, added: Added, password_hash: str, station: str = "") -> Draft | Refusal:
    """Write an account: kind "staff" for the hub, "keeper" for a station's desk."""
    if not LOGIN.fullmatch(added.login):
        return Refusal(N_("登录名要用小写字母开头，2 到 32 个字母、数字、点或横线"))
    return Draft(f"{kind}/{added.login}", added, owner=station, sealed={"password": password_hash})


def remove(kind: str, login: str, station: str = "") -> Draft:
    """Close an account."""
    return Draft(f"{kind}/{login}", Removed(), owner=station)
