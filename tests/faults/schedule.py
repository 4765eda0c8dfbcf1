"""From a seed to a list of moves, and from a failing list to the shortest that still fails.

Each seed takes only some kinds of moves, with weights of its own, so that rare things meet
often enough (swarm testing, Groce et al. 2012). Knows the moves' names and values, runs none.
"""

import ast
import pprint
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from tests.faults.roads import Move
from tests.faults.town import CODES

BOXES = (*CODES, "zhongda2", "xiaogan2")
WORN = ("cut", "flipped", "longer")
LACKING = ("", "word", "ticket")
REQUEST = ("request lost", "request late", "request cut", "request flipped", "request longer")
REPLY = ("reply lost", "reply late", "reply cut", "reply flipped", "reply portal", "reply-twice")
FAULTS = ("", "", "", "", "", "", "twice", *REQUEST, *REPLY)

Kind = Callable[[Random], Move]


def _n(chance: Random) -> int:
    return chance.randrange(42)


def _life(chance: Random) -> Move:
    where = chance.choice(BOXES)
    anywhere = chance.choice(("hub", "hub", *BOXES))
    return chance.choice(
        (
            ("place", where, _n(chance)),
            ("place", where, _n(chance)),
            ("step", anywhere, _n(chance), _n(chance)),
            ("step", anywhere, _n(chance), _n(chance)),
            ("step", "hub", _n(chance), _n(chance)),
            ("both", where, _n(chance), _n(chance)),
            ("take_tickets", where, _n(chance)),
            ("serve", where, _n(chance), _n(chance)),
            ("meet", where, _n(chance)),
            ("give_word", where, _n(chance), _n(chance)),
            ("again", _n(chance)),
        )
    )


def _scarce(chance: Random) -> Move:
    """What people do with what is divided; each records once."""
    anywhere = chance.choice(("hub", "zhongda", *BOXES))
    what = chance.choice(("spend", "spend", "spend", "earn", "hand_over"))
    return what, anywhere, _n(chance), _n(chance)


def _ask(chance: Random) -> Move:
    fault = chance.choice(("", "", "request lost", "reply lost", "request late", "twice"))
    return "ask", chance.choice(BOXES), _n(chance), _n(chance), fault


def _relapse(chance: Random) -> Move:
    return "relapse", chance.choice(BOXES), _n(chance), _n(chance), chance.choice(FAULTS)


def _attach(chance: Random) -> Move:
    return "attach", chance.choice(BOXES), _n(chance), _n(chance)


def _rotate(chance: Random) -> Move:
    return "rotate", chance.choice(BOXES)


def _talk(chance: Random) -> Move:
    return "talk", chance.choice(BOXES), chance.choice(FAULTS), chance.randrange(1 << 16)


def _round(chance: Random) -> Move:
    fault = chance.choice(("", "", "", "", "too large", "lost", "reply lost", "portal"))
    return "pipeline", chance.choice(BOXES), 1 + chance.randrange(12), fault, ("again", _n(chance))


def _nested(chance: Random) -> Move:
    kinds = (_life, _life, _talk, _talk, _scarce, _attach, _rotate, _stick)
    return chance.choice((*kinds, _pipeline_plain, _pipeline_plain, _pipeline_plain))(chance)


def _stick(chance: Random) -> Move:
    kind = chance.choice(("stick out", "stick hub", "stick in", "number"))
    return KINDS[kind][1](chance)


def _pipeline_plain(chance: Random) -> Move:
    return "pipeline", chance.choice(BOXES), 0, "", ("again", 0)


def _pipeline(chance: Random) -> Move:
    fault = chance.choice(("before", "after", "too large", "lost", "reply lost", "portal"))
    move = chance.choice((_life, _crash, _restart, _put_hub_back))(chance)
    return "pipeline", chance.choice(BOXES), 1 + _n(chance) % 9, fault, move


def _crash(chance: Random) -> Move:
    where, move = _any(chance), _nested(chance)
    if chance.random() < 0.3:
        return "crash", where, "commits", chance.randrange(5), move
    if chance.random() < 0.3:
        return "crash", where, "files", chance.randrange(12), move
    return "crash", where, "statements", chance.choice((_n(chance), chance.randrange(150))), move


def _restart(chance: Random) -> Move:
    return "restart", _any(chance)


def _put_hub_back(chance: Random) -> Move:
    return "put_back", "hub", chance.randrange(12), chance.random() < 0.7


def _any(chance: Random) -> str:
    return chance.choice(("hub", *BOXES))


def _station(chance: Random) -> str:
    return chance.choice(CODES)


KINDS: dict[str, tuple[float, Kind]] = {
    "arrive": (1, lambda c: ("arrive", _n(c), c.choice(("back", "lost")))),
    "deliver": (1, lambda c: ("deliver", _n(c))),
    "limits": (0.4, lambda c: ("limits", c.choice((0, 5, 8, 20)), c.choice((0, 1, 500, 3000)))),
    "pipeline": (1.5, _pipeline),
    "at_two_stations": (0.7, lambda c: ("at_two_stations", _station(c), _station(c))),
    "strange": (0.7, lambda c: ("strange", c.choice(BOXES), _n(c))),
    "restart": (1, _restart),
    "crash": (3, _crash),
    "full": (1.5, lambda c: ("full", _any(c), c.randrange(12), _nested(c))),
    "flip": (0.4, lambda c: ("flip", _any(c), _n(c), _n(c), c.randrange(1 << 16))),
    "clock": (0.5, lambda c: ("clock", _any(c), _n(c))),
    "software": (0.7, lambda c: ("software", _any(c), c.choice(LACKING))),
    "image": (1, lambda c: ("image", c.choice(CODES))),
    "put_back": (1, lambda c: ("put_back", c.choice(BOXES[:3]), c.randrange(2), c.random() < 0.7)),
    "relapse": (0.6, _relapse),
    "clone": (0.6, lambda c: ("clone", c.choice(CODES[:2]))),
    "unclone": (0.3, lambda c: ("unclone", c.choice(CODES[:2]))),
    "lose station": (0.3, lambda c: ("lose", _station(c))),
    "image hub": (1, lambda c: ("image", "hub")),
    "put hub back": (1, _put_hub_back),
    "lose hub": (0.3, lambda c: ("lose", "hub", c.choice(("", "collect")))),
    "number": (0.3, lambda c: ("number",)),
    "stick out": (1, lambda c: ("stick_out", c.choice(BOXES), _n(c))),
    "stick hub": (1, lambda c: ("stick_hub", _n(c))),
    "stick in": (1, lambda c: ("stick_in", c.choice(BOXES), _n(c))),
    "stick worn": (0.5, lambda c: ("stick_worn", _n(c), _n(c), c.choice(WORN), _n(c) * 97)),
    "clear": (0.3, lambda c: ("clear", _station(c))),
}  # fmt: skip
"""What may go wrong, besides the road: how often, and the move."""

DAILY: dict[str, tuple[float, Kind]] = {
    "life": (4, _life),
    "talk": (2, _talk),
    "round": (2, _round),
    "scarce": (4, _scarce),
    "ask": (1, _ask),
    "tidy": (0.3, lambda c: ("tidy", c.choice(BOXES))),
    "attach": (1.5, _attach),
    "rotate": (0.7, _rotate),
}
ALWAYS = ("life", "talk", "round")
"""What happens all the time; no seed is without these three."""


def schedule(seed: int) -> list[Move]:
    """The moves of a seed."""
    chance = Random(f"faults {seed}")
    wild = _some(chance, KINDS, [kind for kind in sorted(KINDS) if chance.random() < 0.5])
    daily = [kind for kind in sorted(DAILY) if kind in ALWAYS or chance.random() < 0.6]
    often = chance.uniform(0.1, 0.6)
    quiet = _some(chance, DAILY, daily)
    return [
        (wild if chance.random() < often else quiet)(chance)
        for _ in range(chance.randrange(20, 110))
    ]


def _some(chance: Random, kinds: dict[str, tuple[float, Kind]], names: list[str]) -> Kind:
    """A move of one of these kinds, with weights of this seed."""
    names = names or ["restart"]
    weights = [kinds[name][0] * chance.uniform(0.1, 2) for name in names]
    return lambda chance: kinds[chance.choices(names, weights)[0]][1](chance)


def shortest(
    moves: list[Move], fails: Callable[[list[Move]], bool], seconds: float = 60
) -> list[Move]:
    """Leave out chunks, then single moves, as long as it still fails; at most so long."""
    ends, size = time.monotonic() + seconds, max(1, len(moves) // 2)
    while time.monotonic() < ends:
        start, before = 0, len(moves)
        while start < len(moves) and time.monotonic() < ends:
            fewer = moves[:start] + moves[start + size :]
            if fails(fewer):
                moves = fewer
            else:
                start += size
        if size == 1 and len(moves) == before:
            break
        size = max(1, size // 2)
    return moves


def write(path: Path, seed: int, postgres: bool, moves: list[Move]) -> None:
    """Keep a run as a Python literal."""
    found = {"seed": seed, "postgres": postgres, "moves": moves}
    path.write_text(pprint.pformat(found, width=96, sort_dicts=False) + "\n")


def read(path: Path) -> tuple[int, bool, list[Move]]:
    """A run that was kept: its seed, whether its hub is on PostgreSQL, its moves."""
    found: dict[str, Any] = ast.literal_eval(path.read_text())
    return found["seed"], found["postgres"], found["moves"]
