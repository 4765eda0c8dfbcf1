"""Invented residents: the cast first, the same from one seed, and never two with one card."""

import random
import time
import uuid
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from yizhan.errors import Refusal
from yizhan.pack import Pack, read_pack
from yizhan.residents import CARD_STEP, CARDS, YEAR, Resident, residents

SAMPLE = Path(__file__).parents[2] / "deploy" / "sample"
FLAGS = {"alone", "empty_nest", "disabled", "low_income"}


@dataclass
class Crowd:
    """The largest crowd that can be asked for, and how many seconds it took."""

    everybody: list[Resident]
    took_s: float


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(SAMPLE)


@pytest.fixture(scope="module")
def crowd(pack: Pack, seed: int) -> Crowd:
    begins = time.process_time()
    everybody = list(residents(pack, 20_000, seed))
    return Crowd(everybody, time.process_time() - begins)


def test_the_cast_comes_first_with_its_own_cards(pack: Pack) -> None:
    wang, yang, li = residents(pack, 3)
    assert (wang.called, wang.home, wang.card) == ("王阿姨", "zhongda", "0003887558")
    assert wang.flags == ("alone",)
    assert (yang.name, yang.home, yang.card) == ("杨幼红", "zhongda", "0003909740")
    assert (li.called, li.home, li.card) == ("李师傅", "xiaogan", "0003909735")


def test_there_are_as_many_as_asked_for(pack: Pack) -> None:
    assert len(list(residents(pack))) == 300
    assert [len(list(residents(pack, count))) for count in (0, 2, 12)] == [0, 2, 12]


def test_the_same_seed_gives_the_same_people(pack: Pack, seed: int) -> None:
    assert list(residents(pack, 200, seed)) == list(residents(pack, 200, seed))


def test_a_smaller_crowd_is_the_beginning_of_a_larger_one(
    crowd: Crowd, pack: Pack, seed: int
) -> None:
    assert list(residents(pack, 300, seed)) == crowd.everybody[:300]


def test_another_seed_gives_other_people_with_other_ids(pack: Pack) -> None:
    one, other = list(residents(pack, 100, 1)), list(residents(pack, 100, 2))
    assert not {x.person for x in one} & {x.person for x in other}
    assert [x.name for x in one[3:]] != [x.name for x in other[3:]]


def test_twenty_thousand_take_a_few_seconds(crowd: Crowd) -> None:
    assert len(crowd.everybody) == 20_000
    assert crowd.took_s < 5


def test_no_two_people_have_one_card_or_one_id(crowd: Crowd) -> None:
    assert len({one.card for one in crowd.everybody}) == 20_000
    assert len({one.person for one in crowd.everybody}) == 20_000


def test_a_card_has_ten_digits_and_fits_the_four_bytes_of_a_tag(crowd: Crowd) -> None:
    assert all(len(one.card) == 10 and int(one.card) < 2**32 for one in crowd.everybody)


def test_the_step_between_cards_meets_every_number_once() -> None:
    assert CARDS == 2**32
    assert CARD_STEP % 2 == 1


def test_a_card_of_the_cast_is_given_to_nobody_else(pack: Pack) -> None:
    next_card = list(residents(pack, 4))[3].card
    taken = Pack(
        **{name: getattr(pack, name) for name in pack.__struct_fields__ if name != "cast"},
        cast=(type(pack.cast[0])(**_member(pack, next_card)), *pack.cast[1:]),
    )
    cards = [one.card for one in residents(taken, 300)]
    assert cards[0] == next_card
    assert len(set(cards)) == 300


def _member(pack: Pack, card: str) -> dict[str, object]:
    first = pack.cast[0]
    return {name: getattr(first, name) for name in first.__struct_fields__} | {"card": card}


def test_an_id_is_a_uuid_as_a_subject_wants_it(crowd: Crowd) -> None:
    for one in random.Random(0).sample(crowd.everybody, 100):
        assert str(uuid.UUID(one.person)) == one.person


def test_two_thirds_are_elders(crowd: Crowd) -> None:
    elders = sum(YEAR - one.born >= 60 for one in crowd.everybody)
    assert 0.60 < elders / 20_000 < 0.75


def test_everybody_is_at_home_somewhere_in_the_network(crowd: Crowd, pack: Pack) -> None:
    homes = {one.home for one in crowd.everybody}
    assert homes == {station.code for station in pack.stations}


def test_one_is_called_by_surname_and_age(crowd: Crowd) -> None:
    titles = {"奶奶": 70, "爷爷": 70, "阿姨": 45, "师傅": 45, "女士": 19, "先生": 19, "同学": 0}
    for one in crowd.everybody[3:]:
        assert one.called[0] == one.name[0]
        assert YEAR - one.born >= titles[one.called[1:]]
    assert {one.called[1:] for one in crowd.everybody} == set(titles)


def test_elders_only_live_alone_and_some_have_no_telephone(crowd: Crowd) -> None:
    alone = [one for one in crowd.everybody if "alone" in one.flags]
    assert alone and min(YEAR - one.born for one in alone) >= 60
    very_old = [one for one in crowd.everybody if YEAR - one.born >= 80]
    without = sum(not one.phone for one in very_old)
    assert 0.3 < without / len(very_old) < 0.6
    assert {flag for one in crowd.everybody for flag in one.flags} == FLAGS


def test_every_telephone_is_evidently_made_up(crowd: Crowd) -> None:
    assert all(not one.phone or one.phone.startswith("199-0000-") for one in crowd.everybody)


def test_cards_do_not_follow_each_other(crowd: Crowd) -> None:
    numbers = [int(one.card) for one in crowd.everybody[3:100]]
    assert all(abs(one - other) > 1_000 for one, other in pairwise(numbers))


@pytest.mark.parametrize("count", [-1, 20_001])
def test_a_count_out_of_bounds_is_refused_before_anybody_is_made(pack: Pack, count: int) -> None:
    with pytest.raises(Refusal, match="居民数要在 0 到 20000 之间"):
        residents(pack, count)
