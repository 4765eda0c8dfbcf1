"""What people do with their cards, told by frames and silence."""

import pytest

from kiosk.devices.cards import CardEvent, CardReader, Presence, SettingWatch
from kiosk.devices.rdm6300 import Frame, wire
from tests.kiosk.devices.helpers import LI, WANG, YANG

REPEAT = 0.065


class Day:
    """A reader, a clock and what was told. Frames repeat as the real reader repeats them."""

    def __init__(self) -> None:
        self.presence = Presence()
        self.now = 100.0
        self.told: list[CardEvent] = []

    def lies(self, *cards: Frame, seconds: float) -> "Day":
        """These cards lie there and take turns."""
        until, turn = self.now + seconds, 0
        while self.now < until:
            self.told += self.presence.saw(cards[turn % len(cards)], self.now)
            self.now += REPEAT
            turn += 1
        return self

    def silence(self, seconds: float) -> "Day":
        until = self.now + seconds
        while self.now < until:
            self.told += self.presence.tick(self.now)
            self.now += 0.1
        return self


def kinds(day: Day) -> list[str]:
    return [event.kind for event in day.told]


def test_wang_ayi_lays_her_card_and_is_told_once() -> None:
    assert Day().lies(WANG, seconds=20).told == [CardEvent("card", WANG)]


def test_her_card_counts_from_its_second_frame() -> None:
    presence = Presence()
    assert presence.saw(WANG, 0.0) == []
    assert presence.saw(WANG, 0.065) == [CardEvent("card", WANG)]


def test_a_reader_that_sends_a_frame_only_once_is_believed_after_a_fifth_of_a_second() -> None:
    presence = Presence()
    presence.saw(WANG, 0.0)
    assert presence.tick(0.19) == []
    assert presence.tick(0.2) == [CardEvent("card", WANG)]
    assert presence.tick(0.9) == [CardEvent("card_lifted", WANG)]


def test_a_card_with_gaps_of_less_than_800_ms_is_one_card() -> None:
    day = Day()
    for _ in range(5):
        day.lies(WANG, seconds=0.1).silence(0.6)
    assert kinds(day) == ["card"]


def test_a_card_lifted_and_laid_again_counts_twice() -> None:
    day = Day().lies(WANG, seconds=1).silence(1).lies(WANG, seconds=1)
    assert day.told == [
        CardEvent("card", WANG),
        CardEvent("card_lifted", WANG),
        CardEvent("card", WANG),
    ]


def test_a_forgotten_card_is_told_after_30_seconds_once_and_never_signs_in_again() -> None:
    day = Day().lies(WANG, seconds=29)
    assert kinds(day) == ["card"]
    assert kinds(day.lies(WANG, seconds=600)) == ["card", "card_left"]
    assert kinds(day.silence(1)) == ["card", "card_left", "card_lifted"]


def test_a_forgotten_card_is_told_anew_the_next_time() -> None:
    day = Day().lies(WANG, seconds=31).silence(1).lies(YANG, seconds=31)
    assert [event.frame for event in day.told if event.kind == "card_left"] == [WANG, YANG]


def test_two_cards_laid_together_are_both_rejected() -> None:
    assert Day().lies(WANG, YANG, seconds=5).told == [CardEvent("card_two")]


def test_three_cards_are_rejected_too() -> None:
    assert Day().lies(WANG, YANG, LI, seconds=5).told == [CardEvent("card_two")]


def test_of_two_cards_neither_counts_until_both_are_gone() -> None:
    day = Day().lies(WANG, YANG, seconds=1).lies(YANG, seconds=10)
    assert kinds(day) == ["card_two"]
    day.silence(1).lies(YANG, seconds=1)
    assert day.told[1:] == [CardEvent("card_lifted"), CardEvent("card", YANG)]


def test_a_second_card_laid_beside_hers_is_rejected() -> None:
    day = Day().lies(WANG, seconds=2).lies(WANG, YANG, seconds=2)
    assert day.told == [CardEvent("card", WANG), CardEvent("card_two")]


def test_a_quick_change_of_cards_is_two_people_one_after_the_other() -> None:
    day = Day().lies(WANG, seconds=2).lies(YANG, seconds=2)
    assert day.told == [
        CardEvent("card", WANG),
        CardEvent("card_lifted", WANG),
        CardEvent("card", YANG),
    ]


def test_a_card_that_only_brushed_past_is_told_neither_laid_nor_lifted() -> None:
    day = Day().lies(WANG, seconds=0.01).lies(YANG, seconds=2)
    assert day.told == [CardEvent("card", YANG)]


def test_a_card_that_comes_back_after_another_spoke_makes_two_even_after_a_pause() -> None:
    day = Day().lies(WANG, seconds=2).lies(LI, seconds=0.01).silence(0.5)
    assert kinds(day.lies(WANG, seconds=1)) == ["card", "card_two"]


def test_a_change_of_cards_is_seen_on_a_reader_that_sends_each_only_once() -> None:
    day = Day().lies(WANG, seconds=0.01).silence(0.5).lies(YANG, seconds=0.01).silence(2)
    assert day.told == [
        CardEvent("card", WANG),
        CardEvent("card_lifted", WANG),
        CardEvent("card", YANG),
        CardEvent("card_lifted", YANG),
    ]


def test_a_card_still_there_after_a_fault_of_the_reader_is_no_second_login() -> None:
    day = Day().lies(WANG, seconds=2)
    day.now += 20
    day.presence.resumed(day.now)
    assert kinds(day.lies(WANG, seconds=2)) == ["card"]
    assert kinds(day.silence(1)) == ["card", "card_lifted"]


def test_a_machine_that_stood_still_is_no_second_login() -> None:
    reader = CardReader()
    told = reader.heard(wire(WANG.raw) * 2, 1.0)
    told += reader.heard(wire(WANG.raw) * 40, 6.0)
    assert told == [CardEvent("card", WANG)]
    assert reader.heard(b"", 6.3) == reader.heard(b"", 6.6) == []
    assert reader.heard(b"", 6.9) == [CardEvent("card_lifted", WANG)]


def test_two_cards_long_gone_when_time_is_looked_at_are_not_told_as_laid() -> None:
    presence = Presence()
    told = [event for when in (0.0, 0.06) for event in presence.saw(WANG, when)]
    told += presence.saw(YANG, 0.1) + presence.tick(5.0)
    assert told == [CardEvent("card", WANG), CardEvent("card_lifted", WANG)]


def test_a_card_half_heard_before_a_fault_is_forgotten() -> None:
    presence = Presence()
    presence.saw(WANG, 0.0)
    presence.resumed(20.0)
    assert presence.tick(20.3) == []


def test_rubbish_without_a_frame_tells_that_the_reader_is_set_wrong() -> None:
    reader = CardReader()
    assert reader.heard(b"\xff" * 200, 1.0) == []
    assert reader.heard(b"\xff", 10.9) == [CardEvent("reader_wrong")]
    assert reader.setting_wrong
    assert reader.heard(b"\xff" * 500, 11.0) == []


def test_rubbish_spread_over_a_long_time_is_only_noise() -> None:
    reader = CardReader()
    for second in range(0, 3600, 5):
        assert reader.heard(b"\xff" * 60, float(second)) == []


def test_one_good_frame_clears_the_reader() -> None:
    reader = CardReader()
    reader.heard(b"\xff" * 201, 1.0)
    assert reader.heard(wire(WANG.raw), 2.0) == [CardEvent("reader_well")]
    assert not reader.setting_wrong
    assert reader.heard(b"\xff" * 200, 2.3) == [CardEvent("card", WANG)]


def test_a_good_frame_among_noise_starts_the_count_anew() -> None:
    watch = SettingWatch()
    watch.heard(valid=False, invalid=150, now=1.0)
    watch.heard(valid=True, invalid=0, now=2.0)
    assert watch.heard(valid=False, invalid=150, now=3.0) == []


@pytest.mark.parametrize("size", [1, 7, 14, 100])
def test_frames_cut_anywhere_tell_the_same(size: int) -> None:
    reader, told = CardReader(), []
    stream = wire(WANG.raw) * 20
    for number, start in enumerate(range(0, len(stream), size)):
        told += reader.heard(stream[start : start + size], 5.0 + number * size / 960)
    assert told == [CardEvent("card", WANG)]
