"""At the desk: who may act for her, that she died or moved away, and how she gets her data.

Steps of the page of one person (people.py); draws no page of its own.
"""

from collections.abc import Callable
from typing import Any

import flask
from flask_babel import gettext as _

from kiosk import slips
from kiosk.desk import login
from kiosk.here import Print, here
from kiosk.tickets import form_id
from yizhan import registering
from yizhan.errors import N_, Refusal
from yizhan.services.people import choices, commands, finding, numbers, proxies
from yizhan.services.people import projection as people
from yizhan.services.people.model import Person

NOBODY = N_("没有找到代办的人：请先给代办人登记，再写编号或手机号")


def _actor() -> str:
    who = login.keeper()
    return f"staff/{who.login if who else ''}"


def context(person: str) -> dict[str, Any]:
    """What the page of one person shows of this."""
    return {
        "agents": list(finding.agents(here().node, person).items()),
        "scopes": proxies.SCOPES,
        "relations": choices.RELATIONS,
    }


def _agent(text: str) -> str:
    """Who is named by number or telephone. Raises Refusal where that is not one person."""
    at = here()
    row = people.by_number(at.db, text)
    if row is not None:
        return str(row.person)
    found = finding.by_handle(at.db, numbers.handle_hash(at.node.keys, "phone", text))
    if len(found) != 1:
        raise Refusal(NOBODY)
    return found[0]


def _proxy(person: str, state: Person) -> str:
    at, sent = here(), flask.request.form
    agent = _agent(sent.get("agent", "").strip())
    granted = proxies.Granted(
        person,
        state.called,
        agent,
        people.called(at.db, agent),
        tuple(sent.getlist("scope")),
        sent.get("until", ""),
        sent.get("relation", "") if sent.get("relation", "") in choices.RELATIONS else "",
    )
    registering.grant_proxy(at.node, form_id(), _actor(), granted)
    return str(_("记下了：%(who)s 可以代办", who=granted.agent_called))


def _unproxy(person: str, _state: Person) -> str:
    at, proxy = here(), flask.request.form.get("proxy", "")
    found = finding.agents(at.node, person).get(proxy)
    if found is None:
        raise Refusal(proxies.NO_SUCH)
    registering.end_proxy(at.node, form_id(), _actor(), proxy, found.principal)
    return str(_("代办结束了"))


def _die(person: str, state: Person) -> str:
    return _stop(commands.die, person, state)


def _move(person: str, state: Person) -> str:
    return _stop(commands.move_away, person, state)


def _stop(command: Callable[..., Any], person: str, state: Person) -> str:
    """Only where the box is ticked: one tap must not stop somebody's cards."""
    day, sure = flask.request.form.get("day", ""), "sure" in flask.request.form
    if not sure:
        raise Refusal(N_("请先勾上“我核对过了”"))
    form = form_id()
    here().node.record(form, _actor(), lambda: command(state, person, day), asked=[person, day])
    return str(_("记下了，卡已经停用。记错了，请中心改回来"))


def _rights(person: str, state: Person) -> str:
    """A slip that tells her how to see, or have erased, what is held about her."""
    at = here()
    said = [
        str(_("您可以要一份驿站记下的全部资料，也可以要求删除。")),
        str(_("请带身份证到社区中心，或者请站长替您转告。")),
        str(_("您的编号：%(number)s", number=state.number)),
    ]
    slip = slips.letter(state.called, said, at.listing, at.node.clock.stamp())
    at.print(Print(f"person/{person}", _("%(called)s 的资料说明", called=state.called), slip))
    return str(_("说明在打了，请交给本人"))


ACTS = {"proxy": _proxy, "unproxy": _unproxy, "die": _die, "move": _move, "rights": _rights}
