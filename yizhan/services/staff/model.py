"""A staff account. The hub holds all; a station holds those of its own keepers.

The two are two kinds of one shape, because an audience belongs to a kind. The argon2 hash of
the password is sealed, so a printed journal does not show it.
"""

from typing import ClassVar

import msgspec

from yizhan.errors import N_
from yizhan.events import Data, Event, Name
from yizhan.folding import SetAside


class Added(Data, frozen=True):
    """An account was made or made anew; sealed: password (an argon2 hash)."""

    type: ClassVar[str] = "staff.added"
    login: Name
    name: Name
    role: Name
    scope: Name = ""


class Removed(Data, frozen=True):
    """The account opens nothing any more."""

    type: ClassVar[str] = "staff.removed"


class Staff(msgspec.Struct, frozen=True):
    """An account; `scope` is a partner's or a station's code, as its role needs."""

    login: str
    name: str
    role: str
    scope: str
    password: str
    active: bool = True


def fold(state: Staff | None, event: Event, data: Data) -> Staff | SetAside:
    """The account as last written."""
    match data:
        case Added(login, name, role, scope):
            return Staff(login, name, role, scope, event.sealed.get("password", ""))
        case Removed() if state is not None:
            return msgspec.structs.replace(state, active=False)
    return SetAside(N_("没有这个账号"))
