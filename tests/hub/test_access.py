"""Every route of the hub, for every role, for nobody, and for a partner of another scope."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.hub import cast
from tests.hub.conftest import Visitor
from yizhan.access import MAY, PUBLIC, ROLES
from yizhan.record import Node

WHO = {wanted.role: login for login, wanted in cast.STAFF.items() if login != "anna"}


def rules(app: Flask) -> list[tuple[Rule, str, str]]:
    """Every rule but static files, with one of its methods and its capability."""
    return [
        (rule, method, getattr(app.view_functions[rule.endpoint], "capability", "closed"))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if rule.endpoint != "static"
    ]


def address(rule: Rule, order: str) -> str:
    """The rule's path with something real in its places."""
    path = rule.rule.replace("<order>", order).replace("<kind>", "partner")
    path = path.replace("<digest>", "0" * 64)
    path = path.replace("<notice>", "0" * 32).replace("<act>", "withdraw")
    path = path.replace("<person>", "wang")
    assert "<" not in path, f"say what {path} stands for"
    return path


def test_every_route_names_exactly_one_capability_of_the_table(app: Flask) -> None:
    for rule, _method, capability in rules(app):
        assert capability == PUBLIC or capability in MAY, rule.rule


def test_the_cast_has_every_role() -> None:
    assert set(WHO) == set(ROLES)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_reaches_what_the_table_says_and_nothing_else(
    role: str, app: Flask, node: Node, signed_in: Callable[[str], Visitor]
) -> None:
    order = cast.send(node, cast.place(node))
    visitor = signed_in(WHO[role])
    for rule, method, capability in rules(app):
        if rule.rule == "/logout":
            continue
        status = _answer(visitor, address(rule, order), method)
        allowed = capability == PUBLIC or role in MAY[capability]
        assert (status != 403) == allowed, f"{role} {method} {rule.rule}: {status}"
        assert status < 500, f"{role} {method} {rule.rule}: {status}"


def _answer(visitor: Visitor, path: str, method: str) -> int:
    if method == "GET":
        return visitor.see(path).status_code
    page = visitor.client.get("/", follow_redirects=True).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    return visitor.client.post(path, data={"csrf_token": token[1]}).status_code


def test_nobody_reaches_only_public_pages_and_is_sent_to_log_in(
    app: Flask, node: Node, visitor: Visitor
) -> None:
    order = cast.send(node, cast.place(node))
    for rule, method, capability in rules(app):
        path = address(rule, order)
        if capability == PUBLIC:
            continue
        answer = visitor.see(path) if method == "GET" else visitor.send("/login", path)
        assert answer.status_code in (302, 303), f"{method} {path}: {answer.status_code}"
        assert answer.location.startswith("/login"), f"{method} {path}"


def test_a_partner_of_another_scope_finds_no_such_job(
    app: Flask, node: Node, signed_in: Callable[[str], Visitor]
) -> None:
    order = cast.send(node, cast.place(node), "lishi")
    anna = signed_in("anna")
    for rule, method, capability in rules(app):
        if not rule.rule.startswith("/jobs/<order>"):
            continue
        assert capability in ("job.see", "job.do")
        path = address(rule, order)
        answer = anna.see(path) if method == "GET" else anna.send("/jobs", path, form="0" * 32)
        assert answer.status_code == 404, f"{method} {path}"
    assert order not in anna.see("/jobs").text
    assert node.state("order", "wang", f"order/{order}").status == "dispatched"


def test_only_the_dispatcher_sees_how_to_reach_a_resident(
    node: Node, signed_in: Callable[[str], Visitor]
) -> None:
    order = cast.place(node)
    page = f"/orders/{order}"
    for login in ("admin", "audit"):
        visitor = signed_in(login)
        assert "显示联系方式" not in visitor.see(page).text
        assert visitor.send(page, f"{page}/contact").status_code == 403
    fang = signed_in("fang")
    assert "13800000001" not in fang.see(page).text
    assert "13800000001" in fang.send(page, f"{page}/contact").text
