"""What every screen has: help, a strip, a clear sentence when something is wrong."""

import urllib.error
import urllib.request

import pytest

from kiosk import app, info, menu, words
from kiosk.menu import Pick
from kiosk.serving import Kiosk
from tests.kiosk.stations import address, at_desk, at_screen
from tests.pages import Visitor
from yizhan.access import MAY, PUBLIC
from yizhan.errors import Refusal


def test_help_is_noted_until_a_keeper_answers(kiosk: Kiosk) -> None:
    wang = at_screen(kiosk, "wang")
    wang.press("叫人帮忙")
    assert "0580-302-0001" in wang.page, "nobody sits at the desk: a number to call"
    assert "120" in wang.page
    keeper = at_desk(kiosk)
    assert "王阿姨在叫人帮忙" in keeper.page
    keeper.go("/matters")
    assert "叫人帮忙：触摸屏旁" in keeper.page
    keeper.press("我来了")
    assert "叫人帮忙" not in keeper.page


def test_help_says_that_somebody_comes_when_the_desk_is_open(kiosk: Kiosk) -> None:
    at_desk(kiosk)
    visitor = at_screen(kiosk)
    assert "马上过来" in visitor.press("叫人帮忙")


def test_the_strip_is_calm(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    assert "已保存 已全部上传" in visitor.page
    at_screen(kiosk, "li")
    page = visitor.go("/")
    assert "已保存 1 条 待上传 网通了自动送出" in page


@pytest.mark.parametrize(
    "path", ["/service/chair/about", "/service/repair/order", "/service/mend/jobs", "/me?page=1"]
)
def test_a_page_of_several_knows_which_one_it_is(kiosk: Kiosk, path: str) -> None:
    visitor = at_screen(kiosk, "wang")
    first = visitor.go(path)
    assert first.status == 200
    assert visitor.go(path.partition("?")[0] + "?page=1").status == 200


def test_a_page_that_does_not_exist_says_so(kiosk: Kiosk) -> None:
    page = at_screen(kiosk).go("/nothing")
    assert page.status == 404
    assert "没有这一页" in page


def test_a_form_without_its_mark_is_refused_in_words(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    form, value = visitor.form("叫人帮忙")
    form.fields["csrf_token"] = "old"
    page = visitor.send(form, value)
    assert page.status == 400
    assert "没有东西丢失" in page


def test_a_page_drawn_before_a_restart_still_posts(kiosk: Kiosk) -> None:
    assert app.secret(kiosk.here.data) == app.secret(kiosk.here.data)


@pytest.mark.parametrize("form", ["", "1", "../../etc", "g" * 32])
def test_a_form_id_that_is_none_is_refused(kiosk: Kiosk, form: str) -> None:
    visitor = at_screen(kiosk)
    visitor.follow("缝补")
    visitor.follow("缝扣子")
    assert "回到首页" in visitor.press("取号", form=form)
    assert visitor.page.status == 409


def test_a_body_that_is_too_large_is_refused_in_words(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    page = visitor.press("叫人帮忙", junk="x" * 100_000)
    assert page.status == 413
    assert "太大了" in page


def test_english_is_chosen_for_this_visit_only(kiosk: Kiosk) -> None:
    visitor = at_screen(kiosk)
    visitor.press("English")
    assert "Mending" in visitor.page
    visitor.press("中文")
    assert "缝补" in visitor.page


def test_machines_read_how_the_station_is(kiosk: Kiosk) -> None:
    for which in (0, 1):
        visitor = Visitor(address(kiosk, which))
        assert visitor.read("/healthz") == "ok\n"
        report = visitor.read("/status.json")
        assert '"station":"zhongda"' in report
        assert "王" not in report


def test_pretend_pages_are_there_only_when_asked_for(kiosk: Kiosk) -> None:
    assert "假装的设备" in at_screen(kiosk).go("/pretend")
    kiosk.here.devices.pretend = None
    real = app.touchscreen(kiosk.here).test_client()
    assert real.get("/pretend").status_code == 404


def test_the_touchscreen_is_for_this_machine_alone(kiosk: Kiosk) -> None:
    with pytest.raises(Refusal, match="只能在本机"):
        Kiosk(kiosk.here.data, "0.0.0.0:0", "127.0.0.1:0")


def test_a_port_in_use_is_said_in_words(kiosk: Kiosk) -> None:
    with pytest.raises(Refusal, match="端口"):
        Kiosk(kiosk.here.data, f"127.0.0.1:{kiosk.ports[0]}", "127.0.0.1:0")


def test_every_route_names_its_capability(kiosk: Kiosk) -> None:
    for one in (app.touchscreen(kiosk.here), app.desk(kiosk.here)):
        for rule in one.url_map.iter_rules():
            if rule.endpoint != "static":
                view = one.view_functions[rule.endpoint]
                assert getattr(view, "capability", "") in {PUBLIC, *MAY}, rule


def test_pages_are_not_kept_by_the_browser(kiosk: Kiosk) -> None:
    with urllib.request.urlopen(address(kiosk)) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_millimetres_follow_the_diagonal(kiosk: Kiosk) -> None:
    css = at_screen(kiosk).read("/screen.css")
    assert css == ":root { --mm: calc(hypot(100vw, 100vh) / 256.54); --hanzi: 8.3; }\n"


@pytest.mark.parametrize(("count", "shown", "more"), [(4, 4, False), (6, 6, False), (8, 5, True)])
def test_a_screen_has_at_most_six_tiles(count: int, shown: int, more: bool) -> None:
    picks = [Pick(str(number), str(number)) for number in range(count)]
    page, following = menu.page_of(picks, 0)
    assert (len(page), following) == (shown, more)
    assert shown + more <= 6
    rest, _ = menu.page_of(picks, 1)
    assert not more or [*page, *rest] == picks


def test_a_long_text_is_cut_at_sentences() -> None:
    text = "站里有按摩椅，先到先坐。" * 12
    pages = info.pages_of([text, "找站长。"], 4, 23)
    assert "".join("".join(page) for page in pages) == text + "找站长。"
    assert all(info.lines_of(page, 23) <= 4 for page in pages)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("滨港路 18 号 2 单元 301 室", "滨港路 18 号"),
        ("示例小区3幢2单元402室", "示例小区3幢"),
        ("渔港新村", "渔港新村"),
        ("", ""),
    ],
)
def test_an_address_is_shown_up_to_the_building(address: str, shown: str) -> None:
    assert words.building(address) == shown


def test_the_log_of_requests_names_nobody(kiosk: Kiosk) -> None:
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(address(kiosk) + "/ticket/wang")


def test_a_browser_tells_screen_and_desk_and_other_stations_apart(kiosk: Kiosk) -> None:
    """Cookies do not know ports: with one name, one page would sign the other out."""
    names = {
        one.config["SESSION_COOKIE_NAME"]
        for one in (app.touchscreen(kiosk.here), app.desk(kiosk.here))
    }
    assert len(names) == 2
    assert all(kiosk.here.station in name for name in names)
