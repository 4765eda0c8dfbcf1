"""What an administrator does to a person's record: how each step is read back, and its command.

Knows commands and sentences; draws no page.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import flask
import msgspec
from flask_babel import gettext as _

from hub import here
from yizhan import events
from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.services.people import choices, commands
from yizhan.services.people import projection as people
from yizhan.services.people.model import LEGAL, Person

ACTS = {
    "verify": ("person.verified", N_("核实好了")),
    "correct": ("person.corrected", N_("改资料")),
    "move": ("person.moved_away", N_("记为搬走")),
    "die": ("person.died", N_("记为去世")),
    "back": ("person.returned", N_("改回来")),
    "merge": ("person.merged", N_("并入另一份")),
    "part": ("person.parted", N_("分开")),
    "apart": ("person.kept_apart", N_("不是同一个人")),
    "unpin": ("person.pin_cleared", N_("清掉图案密码")),
    "erase": ("person.erased", N_("删除全部资料")),
}
"""By the last word of the address: what is recorded, and what its button says."""

DANGEROUS = ("die", "erase")
NOT_FOUND = N_("没有找到另一份登记，请看一下编号")
TEXT_MAX = 200


class Asked(msgspec.Struct, frozen=True):
    """A step as it is read back; `fields` are what was asked for, to be sent once more."""

    title: str
    lines: Sequence[str]
    fields: Mapping[str, str]
    button: str
    danger: bool
    draft: Draft

    @property
    def mark(self) -> str:
        """Stands for what was read."""
        return hashlib.blake2b("\n".join(self.lines).encode(), digest_size=8).hexdigest()


def possible(state: Person) -> list[tuple[str, str]]:
    """What can be done with a record as it stands: (act, what its button says)."""
    able = LEGAL[state.status]
    return [
        (act, name)
        for act, (type_, name) in ACTS.items()
        if type_ in able and act != "apart" and (act != "unpin" or "pin" in state.sealed)
    ]


def read(act: str, person: str, state: Person) -> Asked:
    """The step that the form asks for. Raises Refusal where it cannot be."""
    given = {key: value.strip()[:TEXT_MAX] for key, value in flask.request.form.items()}
    fields = {key: given[key] for key in FIELDS.get(act, ()) if given.get(key)}
    draft, lines = _build(act, person, state, fields)
    if isinstance(draft, Refusal):
        raise draft
    title = _("%(called)s：%(what)s", called=state.called, what=_(ACTS[act][1]))
    return Asked(title, lines, fields, _(ACTS[act][1]), act in DANGEROUS, draft)


FIELDS = {
    "correct": ("called", "home", "born", "gender", "name", "phone", "address"),
    "move": ("day",),
    "die": ("day",),
    "back": ("why",),
    "merge": ("other",),
    "part": ("why",),
    "apart": ("other",),
    "erase": ("why",),
}


def _build(
    act: str, person: str, state: Person, fields: dict[str, str]
) -> tuple[Draft | Refusal, list[str]]:
    day, why = fields.get("day", ""), fields.get("why", "")
    match act:
        case "verify":
            return commands.verify(state, person, "hub"), [_("以后登记显示“已核实”。")]
        case "correct":
            return _correct(person, state, fields)
        case "move":
            lines = [_("她的卡在每个站点都停用。"), _("不再打电话，不再下新单。"), _reversible()]
            return commands.move_away(state, person, day), lines
        case "die":
            lines = [
                _("她的卡、积分和提醒在每个站点都停下来。"),
                _("没办完的单留给派单员，打电话问家里。"),
                _reversible(),
            ]
            return commands.die(state, person, day), lines
        case "back":
            return commands.bring_back(state, person, why), [_("回到原来的样子。"), why]
        case "merge" | "apart":
            return _pair(act, person, state, fields)
        case "part":
            return commands.part(state, person, why), [_("两份登记各管各的，记录都在。"), why]
        case "unpin":
            return commands.clear_pin(state, person), [_("她可以在站点重新设。")]
    lines = [
        _("每个站点上能打开她资料的钥匙都毁掉：姓名、电话、住址、照片、录音再也打不开。"),
        _("卡全部停用。办过的单还在，只是不知道是谁的。"),
        _("以前的备份和钥匙文件也请换新的。"),
        _("这一步不能撤回。"),
        why,
    ]
    return commands.erase(state, person, why), lines


def _reversible() -> str:
    """What is said of what can be undone."""
    return str(_("记错了，可以改回来。"))


def _correct(
    person: str, state: Person, fields: dict[str, str]
) -> tuple[Draft | Refusal, list[str]]:
    private: dict[str, str] = {
        key: fields[key] for key in ("name", "phone", "address") if key in fields
    }
    plain = {key: value for key, value in fields.items() if key not in private}
    named = {
        "called": _("称呼"), "home": _("站点"), "born": _("出生年份"), "gender": _("性别"),
        "name": _("姓名"), "phone": _("电话"), "address": _("地址"),
    }  # fmt: skip
    lines = [
        _("%(what)s改成：%(to)s", what=named[key], to=_shown(key, fields[key])) for key in fields
    ]
    return commands.correct(state, person, plain, private), lines


def _shown(key: str, value: str) -> str:
    if key == "home":
        return here.name_of("station", value)
    return str(_(choices.GENDERS[value])) if key == "gender" and value in choices.GENDERS else value


def _pair(
    act: str, person: str, state: Person, fields: dict[str, str]
) -> tuple[Draft | Refusal, list[str]]:
    other = _other(fields.get("other", ""))
    theirs: Person | None = here.node().state("person", other, f"person/{other}")
    if theirs is None:
        raise Refusal(NOT_FOUND)
    called = f"{theirs.called} {theirs.number}".strip()
    if act == "apart":
        return commands.keep_apart(state, person, other), [
            _("%(who)s 和她是两个人，以后不再提示。", who=called)
        ]
    lines = [
        _("以后都在 %(who)s 那一份上办。", who=called),
        _("两份的卡、单和小票都在那一份下面找得到。"),
        _("记错了，可以再分开。"),
    ]
    return commands.merge(state, person, other, theirs), lines


def _other(named: str) -> str:
    """The record that a form names, by id or by number."""
    row = people.by_number(here.node().db, named) if named else None
    return row.person if row else named


def do(act: str, person: str, asked: Asked, form: str) -> None:
    """Record it; after a merge the stations of both hold both."""
    node = here.node()
    node.record(form, here.actor(), lambda: asked.draft, asked=[act, person, dict(asked.fields)])
    if act == "merge":
        data: Any = asked.draft.data
        _join(form, (person, data.into))


def _join(form: str, persons: tuple[str, str]) -> None:
    node = here.node()
    for station in sorted(people.stations_of(node.db, persons)):
        for person in persons:
            if not people.known_at(node.db, station, person):
                name = events.digest(b"join", f"{form}/{station}/{person}".encode()).hex()[:32]
                draft = commands.meet(person, station)
                node.record(name, here.actor(), lambda draft=draft: draft)  # type: ignore[misc]
