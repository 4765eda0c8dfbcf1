"""叫人帮忙: the desk rings until somebody answers by name; nobody waits for nobody."""

from pathlib import Path

from kiosk.duty import SECONDS_MAX
from kiosk.notes import HELP, Notes
from kiosk.serving import Kiosk
from tests import english
from tests.kiosk.stations import PASSWORD, Hub, address, at_desk, at_screen, running
from tests.pages import Page, Visitor
from yizhan.record import Node

PHONE = "0580-302-0001"


def call(kiosk: Kiosk, person: str = "") -> Visitor:
    """Somebody at the touchscreen presses 叫人帮忙."""
    visitor = at_screen(kiosk, person)
    visitor.press("叫人帮忙")
    return visitor


def look(visitor: Visitor) -> Page:
    """The help screen, as it stands now."""
    return visitor.go("/help")


def test_the_desk_rings_on_every_page_and_the_touchscreen_says_who_comes(kiosk: Kiosk) -> None:
    keeper = at_desk(kiosk)
    wang = call(kiosk, "wang")
    assert "已经叫站长了" in wang.page
    for path in ("/", "/today", "/matters", "/duty", "/stocks", "/photos", "/stick", "/bell"):
        keeper.go(path)
        assert "王阿姨在叫人帮忙" in keeper.page, path
        assert "data-ring" in keeper.page.html, path
    keeper.press("我来了")
    assert "周站长来了" in look(wang)
    assert "data-ring" not in keeper.go("/").html


def test_an_answer_from_the_bell_leaves_the_page_where_it_is(kiosk: Kiosk) -> None:
    keeper = at_desk(kiosk)
    wang = call(kiosk)
    keeper.go("/stocks")
    form, value = keeper.form("我来了")
    request = keeper.request_of(form, value)
    request.add_header("HX-Request", "true")
    status, html, url = keeper.fetch(request)
    assert status == 200 and url.endswith("/answer")
    assert "data-ring" not in html and "<html" not in html
    assert "周站长来了" in look(wang)


def test_nobody_on_duty_means_a_number_at_once(kiosk: Kiosk) -> None:
    keeper = at_desk(kiosk)
    keeper.go("/duty")
    keeper.press("下班")
    assert "没有人在班" in keeper.page
    wang = call(kiosk)
    assert PHONE in wang.page and "120" in wang.page
    assert "data-ring" in keeper.go("/").html, "a desk that is open rings all the same"


def test_signed_in_is_not_on_duty(kiosk: Kiosk) -> None:
    visitor = Visitor(address(kiosk, 1))
    visitor.go("/login")
    form, value = visitor.form("登录")
    del form.fields["duty"]
    visitor.send(form, value | {"login": "keeper-zhongda", "password": PASSWORD})
    assert visitor.page.status == 200
    assert PHONE in call(kiosk).page


def test_on_duty_ends_by_itself(kiosk: Kiosk) -> None:
    at_desk(kiosk)
    duty = kiosk.here.duty
    assert [one.name for one in duty.now()] == ["周站长"]
    duty.age = lambda stamp: SECONDS_MAX + 1.0  # type: ignore[method-assign]
    assert duty.now() == []
    duty.age = lambda stamp: -5.0  # type: ignore[method-assign]
    assert duty.now() == [], "a clock that was set back proves nobody's presence"


def test_no_answer_in_time_gives_the_phone_of_who_is_on_duty(hub: Hub, zhongda: Node) -> None:
    with running(hub.folder, "zhongda", help_seconds=0) as kiosk:
        keeper = at_desk(kiosk)
        keeper.go("/duty")
        keeper.press("改好了", phone="138 0000 0001<b>")
        wang = call(kiosk)
        assert "138 0000 0001" in wang.page and "<b>0001" not in wang.page.html
        keeper.go("/")
        keeper.press("我来了")
        assert "周站长来了" in look(wang), "late is better than never"


def test_a_call_that_was_answered_rings_again_when_it_is_made_again(kiosk: Kiosk) -> None:
    keeper = at_desk(kiosk)
    wang = call(kiosk)
    keeper.go("/")
    keeper.press("我来了")
    wang.press("叫人帮忙")
    assert "已经叫站长了" in wang.page
    assert "data-ring" in keeper.go("/").html


def test_a_table_from_before_learns_the_names(zhongda: Node, tmp_path: Path) -> None:
    with zhongda.db.writing():
        zhongda.db.sql("DROP TABLE IF EXISTS kiosk_note")
        zhongda.db.sql(
            "CREATE TABLE kiosk_note (id TEXT PRIMARY KEY, kind TEXT NOT NULL,"
            " about TEXT NOT NULL, called TEXT NOT NULL, since TEXT NOT NULL,"
            " times INTEGER NOT NULL, done_by TEXT NOT NULL, done_at TEXT NOT NULL)"
        )
        zhongda.db.sql(
            "INSERT INTO kiosk_note VALUES ('1', 'help', '触摸屏旁', '',"
            " '2026-11-23T09:00:00+08:00', 1, '', '')"
        )
    notes = Notes(zhongda)
    assert [note.kind for note in notes.open()] == [HELP]
    notes.leave(HELP, "触摸屏旁")
    assert notes.open()[0].times == 2
    assert notes.done("1", "keeper-zhongda", "周站长") and not notes.done("1", "other", "别人")
    last = notes.call()
    assert last is not None and last.answered_by == "周站长"


def test_what_is_said_aloud_dictates_the_numbers(kiosk: Kiosk) -> None:
    wang = call(kiosk)
    assert 'data-tell="没有人应。现在找人，请打 零五八零，三零二，零零零幺。' in wang.page.html
    assert "打 幺二零。" in wang.page.html
    at_desk(kiosk)
    wang.press("叫人帮忙")
    assert "已经叫站长了，马上过来。" in look(wang).html


def test_in_english_too(kiosk: Kiosk) -> None:
    english.compiled()
    visitor = at_screen(kiosk)
    visitor.press("English")
    visitor.press("Get help")
    assert "0 5 8 0" in visitor.page.html and "1 2 0" in visitor.page.html
