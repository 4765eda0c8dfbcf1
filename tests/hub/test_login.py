"""Signing in and out: lock-out, idle sessions, closed accounts, and ways that must not work."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from flask import Flask

from hub import staffing
from hub.app import create_app
from tests.hub import cast
from tests.hub.conftest import Visitor
from yizhan import opening, settings
from yizhan.record import Node


@pytest.mark.parametrize(
    ("login", "page"),
    [("fang", "/orders"), ("admin", "/orders"), ("audit", "/ratings"), ("li", "/jobs"),
     ("zhan", "/keeper")],
)  # fmt: skip
def test_each_role_is_sent_to_its_page(
    login: str, page: str, signed_in: Callable[[str], Visitor]
) -> None:
    answer = signed_in(login).see("/")
    assert (answer.status_code, answer.location) == (302, page)


def test_who_was_sent_to_log_in_comes_back_to_the_page(visitor: Visitor) -> None:
    sent = visitor.see("/fleet")
    answer = visitor.send(
        sent.location, "/login", login="fang", password=cast.PASSWORD, next="/fleet"
    )
    assert answer.location == "/fleet"


@pytest.mark.parametrize(
    "elsewhere", ["//bad.example", "https://bad.example", "/\\bad.example", "/login?next=//x"]
)
def test_nobody_is_sent_to_another_site_after_logging_in(visitor: Visitor, elsewhere: str) -> None:
    answer = visitor.send("/login", "/login", login="fang", password=cast.PASSWORD, next=elsewhere)
    assert answer.location == "/"


def test_five_wrong_tries_lock_the_login_for_five_minutes_even_over_a_restart(
    node: Node, data: Path, visitor: Visitor
) -> None:
    cast.later(node)
    for _n in range(5):
        assert visitor.log_in("fang", "falsch-geraten").status_code == 401
    locked = visitor.log_in("fang")
    assert locked.status_code == 429
    assert "请过 5 分钟再试" in locked.text

    restarted = opening.open_node(data)
    vars(restarted.clock).update(vars(node.clock))
    app = create_app(restarted, data)
    again = Visitor(app.test_client())
    assert again.log_in("fang").status_code == 429
    assert Visitor(app.test_client()).log_in("admin").status_code == 303, "others are not locked"
    cast.later(restarted, minutes=5, seconds=1)
    assert again.log_in("fang").status_code == 303
    restarted.db.close()


def test_a_right_password_forgives_the_tries_before_it(visitor: Visitor) -> None:
    for _n in range(2):
        for _m in range(4):
            assert visitor.log_in("fang", "falsch-geraten").status_code == 401
        assert visitor.log_in("fang").status_code == 303
        visitor.send("/orders", "/logout")


def test_a_login_that_is_not_there_is_answered_like_a_wrong_password(visitor: Visitor) -> None:
    unknown, wrong = visitor.log_in("keiner", "wer-weiss"), visitor.log_in("fang", "wer-weiss")
    assert unknown.status_code == wrong.status_code == 401
    assert "登录名或密码不对" in unknown.text and "登录名或密码不对" in wrong.text


def test_logging_out_ends_the_session_also_for_a_copied_cookie(
    app: Flask, signed_in: Callable[[str], Visitor]
) -> None:
    fang = signed_in("fang")
    cookie = fang.client.get_cookie("yizhan_hub_harbour")
    assert cookie
    assert fang.send("/orders", "/logout").status_code == 303
    thief = app.test_client()
    thief.set_cookie("yizhan_hub_harbour", cookie.value)
    assert thief.get("/orders").status_code == 302


def test_the_session_of_before_the_log_in_is_not_kept(app: Flask) -> None:
    visitor = Visitor(app.test_client())
    visitor.see("/login")
    before = visitor.client.get_cookie("yizhan_hub_harbour")
    visitor.log_in("fang")
    planted = app.test_client()
    assert before
    planted.set_cookie("yizhan_hub_harbour", before.value)
    assert planted.get("/orders").status_code == 302


def test_a_session_ends_after_twelve_idle_hours_and_polls_do_not_keep_it_alive(
    node: Node, signed_in: Callable[[str], Visitor]
) -> None:
    fang = signed_in("fang")
    cast.later(node, hours=11)
    assert fang.see("/orders").status_code == 200
    cast.later(node, hours=11)
    assert fang.see("/orders", **{"HX-Request": "true"}).status_code == 200
    cast.later(node, hours=2)
    poll = fang.see("/orders", **{"HX-Request": "true"})
    assert (poll.status_code, poll.headers["HX-Redirect"]) == (401, "/login")
    assert fang.see("/orders").status_code == 302


def test_who_sends_a_form_after_the_session_ended_is_told_that_it_was_not_saved(
    node: Node, signed_in: Callable[[str], Visitor]
) -> None:
    order = cast.place(node)
    fang = signed_in("fang")
    hidden = fang.hidden(f"/orders/{order}")
    cast.later(node, hours=13)
    answer = fang.client.post(
        f"/orders/{order}/dispatch", data={**hidden, "partner": "lishi"}, follow_redirects=True
    )
    assert "没有保存" in answer.text
    assert node.state("order", "wang", f"order/{order}").status == "submitted"


def test_a_closed_account_is_out_at_once(node: Node, signed_in: Callable[[str], Visitor]) -> None:
    fang = signed_in("fang")
    staffing.remove(node, "fang")
    assert fang.see("/orders").status_code == 302


def test_a_new_password_ends_the_sessions_of_the_old_one(
    node: Node, signed_in: Callable[[str], Visitor]
) -> None:
    fang = signed_in("fang")
    staffing.add(node, cast.STAFF["fang"], "ein-neues-wort")
    assert fang.see("/orders").status_code == 302


def test_the_cookie_is_kept_from_scripts_and_other_sites(visitor: Visitor) -> None:
    sent = visitor.see("/login").headers["Set-Cookie"]
    assert "HttpOnly" in sent and "SameSite=Strict" in sent


def test_too_many_tries_from_one_address_are_answered_with_a_sentence(visitor: Visitor) -> None:
    hidden = visitor.hidden("/login")
    answers = [
        visitor.client.post("/login", data={**hidden, "login": "", "password": ""})
        for _n in range(61)
    ]
    assert answers[59].status_code == 400
    assert answers[60].status_code == 429
    assert "试得太快了" in answers[60].text


def test_an_english_reader_may_choose_english(visitor: Visitor) -> None:
    assert 'lang="zh-CN"' in visitor.see("/login").text
    assert visitor.send("/login", "/language", language="en").status_code == 303
    assert '<html lang="en">' in visitor.see("/login").text
    assert visitor.send("/login", "/language", language="tlh").status_code == 400


def test_she_changes_the_language_where_she_is_and_stays_there(
    signed_in: Callable[[str], Visitor],
) -> None:
    fang = signed_in("fang")
    changed = fang.send("/fleet", "/language", language="en", next="/fleet")
    assert changed.headers["Location"] == "/fleet"
    assert '<html lang="en">' in fang.see("/fleet").text
    elsewhere = fang.send("/fleet", "/language", language="zh_CN", next="//elsewhere")
    assert elsewhere.headers["Location"] == "/"


@pytest.mark.parametrize(("behind_proxy", "last"), [(False, 429), (True, 400)])
def test_only_a_proxy_is_believed_about_who_asks(
    node: Node, data: Path, behind_proxy: bool, last: int
) -> None:
    client = create_app(node, data, behind_proxy=behind_proxy).test_client()
    hidden = Visitor(client).hidden("/login")
    answers = [
        client.post("/login", data=hidden, headers={"X-Forwarded-For": f"10.0.0.{number}"})
        for number in range(61)
    ]
    assert answers[-1].status_code == last


def test_a_hub_with_an_https_address_sends_its_cookie_over_https_only(
    node: Node, data: Path
) -> None:
    kept = settings.read(data)
    settings.write(data, msgspec.structs.replace(kept, hub_url="https://hub.test"))
    sent = create_app(node, data).test_client().get("/login").headers["Set-Cookie"]
    assert "Secure" in sent
