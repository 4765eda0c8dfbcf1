"""Who may act for whom: a daughter orders for her mother. Pure: the steps and the commands.

One subject in two audiences: the mother's, where it is granted, and the daughter's, where the
hub repeats it, so that it is known wherever the daughter lays her card. Either may end it.
"""

import datetime
from typing import ClassVar

import msgspec

from yizhan.errors import N_, Refusal
from yizhan.events import Data, Draft, Event, Name
from yizhan.folding import SetAside

ORDER, COLLECT, SEE = "order", "collect", "see"
SCOPES = {ORDER: N_("代她下单"), COLLECT: N_("代她领取"), SEE: N_("看她的单")}

ENDED = N_("这份委托已经结束了")
NO_SUCH = N_("没有这份委托")


class Granted(Data, frozen=True):
    """`agent` may act for `principal` in these things, through the day `until` (empty: no end)."""

    type: ClassVar[str] = "proxy.granted"
    principal: Name
    principal_called: Name
    agent: Name
    agent_called: Name
    scope: tuple[Name, ...]
    until: Name = ""
    relation: Name = ""


class Ended(Data, frozen=True):
    """One of the two, or staff for them, ended it."""

    type: ClassVar[str] = "proxy.ended"


class Proxy(msgspec.Struct, frozen=True):
    """Who acts for whom, in what, until when."""

    principal: str
    principal_called: str
    agent: str
    agent_called: str
    scope: tuple[str, ...]
    until: str = ""
    relation: str = ""
    ended: str = ""
    """When it was ended; empty while it holds."""


def fold(state: Proxy | None, event: Event, data: Data) -> Proxy | SetAside:
    """Granted once, ended once."""
    match data:
        case Granted() if state is None:
            return Proxy(**msgspec.structs.asdict(data))
        case Ended() if state is not None and not state.ended:
            return msgspec.structs.replace(state, ended=event.time)
    return SetAside(
        ENDED if state and state.ended else N_("这份委托已经有了") if state else NO_SUCH
    )


def grant(proxy: str, granted: Granted, today: str) -> Draft | Refusal:
    """Let somebody act for somebody; `proxy` is a fresh id."""
    if not granted.principal or not granted.agent or granted.principal == granted.agent:
        return Refusal(N_("请选两位不同的居民：谁委托，谁来办"))
    scope = tuple(one for one in SCOPES if one in granted.scope)
    if not scope:
        return Refusal(N_("请选她可以代办什么"))
    if granted.until and not _is_day(granted.until):
        return Refusal(N_("请选一个日期"))
    if granted.until and granted.until < today:
        return Refusal(N_("委托的最后一天已经过了"))
    data = msgspec.structs.replace(granted, scope=scope)
    return Draft(f"proxy/{proxy}", data, owner=granted.principal)


def end(state: Proxy | None, proxy: str, owner: str) -> Draft | Refusal:
    """End it, in the audience of `owner`: the principal or the agent."""
    if state is None:
        return Refusal(NO_SUCH)
    if state.ended:
        return Refusal(ENDED)
    if owner not in (state.principal, state.agent):
        return Refusal(N_("只有委托的人和代办的人可以结束委托"))
    return Draft(f"proxy/{proxy}", Ended(), owner=owner)


def holds(state: Proxy, today: str, thing: str = "") -> bool:
    """Whether it holds on a day, for a thing (empty: for anything)."""
    return (
        not state.ended
        and (not state.until or today <= state.until)
        and (not thing or thing in state.scope)
    )


def _is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-11-28")
