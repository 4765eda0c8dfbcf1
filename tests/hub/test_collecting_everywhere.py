"""While the hub collects nothing is recorded but what the stations bring: every door, every page.

The doors and the pages are walked as they stand, so a new one is refused too, or is named here
with its reason.
"""

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from flask import Flask

from hub import __main__ as hub_doors
from hub import collecting, founding
from sync.hub import SyncHub
from sync.recovery import CLOSED
from tests.hub import cast
from tests.hub.conftest import Visitor
from tests.hub.test_access import WHO, address, rules
from yizhan import __main__ as node_doors
from yizhan import opening, settings
from yizhan.access import MAY
from yizhan.doors import REFUSED
from yizhan.record import Node

RECORD_NOTHING = {
    "hub backup", "hub collect on", "hub collect status", "hub drill", "hub escrow list",
    "hub flips", "hub sheet", "hub slip",
    "yizhan doctor", "yizhan fingerprint", "yizhan journal", "yizhan mend", "yizhan rebuild",
    "yizhan verify",
}  # fmt: skip
ELSEWHERE = {"hub init", "hub restore"}
"""They make another hub, and leave one that is there alone."""
TAKES_IN = {"hub stick"}
"""Brings what stations wrote, as the road does: collected, not numbered."""
NOT_CALLED = {"hub serve", "hub collect off"}
"""The pages are walked below; the other is the way out."""

OPEN_POSTS = {
    "login.signed_in", "login.log_out", "login.choose_language", "stick.read", "stick.rescue",
    "sync.blobs", "sync.enrol", "sync.exchange", "sync.rotate",
}  # fmt: skip
"""Log-ins are no events; sticks and the road bring what is collected, and `enrol` refuses by
itself. `rotate` may record: a station whose new key only the lost hub knew could bring nothing."""


@pytest.fixture
def sync(node: Node, data: Path) -> SyncHub:
    """A hub that collects, though it knows its staff and a station: any door might open."""
    found = SyncHub(node, opening.signer(data))
    found.begin_epoch()
    founding.add_station(node, settings.read(data), "east", "东埠驿站")
    collecting.start(found)
    return found


def recorded(node: Node) -> int:
    return int(node.db.sql("SELECT COUNT(*) FROM journal")[0][0])


def doors(group: click.Group, path: str) -> Iterator[tuple[str, click.Command, list[str]]]:
    """Every command by its name, once for each word that an argument of it may be."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from doors(command, f"{path} {name}")
            continue
        arguments = [one for one in command.params if isinstance(one, click.Argument)]
        for words in itertools.product(*(_words(one) for one in arguments)):
            choices = [one for one, arg in zip(words, arguments, strict=True) if _chosen(arg)]
            yield " ".join([path, name, *choices]), command, list(words)


def _chosen(parameter: click.Parameter) -> bool:
    return isinstance(parameter.type, click.Choice)


def _words(parameter: click.Parameter) -> list[str]:
    """What may be written there; a file or folder is one that is not there yet."""
    return list(parameter.type.choices) if isinstance(parameter.type, click.Choice) else ["east"]


def options(command: click.Command, data: Path) -> Iterator[str]:
    """--data and what else the command cannot do without."""
    for one in command.params:
        if not isinstance(one, click.Option):
            continue
        if "--data" in one.opts:
            yield from ("--data", str(data))
        elif one.required:
            yield from one.opts if one.is_flag else (one.opts[0], _words(one)[0])


ALL_DOORS = [
    *doors(hub_doors.cli, "hub"),
    *doors(node_doors.cli, "yizhan"),
]


def test_what_is_named_here_is_there() -> None:
    names = {name for name, _command, _words in ALL_DOORS}
    assert names >= RECORD_NOTHING | ELSEWHERE | TAKES_IN | NOT_CALLED
    assert len(names) > len(RECORD_NOTHING | ELSEWHERE | TAKES_IN | NOT_CALLED)


@pytest.mark.parametrize("door", ALL_DOORS, ids=lambda door: door[0])
def test_a_door_records_nothing_and_says_so_if_it_would(
    door: tuple[str, click.Command, list[str]], sync: SyncHub, data: Path,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    name, command, words = door
    if name in NOT_CALLED:
        return
    monkeypatch.chdir(tmp_path)
    before = recorded(sync.node)
    cli = hub_doors.cli if name.startswith("hub") else node_doors.cli
    path = [one for one in name.split()[1:] if one not in words]
    typed = [*path, *words, *options(command, data)]
    done = CliRunner().invoke(cli, typed, input="ein-gutes-wort\n")
    assert recorded(sync.node) == before, f"{name}: {done.output}"
    assert sync.recovery.collecting
    if name not in RECORD_NOTHING | ELSEWHERE | TAKES_IN:
        assert (done.exit_code, done.output.strip()) == (REFUSED, CLOSED), typed


def test_every_page_that_takes_a_form_is_closed_or_named_here(
    app: Flask, node: Node, sync: SyncHub, signed_in: Callable[[str], Visitor]
) -> None:
    order = cast.send(node, cast.place(node))
    posts = [(rule, capability) for rule, way, capability in rules(app) if way == "POST"]
    assert {rule.endpoint for rule, _capability in posts} >= OPEN_POSTS
    before = recorded(node)
    visitors = {role: signed_in(login) for role, login in WHO.items()}
    for rule, capability in posts:
        if rule.endpoint in OPEN_POSTS:
            continue
        for role in MAY[capability]:
            answer = _post(visitors[role], address(rule, order))
            assert answer == (409, True), f"{role} {rule.rule}: {answer}"
    assert recorded(node) == before


def test_no_page_records_anything_while_it_is_read(
    app: Flask, node: Node, sync: SyncHub, signed_in: Callable[[str], Visitor]
) -> None:
    order = cast.send(node, cast.place(node))
    before = recorded(node)
    for login in WHO.values():
        visitor = signed_in(login)
        for rule, method, _capability in rules(app):
            if method == "GET":
                assert visitor.see(address(rule, order)).status_code < 500, rule.rule
    assert recorded(node) == before


def _post(visitor: Visitor, path: str) -> tuple[int, bool]:
    """The status, and whether the page says why."""
    page = visitor.client.get("/", follow_redirects=True).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    answer = visitor.client.post(path, data={"csrf_token": token[1], "form": "0" * 32})
    return answer.status_code, CLOSED in answer.text
