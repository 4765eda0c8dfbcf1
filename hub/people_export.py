"""Everything that is held about a person, as one file: readable above, for machines below.

Opened with her key, so after an erasing there is nothing to export. Writes no file itself.
"""

from typing import Any

import flask
import msgspec

from hub import words
from hub.people_story import story
from yizhan.events import Event
from yizhan.record import Node
from yizhan.services.people import choices, consents, finding
from yizhan.services.people import projection as people

PRIVATE = ("name", "phone", "address", "flags")


def document(node: Node, person: str) -> str:
    """The file, as HTML that opens without a network."""
    found = gather(node, person)
    return flask.render_template(
        "hub/person_export.html",
        found=found,
        story=story(node, person),
        choices=choices,
        wordings=consents.WORDINGS,
        made=words.moment(node.clock.stamp()),
        raw=msgspec.json.format(msgspec.json.encode(found), indent=1).decode(),
    )


def gather(node: Node, person: str) -> dict[str, Any]:
    """All of it as plain values: her records, cards, numbers, and every event in her audience."""
    group = finding.group(node.db, person)
    return {
        "made": node.clock.stamp(),
        "records": [_record(node, one) for one in group],
        "cards": [
            {"way": row.way, "tail": row.tail, "blocked": bool(row.blocked)}
            for row in people.cards_of(node.db, group)
        ],
        "numbers": [
            {"way": row.way, "tail": row.tail, "valid": bool(row.valid)}
            for row in people.handles_of(node.db, group)
        ],
        "stations": sorted(people.stations_of(node.db, group)),
        "events": [one for person_ in group for one in _events(node, person_)],
    }


def _record(node: Node, person: str) -> dict[str, Any]:
    state = node.state("person", person, f"person/{person}")
    plain: dict[str, Any] = msgspec.to_builtins(state)
    sealed = plain.pop("sealed")
    plain["id"] = person
    for name in PRIVATE:
        plain[name] = node.keys.open(person, name, sealed.get(name, ""), f"person/{person}")
    return plain


def _events(node: Node, person: str) -> list[dict[str, Any]]:
    """Every event that only those see who hold her record, with what is sealed in it opened."""
    rows = node.db.sql(
        "SELECT DISTINCT audience, subject FROM journal WHERE audience = ?", (f"person:{person}",)
    )
    keys = [(audience, subject) for audience, subject in rows]
    held = node.journal.of_keys(keys, placed=True)
    return [_event(node, person, row.readable) for row in held if row.readable is not None]


def _event(node: Node, person: str, event: Event) -> dict[str, Any]:
    opened = {
        name: node.keys.open(person, name, box, event.subject)
        for name, box in event.sealed.items()
        if name != "pin"
    }
    return {
        "time": event.time,
        "type": event.type,
        "subject": event.subject,
        "source": event.source,
        "actor": event.actor,
        "data": msgspec.json.decode(event.data),
        **({"private": opened} if opened else {}),
    }
