"""Finds a resident of this station by name, pinyin, number or the last digits of a telephone.

The index lies in memory alone and is made from the records that this station holds: names are
opened there and nowhere written. Polyphones count both ways (单 is d and s). Knows no page.
"""

import heapq
import itertools
import os
import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import msgspec

from yizhan.record import Node
from yizhan.services.people.model import ERASED, MERGED, Person

READINGS_MAX = 16
"""Of a whole name; more would be guesses."""

LATIN = re.compile(r"[a-z ']+")
DIGITS = re.compile(r"\d+")
PHONE_DIGITS = 4

ALL_PEOPLE = (
    "SELECT subject, COALESCE(optimistic, confirmed) FROM subject"
    " WHERE network = ? AND subject LIKE 'person/%'"
)
SOME_PEOPLE = (
    "SELECT subject, COALESCE(optimistic, confirmed) FROM subject"
    " WHERE network = ? AND subject IN ({})"
)
CHANGED = (
    "SELECT DISTINCT subject FROM journal"
    " WHERE network = ? AND local > ? AND subject LIKE 'person/%'"
)


class Entry(msgspec.Struct, frozen=True):
    """Somebody who can be found; `latin` is every way of writing her in letters, each after |."""

    person: str
    called: str
    name: str
    number: str
    born: int
    status: str
    phone: str
    latin: str


class Finder:
    """The index of one station."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._lock = threading.Lock()
        self._entries: dict[str, Entry] = {}
        self._local = -1
        self._keys = -1

    def find(self, asked: str, limit: int = 20) -> list[Entry]:
        """The best matches, the surest first; empty for an empty question."""
        question = unicodedata.normalize("NFKC", asked).strip().lower()[:40]
        if not question:
            return []
        with self._lock:
            self._renew()
            entries = list(self._entries.values())
        found = _matching(entries, question)
        return heapq.nsmallest(limit, found, key=lambda one: (_rank(one, question), one.called))

    def _renew(self) -> None:
        """Take in what was recorded or arrived since; with a new key every name may open."""
        db = self._node.db
        local = db.sql("SELECT MAX(local) FROM journal")[0][0] or 0
        keys = db.sql("SELECT COUNT(*) FROM seal_key")[0][0]
        if keys != self._keys or local < self._local:
            self._entries = {}
            self._take(db.sql(ALL_PEOPLE, (db.network,)))
        elif local > self._local:
            changed = [row[0] for row in db.sql(CHANGED, (db.network, self._local))]
            if changed:
                self._take(db.within(SOME_PEOPLE, (db.network,), changed))
        self._local, self._keys = local, keys

    def _take(self, rows: Iterable[Any]) -> None:
        kind = self._node.registry.kinds["person"]
        for subject, raw in rows:
            person = subject.partition("/")[2]
            state = self._node.registry.decode_state(kind, bytes(raw)) if raw else None
            if state is None or state.status in (ERASED, MERGED):
                self._entries.pop(person, None)
            else:
                self._entries[person] = self._entry(person, state)

    def _entry(self, person: str, state: Person) -> Entry:
        name, phone = (
            self._node.keys.open(person, field, state.sealed.get(field, ""), f"person/{person}")
            for field in ("name", "phone")
        )
        digits = "".join(DIGITS.findall(phone))
        latin = "".join(f"|{one}" for one in {*_written(name), *_written(state.called)})
        return Entry(
            person, state.called, name, state.number, state.born, state.status,
            digits[-PHONE_DIGITS:], latin,
        )  # fmt: skip


def _matching(entries: Iterable[Entry], question: str) -> list[Entry]:
    """Those who fit at all: one pass over everybody, so it does as little as it can for each."""
    if LATIN.fullmatch(question):
        letters = _letters(question)
        return [one for one in entries if letters in one.latin] if letters else []
    if DIGITS.fullmatch(question):
        return [one for one in entries if question == one.phone or one.number.endswith(question)]
    return [
        one
        for one in entries
        if question in one.name or question in one.called or question in one.number.lower()
    ]


def _rank(one: Entry, question: str) -> int:
    """How well somebody fits who does: 0 exactly, 1 from the beginning, 2 within."""
    if LATIN.fullmatch(question):
        letters = _letters(question)
        whole = f"|{letters}|" in f"{one.latin}|"
        return 0 if whole else 1 if f"|{letters}" in one.latin else 2
    if DIGITS.fullmatch(question):
        return 0 if question == one.phone or question == _serial(one.number) else 1
    texts = (one.name, one.called, one.number.lower())
    return 0 if question in texts else 1 if any(t.startswith(question) for t in texts) else 2


def _letters(question: str) -> str:
    return question.replace(" ", "").replace("'", "")


def _serial(number: str) -> str:
    return next(reversed(DIGITS.findall(number)), "").lstrip("0")


def _written(text: str) -> Iterator[str]:
    """A name in letters: whole syllables, and the first letter of each."""
    readings = [_readings(character) for character in text]
    readings = [found for found in readings if found]
    for syllables in itertools.islice(itertools.product(*readings), READINGS_MAX):
        if syllables:
            yield "".join(syllables)
            yield "".join(one[0] for one in syllables)


@cache
def _readings(character: str) -> tuple[str, ...]:
    """The syllables that a character may be read as, without tones; a letter is itself."""
    if character.isascii():
        return (character.lower(),) if character.isalnum() else ()
    plain = (_plain(one) for one in _table().get(ord(character), "").split(",") if one)
    return tuple(dict.fromkeys(plain))


def _plain(syllable: str) -> str:
    """lǜ as it is typed: lv."""
    bare = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(one for one in bare if one.isascii())


@cache
def _table() -> dict[int, str]:
    """The readings of all characters; the phrases of that package, 10 MB, are not wanted."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin.pinyin_dict import pinyin_dict

    table: dict[int, str] = pinyin_dict
    return table
