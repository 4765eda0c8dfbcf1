"""Who may do what: roles × scopes in one table (M45). Every route of every app is tested on it.

A route names one capability; a capability names its roles; a role has one kind of scope. Who
is outside the table may do nothing. Residents have no role: the touchscreen is theirs, and
it listens on loopback only.
"""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

import msgspec

Scope = Literal["street", "station", "partner"]

ROLES: dict[str, Scope] = {
    "street_admin": "street",
    "dispatcher": "street",
    "auditor": "street",
    "keeper": "station",
    "partner_worker": "partner",
}
"""Each role and what its scope is: the whole street, one station, one partner."""

MAY: dict[str, frozenset[str]] = {
    "desk.serve": frozenset({"keeper"}),
    "desk.see": frozenset({"keeper"}),
    "desk.carry": frozenset({"keeper"}),
    "desk.manage": frozenset({"keeper"}),
    "order.see": frozenset({"street_admin", "dispatcher", "auditor"}),
    "order.dispatch": frozenset({"street_admin", "dispatcher"}),
    "order.contact": frozenset({"dispatcher"}),
    "order.attach": frozenset({"keeper"}),
    "job.see": frozenset({"partner_worker"}),
    "job.do": frozenset({"partner_worker"}),
    "fleet.see": frozenset({"street_admin", "dispatcher", "auditor"}),
    "fleet.settle": frozenset({"street_admin"}),
    "escrow.see": frozenset({"street_admin", "dispatcher", "auditor"}),
    "escrow.manage": frozenset({"street_admin"}),
    "rating.see": frozenset({"street_admin", "dispatcher", "auditor"}),
    "aside.see": frozenset({"street_admin", "dispatcher"}),
    "aside.settle": frozenset({"street_admin", "dispatcher"}),
    "stick.see": frozenset({"street_admin", "dispatcher"}),
    "stick.read": frozenset({"street_admin", "dispatcher"}),
    "stick.rescue": frozenset({"street_admin"}),
    "notice.see": frozenset({"street_admin", "dispatcher", "auditor"}),
    "notice.write": frozenset({"street_admin", "dispatcher"}),
    "setup.see": frozenset({"street_admin", "dispatcher", "auditor"}),
    "setup.pause": frozenset({"street_admin", "dispatcher"}),
    "ticket.see": frozenset({"street_admin", "dispatcher", "auditor"}),
    "catalogue.see": frozenset({"street_admin", "dispatcher", "auditor"}),
    "slip.check": frozenset({"street_admin", "dispatcher", "auditor"}),
    "person.see": frozenset({"street_admin", "dispatcher"}),
    "person.private": frozenset({"street_admin"}),
    "person.manage": frozenset({"street_admin"}),
    "home.see": frozenset(ROLES),
}
"""Each capability and the roles that have it."""

PUBLIC = "public"
"""The capability of pages that need no log-in: log-in itself, health, the resident's screen."""

View = TypeVar("View", bound=Callable[..., Any])


class Account(msgspec.Struct, frozen=True):
    """Who is signed in: `scope` is a partner's or a station's code, empty for the street."""

    login: str
    name: str
    role: str
    scope: str = ""


def may(capability: str) -> Callable[[View], View]:
    """Mark a route with the one capability that opens it; the app's guard reads the mark."""
    if capability != PUBLIC and capability not in MAY:
        raise KeyError(capability)

    def mark(view: View) -> View:
        view.capability = capability  # type: ignore[attr-defined]
        return view

    return mark


def allowed(account: Account | None, capability: str) -> bool:
    """Whether this account (None: nobody signed in) may do this."""
    if capability == PUBLIC:
        return True
    return account is not None and account.role in MAY.get(capability, frozenset())


def within(account: Account, scope: Scope, code: str) -> bool:
    """Whether a thing of this partner or station lies within the account's scope."""
    mine = ROLES.get(account.role)
    return mine == "street" or (mine == scope and account.scope == code)
