"""The sample pack, counted against the article, and what it gives to a journal."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import Struct, structs

from yizhan import pack_types
from yizhan.pack import Pack, read_pack
from yizhan.pack_fields import TILES_MAX
from yizhan.pack_read import advice
from yizhan.pack_types import InfoService, OrderService, TicketService

HAN = re.compile(r"[\u3400-\u9fff]")
SAMPLE = Path(__file__).parents[2] / "deploy" / "sample"
KINDS = [
    "network",
    "station",
    "service",
    "scene",
    "partner",
    "instructor",
    "agency_item",
    "resource",
    "holiday",
]


@pytest.fixture(scope="module")
def sample() -> Pack:
    return read_pack(SAMPLE)


def test_the_sample_has_as_many_of_each_as_the_article_counts(sample: Pack) -> None:
    counts = Counter(kind for kind, _code, _fields in sample.listings())
    assert counts["scene"] == 15
    assert counts["partner"] == 32
    assert counts["instructor"] == 26
    assert counts["agency_item"] == 23
    assert counts["resource"] >= 100
    assert counts["station"] == 7


def test_one_core_station_five_radiating_and_one_mobile_point(sample: Pack) -> None:
    assert [one.name for one in sample.stations if one.tier == "core"] == ["中大"]
    assert sum(one.kind == "station" for one in sample.stations) == 1 + 5
    assert [one.name for one in sample.stations if one.kind == "mobile"] == ["桃花"]


def test_the_stations_that_the_article_does_not_name_say_so(sample: Pack) -> None:
    named = {one.name for one in sample.stations if not one.sample}
    assert named == {"中大", "小蒲湾", "茶湾", "小干", "桃花"}


def test_every_row_that_the_article_cannot_know_is_marked_as_a_sample(sample: Pack) -> None:
    for rows in (sample.partners, sample.instructors, sample.agency_items, sample.resources):
        assert all(row.sample for row in rows)


def test_each_station_has_tiles_of_its_own_and_no_more_than_a_hand_can_manage(
    sample: Pack,
) -> None:
    homes = [one.tiles for one in sample.stations]
    assert len(set(homes)) == len(homes)
    assert all(3 <= len(tiles) <= TILES_MAX for tiles in homes)


def test_every_service_of_the_menu_is_a_tile_somewhere(sample: Pack) -> None:
    shown = {code for one in sample.stations for code in one.tiles}
    assert {service.code for service in sample.services} == shown


def test_wang_ayi_can_have_a_button_sewn_on_for_two_yuan(sample: Pack) -> None:
    mend = next(one for one in sample.services if one.code == "mend")
    assert isinstance(mend, TicketService)
    assert mend.roster == "裁缝阿姨 周一至周五 9:00–11:00"
    button = mend.jobs[0]
    assert (button.code, button.price_fen) == ("button", 200)
    assert max(job.price_fen for job in mend.jobs) <= 1500


def test_a_house_call_tells_its_price_and_at_least_four_partners_can_make_it(
    sample: Pack,
) -> None:
    repair = next(one for one in sample.services if one.code == "repair")
    assert isinstance(repair, OrderService)
    assert repair.price == "上门免费，配件按价目，修前先报价。"
    assert "tap" in {choice.code for choice in repair.choices}
    assert sum("repair" in one.capabilities for one in sample.partners) >= 4


def test_a_tile_that_takes_nothing_says_what_there_is_and_who_helps(sample: Pack) -> None:
    for service in sample.services:
        if isinstance(service, InfoService):
            assert "工作人员" in service.keeper or "药房的人" in service.keeper


def test_no_telephone_of_the_sample_can_be_somebodys(sample: Pack) -> None:
    rows = (*sample.stations, *sample.partners, *sample.instructors, *sample.cast)
    for phone in (row.phone for row in rows if row.phone):
        assert re.fullmatch(r"0580-55500\d\d|199-0000-\d{4}", phone)


def test_the_cast_holds_the_cards_of_the_readers_test_frames(sample: Pack) -> None:
    cards = {one.name: (one.card, one.home) for one in sample.cast}
    assert cards == {
        "王阿姨": ("0003887558", "zhongda"),
        "杨幼红": ("0003909740", "zhongda"),
        "李师傅": ("0003909735", "xiaogan"),
    }


def test_listings_keep_the_order_of_registers_and_of_their_files(sample: Pack) -> None:
    kinds = [kind for kind, _code, _fields in sample.listings()]
    assert list(dict.fromkeys(kinds)) == KINDS
    assert kinds == sorted(kinds, key=KINDS.index)
    partners = [code for kind, code, _fields in sample.listings() if kind == "partner"]
    assert partners == [f"p{number:02d}" for number in range(1, 33)]


def test_listings_are_the_plain_json_that_a_journal_gives_back(sample: Pack) -> None:
    listings = list(sample.listings())
    assert json.loads(json.dumps(listings)) == [list(one) for one in listings]


def test_no_two_listings_are_of_one_subject(sample: Pack) -> None:
    subjects = [(kind, code) for kind, code, _fields in sample.listings()]
    assert len(set(subjects)) == len(subjects)


@pytest.mark.parametrize("kind", KINDS)
def test_a_listings_fields_carry_their_code(sample: Pack, kind: str) -> None:
    found = [(code, fields) for one, code, fields in sample.listings() if one == kind]
    assert found
    assert all(fields["code"] == code for code, fields in found)


def test_a_service_says_its_flow(sample: Pack) -> None:
    flows = {code: fields["flow"] for kind, code, fields in sample.listings() if kind == "service"}
    assert (flows["mend"], flows["repair"], flows["books"]) == ("ticket", "order", "info")


ROWS = [
    one
    for one in vars(pack_types).values()
    if isinstance(one, type) and issubclass(one, pack_types.Row)
]


@pytest.mark.parametrize("kind", ROWS, ids=lambda kind: kind.__name__)
def test_every_field_has_advice_for_whoever_gets_it_wrong(kind: type) -> None:
    for field in structs.fields(kind):
        assert re.search(r"[\u4e00-\u9fff]", advice(field.type)), field.name


def _english(row: Struct) -> Iterator[tuple[str, str, str]]:
    """Every place for English in a row and what is in it, with the Chinese beside it."""
    for field in structs.fields(type(row)):
        value = getattr(row, field.name)
        if field.name.endswith("_en"):
            yield field.name, str(getattr(row, field.name.removesuffix("_en"))), value
        elif isinstance(value, tuple):
            for one in value:
                if isinstance(one, Struct):
                    yield from _english(one)


def test_the_sample_says_everything_in_english_too(sample: Pack) -> None:
    rows = (sample.network, *sample.services, *sample.holidays)
    found = [one for row in rows for one in _english(row)]
    assert len(found) > 150
    assert [(name, chinese) for name, chinese, english in found if not english] == []
    assert [english for *_, english in found if HAN.search(english)] == []


def test_a_pack_without_english_still_loads(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "pack"))
    for name in ("services.toml", "network.toml"):
        lines = (folder / name).read_text("utf-8").splitlines()
        kept = [line for line in lines if "_en = " not in line]
        assert len(kept) < len(lines)
        (folder / name).write_text("\n".join(kept), "utf-8")
    pack = read_pack(folder)
    assert (pack.network.name_en, pack.services[0].name_en) == ("", "")


def test_the_holidays_of_2026_are_the_state_council_s(sample: Pack) -> None:
    """39 days: 33 off, 6 weekend days worked in exchange; each of those is a Saturday or Sunday."""
    worked = [one.day for one in sample.holidays if one.work]
    assert (len(sample.holidays), len(worked)) == (39, 6)
    assert all(day.weekday() >= 5 for day in worked)


def test_opening_hours_in_words_and_for_programs_say_the_same(sample: Pack) -> None:
    for station in sample.stations:
        spans = {span for span in station.week if span}
        assert len(station.week) == 7 and len(spans) == 1, station.code
        [span] = spans
        assert span.replace("-", "–").lstrip("0") in station.hours, station.code
