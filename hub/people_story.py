"""What happened to a person's record, in plain sentences, newest first.

Reads the journal's rows of her own record, cards, numbers, proxies and consents; opens nothing
that is sealed.
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from flask_babel import gettext as _

from hub import here, words
from yizhan.events import Event
from yizhan.folding import Key
from yizhan.record import Node
from yizhan.services.people import choices, consents, finding

KINDS = ("person", "proxy", "consent")
"""Kinds of her own audience that belong to the record; her orders have pages of their own."""


class Told(msgspec.Struct, frozen=True):
    """One line: when, where, who, what."""

    moment: str
    where: str
    who: str
    said: str
    type: str
    position: int


def keys_of(node: Node, person: str) -> list[Key]:
    """The subjects that make up a person's record, merged ones too."""
    found: list[Key] = []
    for one in finding.group(node.db, person):
        rows = node.db.sql(
            "SELECT DISTINCT audience, subject FROM journal WHERE audience = ?", (f"person:{one}",)
        )
        found += [(a, s) for a, s in rows if s.partition("/")[0] in KINDS]
        for table in ("card", "handle"):
            rows = node.db.sql(
                f"SELECT audience, subject FROM {table} WHERE network = ? AND person = ?",
                (node.network, one),
            )
            found += [(a, s) for a, s in rows]
    return found


def events_of(node: Node, keys: list[Key]) -> Iterator[tuple[int, Event]]:
    """Position and event of everything that was recorded of these subjects, in order."""
    for row in node.journal.of_keys(keys, placed=True):
        if row.readable is not None and row.key in set(keys):
            yield row.position or 0, row.readable


def story(node: Node, person: str) -> list[Told]:
    """All of it, the newest first."""
    lines = [_told(position, event) for position, event in events_of(node, keys_of(node, person))]
    return list(reversed(lines))


def _told(position: int, event: Event) -> Told:
    data: dict[str, Any] = msgspec.json.decode(event.data)
    say = SENTENCES.get(event.type)
    said = say(data) if say else words.event(event.type)
    where = here.name_of("station", event.source) if event.source != "hub" else str(_("中心"))
    return Told(
        words.moment(event.time), where, words.who(event.actor), str(said), event.type, position
    )


def _way(data: dict[str, Any]) -> str:
    name = str(_(choices.WAYS.get(data.get("way", "card"), choices.WAYS["card"])))
    tail = data.get("tail", "")
    return f"{name} {_('尾号 %(tail)s', tail=tail)}" if tail else name


def _wording(data: dict[str, Any]) -> str:
    found = consents.WORDINGS.get(data.get("kind", ""))
    return str(_(found.name)) if found else ""


WHYS: dict[str, Callable[[], str]] = {
    "lost": lambda: str(_("丢了")),
    "replaced": lambda: str(_("换了新卡")),
    "withdrawn": lambda: str(_("收回")),
}

SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "person.registered": lambda d: _("登记：%(called)s", called=d.get("called", "")),
    "person.verified": lambda d: _("核实了"),
    "person.corrected": lambda d: _("改了资料"),
    "person.moved_away": lambda d: _("记为搬走 %(day)s", day=d.get("day", "")),
    "person.died": lambda d: _("记为去世 %(day)s", day=d.get("day", "")),
    "person.returned": lambda d: _("改回来：%(why)s", why=d.get("why", "")),
    "person.merged": lambda d: _("并入 %(who)s", who=here.called(d.get("into", ""))),
    "person.parted": lambda d: _("分开：%(why)s", why=d.get("why", "")),
    "person.kept_apart": lambda d: _(
        "看过了，和 %(who)s 不是同一个人", who=here.called(d["other"])
    ),
    "person.pin_set": lambda d: _("设了三张图案"),
    "person.pin_cleared": lambda d: _("清掉了三张图案"),
    "person.erased": lambda d: _("删除了全部资料：%(why)s", why=d.get("why", "")),
    "card.issued": lambda d: _("给了：%(way)s", way=_way(d)),
    "card.blocked": lambda d: _("卡停用：%(why)s", why=WHYS[d.get("why", "lost")]()),
    "card.blanked": lambda d: _("卡上的称呼删掉了"),
    "handle.added": lambda d: _("记了号码：%(way)s", way=_way(d)),
    "handle.withdrawn": lambda d: _("号码不用了"),
    "handle.blanked": lambda d: _("号码删掉了"),
    "proxy.granted": lambda d: _(
        "%(principal)s 请 %(agent)s 代办", principal=d["principal_called"], agent=d["agent_called"]
    ),
    "proxy.ended": lambda d: _("代办结束了"),
    "consent.given": lambda d: _("同意：%(what)s（第 %(n)s 版）", what=_wording(d), n=d["version"]),
    "consent.withdrawn": lambda d: _("不再同意"),
}
