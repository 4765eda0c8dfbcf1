"""Accounts of staff: made, changed and closed at the hub (M45).

A keeper has two: one for the hub's pages and one that travels to the station's desk. After a
total loss of the hub only the second comes back, and can still be closed. The password is seen
here once, on its way into argon2, and nowhere else.
"""

import msgspec

from yizhan import passwords
from yizhan.access import ROLES
from yizhan.errors import Refusal
from yizhan.events import Draft
from yizhan.ids import new_id
from yizhan.record import HUB, Node
from yizhan.services.catalogue.projection import entry
from yizhan.services.staff import commands
from yizhan.services.staff.model import Added, Staff
from yizhan.services.staff.projection import desks
from yizhan.services.stations.projection import station as station_row

PASSWORD_CHARACTERS_MIN = 8
PASSWORD_BYTES_MAX = 256


class Wanted(msgspec.Struct, frozen=True):
    """An account as it was asked for; `partner` and `station` are codes or empty."""

    login: str
    name: str
    role: str
    partner: str = ""
    station: str = ""


def add(node: Node, wanted: Wanted, password: str) -> None:
    """Make an account or make it anew. Raises Refusal with what to mend."""
    _at_hub(node)
    scope = _scope(node, wanted)
    if len(password) < PASSWORD_CHARACTERS_MIN:
        raise Refusal("密码至少要 %(n)s 个字", n=PASSWORD_CHARACTERS_MIN)
    if len(password.encode()) > PASSWORD_BYTES_MAX:
        raise Refusal("密码太长了")
    hashed = passwords.hashed(password)
    added = Added(wanted.login, wanted.name, wanted.role, scope)
    _record(node, commands.add("staff", added, hashed))
    for desk in desks(node.db, wanted.login):
        if (wanted.role, scope) != ("keeper", desk):
            _record(node, commands.remove("keeper", wanted.login, desk))
    if wanted.role == "keeper":
        _record(node, commands.add("keeper", added, hashed, scope))


def remove(node: Node, login: str) -> None:
    """Close an account everywhere. Raises Refusal where there is none."""
    _at_hub(node)
    here, at_desks = account(node, login), desks(node.db, login)
    if here is None and not at_desks:
        raise Refusal("没有账号 %(login)s", login=login)
    if here is not None:
        _record(node, commands.remove("staff", login))
    for desk in at_desks:
        _record(node, commands.remove("keeper", login, desk))


def account(node: Node, login: str) -> Staff | None:
    """The account for the hub's pages, or None where there is none that is open."""
    state = node.state("staff", "", f"staff/{login}")
    return state if isinstance(state, Staff) and state.active else None


def password_hash(node: Node, staff: Staff) -> str:
    """The argon2 hash of an account's password."""
    return node.keys.open("network", "password", staff.password, f"staff/{staff.login}")


def _at_hub(node: Node) -> None:
    if not node.is_hub:
        raise Refusal("账号要在中心的目录里做，这里是站点 %(station)s", station=node.source)


def _scope(node: Node, wanted: Wanted) -> str:
    kind = ROLES[wanted.role]
    given = {"partner": wanted.partner, "station": wanted.station}
    for name, code in given.items():
        if code and name != kind:
            said = "角色 %(role)s 不用写 --%(name)s，请去掉"
            raise Refusal(said, role=wanted.role, name=name)
    if kind == "street":
        return ""
    code = given[kind]
    if not code:
        raise Refusal("角色 %(role)s 要写明 --%(kind)s", role=wanted.role, kind=kind)
    known = entry(node.db, kind, code) or (kind == "station" and station_row(node.db, code))
    if not known:
        raise Refusal("登记册里没有 %(code)s：先导入资料包，或者看看代码写得对不对", code=code)
    return code


def _record(node: Node, decision: Draft | Refusal) -> None:
    node.record(new_id(), HUB, lambda: decision)
