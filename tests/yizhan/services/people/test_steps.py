"""Every step of a person, a card, a number, a proxy, a consent: legal where the table says so."""

from itertools import product
from typing import Any

import pytest

from tests.yizhan.nodes import WANG
from tests.yizhan.services.steps import fold_all, fold_one, told
from yizhan.errors import Refusal
from yizhan.events import Data, Draft
from yizhan.folding import SetAside
from yizhan.mechanisms import REGISTRY
from yizhan.services.people import cards, commands, consents, looks, model, proxies, standing

DAUGHTER, OTHER = "0" * 31 + "2", "0" * 31 + "3"

REGISTERED = model.Registered("王阿姨", "zhongda")
PROVISIONAL = model.Registered("王阿姨", "zhongda", provisional=True)

ROADS: dict[str | None, list[Data]] = {
    None: [],
    model.PROVISIONAL: [PROVISIONAL],
    model.VERIFIED: [PROVISIONAL, model.Verified("idcard")],
    model.MOVED: [REGISTERED, model.MovedAway("2026-11-01")],
    model.DECEASED: [REGISTERED, model.Died("2026-11-01")],
    model.MERGED: [REGISTERED, model.Merged(OTHER)],
    model.ERASED: [REGISTERED, model.Erased("本人")],
}
"""How each state is reached."""

STEPS: dict[str, Data] = {
    step.type: step
    for step in (
        REGISTERED,
        model.Verified("known"),
        model.Corrected(home="xiaogan"),
        model.MovedAway(),
        model.Died("2026-11-28"),
        model.Returned("搞错了"),
        model.Merged(OTHER),
        model.Parted("是两个人"),
        model.KeptApart(OTHER),
        model.PinSet(),
        model.PinCleared(),
        model.Erased("本人"),
    )
}

COMMANDS: dict[str, Any] = {
    "person.verified": lambda state: commands.verify(state, WANG, "known"),
    "person.corrected": lambda state: commands.correct(state, WANG, {"home": "xiaogan"}, {}),
    "person.moved_away": lambda state: commands.move_away(state, WANG),
    "person.died": lambda state: commands.die(state, WANG, "2026-11-28"),
    "person.returned": lambda state: commands.bring_back(state, WANG, "搞错了"),
    "person.merged": lambda state: commands.merge(state, WANG, OTHER, model.Person("王奶奶", "x")),
    "person.parted": lambda state: commands.part(state, WANG, "是两个人"),
    "person.kept_apart": lambda state: commands.keep_apart(state, WANG, OTHER),
    "person.pin_set": lambda state: commands.set_pin(state, WANG, "$argon2id$"),
    "person.pin_cleared": lambda state: commands.clear_pin(state and _with_pin(state), WANG),
    "person.erased": lambda state: commands.erase(state, WANG, "本人"),
}


def _with_pin(state: model.Person) -> model.Person:
    return model.Person(state.called, state.home, status=state.status, sealed={"pin": "box"})


def person_of(status: str | None) -> Any:
    return fold_all(model.fold_person, ROADS[status], f"person:{WANG}")


@pytest.mark.parametrize(("status", "step"), list(product(ROADS, STEPS)))
def test_each_step_is_folded_where_the_table_allows_it_and_set_aside_elsewhere(
    status: str | None, step: str
) -> None:
    before = person_of(status)
    after = fold_one(model.fold_person, before, STEPS[step], f"person:{WANG}")
    leads = model.LEGAL[status].get(step)
    if leads is None:
        told(after)
        return
    expected = leads or status
    if step in ("person.returned", "person.parted"):
        expected = before.was
    assert after.status == expected


@pytest.mark.parametrize(("status", "step"), list(product(ROADS, COMMANDS)))
def test_each_command_refuses_exactly_what_the_fold_would_set_aside(
    status: str | None, step: str
) -> None:
    outcome = COMMANDS[step](person_of(status))
    if step in model.LEGAL[status]:
        assert isinstance(outcome, Draft) and outcome.data.type == step
        assert outcome.owner == WANG and outcome.subject == f"person/{WANG}"
    else:
        assert isinstance(outcome, Refusal) and len(outcome.message) >= 5


def test_every_state_and_every_step_was_tried() -> None:
    assert set(ROADS) == set(model.LEGAL) == {None, *model.STATUSES} == set(model.WORDS)
    assert set(STEPS) == {data.type for data in model.TYPES} == set(COMMANDS) | {REGISTERED.type}


@pytest.mark.parametrize("first", [REGISTERED, PROVISIONAL])
@pytest.mark.parametrize("stop", [model.MovedAway(), model.Died()])
def test_a_mistaken_death_is_taken_back_to_what_she_was(first: Data, stop: Data) -> None:
    before = fold_all(model.fold_person, [first])
    back = fold_all(model.fold_person, [first, stop, model.Returned("搞错了")])
    assert (back.status, back.was) == (before.status, "")


def test_who_moved_away_and_died_comes_back_as_she_was_registered() -> None:
    steps = [PROVISIONAL, model.MovedAway(), model.Died(), model.Returned("搞错了")]
    assert fold_all(model.fold_person, steps).status == model.PROVISIONAL


def test_parted_records_are_never_suggested_to_each_other_again() -> None:
    steps = [PROVISIONAL, model.Merged(OTHER), model.Parted("是两个人")]
    parted = fold_all(model.fold_person, steps)
    assert (parted.status, parted.into, parted.apart) == (model.PROVISIONAL, "", (OTHER,))


def test_an_erased_record_holds_nothing_of_her() -> None:
    gone = fold_all(
        model.fold_person,
        [model.Registered("王阿姨", "zhongda", 1948, gender="female"), STEPS["person.erased"]],
    )
    assert (gone.called, gone.born, gone.gender, gone.number, gone.sealed) == ("", 0, "", "", {})
    assert gone.joined == "zhongda", "or the audience would lose its member"


def test_a_correction_leaves_what_it_does_not_name() -> None:
    before = model.Registered("王阿姨", "zhongda", 1948, dialect="zhoushan", text="larger")
    after = fold_all(model.fold_person, [before, model.Corrected(home="xiaogan", born=0)])
    assert (after.called, after.home, after.joined, after.born) == (
        "王阿姨",
        "xiaogan",
        "zhongda",
        0,
    )
    assert (after.dialect, after.text) == ("zhoushan", "larger")


@pytest.mark.parametrize("born", ["48", "193x", "19480", "一九四八"])
def test_a_birth_year_has_four_digits_or_is_left_open(born: str) -> None:
    state = person_of(model.VERIFIED)
    assert isinstance(commands.correct(state, WANG, {"born": born}, {}), Refusal)


@pytest.mark.parametrize("command", [commands.bring_back, commands.part, commands.erase])
def test_what_cannot_go_without_a_reason(command: Any) -> None:
    for status in model.STATUSES:
        assert isinstance(command(person_of(status), WANG, "  "), Refusal)


def test_nobody_is_merged_into_herself_or_into_somebody_who_is_gone() -> None:
    state = person_of(model.VERIFIED)
    assert isinstance(commands.merge(state, WANG, WANG, state), Refusal)
    assert isinstance(commands.merge(state, WANG, OTHER, None), Refusal)
    assert isinstance(commands.merge(state, WANG, OTHER, person_of(model.ERASED)), Refusal)
    assert isinstance(commands.merge(state, WANG, OTHER, person_of(model.MERGED)), Refusal)


ISSUED = cards.Issued(WANG, "王阿姨", "zhongda", tail="7558")
PHONE = cards.HandleAdded(WANG, "王阿姨", "phone", "0001")
GRANTED = proxies.Granted(WANG, "王阿姨", DAUGHTER, "王女士", ("order",), "2026-12-31")
AGREED = consents.Given("voice", 1, "zhongda")
SEEN = looks.Looked(WANG)

CASES: list[tuple[Any, list[Data], Data, bool]] = [
    (cards.fold_card, [], ISSUED, True),
    (cards.fold_card, [ISSUED], ISSUED, False),
    (cards.fold_card, [ISSUED], cards.Issued(OTHER, "李师傅", "xiaogan"), True),
    (cards.fold_card, [], cards.Blocked(), False),
    (cards.fold_card, [ISSUED], cards.Blocked(), True),
    (cards.fold_card, [ISSUED, cards.Blocked()], cards.Blocked(), True),
    (cards.fold_card, [ISSUED, cards.Blocked()], ISSUED, False),
    (cards.fold_card, [], cards.CardBlanked(), False),
    (cards.fold_card, [ISSUED], cards.CardBlanked(), True),
    (cards.fold_card, [ISSUED, cards.CardBlanked()], ISSUED, False),
    (cards.fold_handle, [], PHONE, True),
    (cards.fold_handle, [PHONE], PHONE, False),
    (cards.fold_handle, [], cards.HandleWithdrawn(), False),
    (cards.fold_handle, [PHONE], cards.HandleWithdrawn(), True),
    (cards.fold_handle, [PHONE, cards.HandleWithdrawn()], PHONE, True),
    (cards.fold_handle, [PHONE, cards.HandleWithdrawn()], cards.HandleWithdrawn(), False),
    (cards.fold_handle, [], cards.HandleBlanked(), False),
    (cards.fold_handle, [PHONE], cards.HandleBlanked(), True),
    (cards.fold_handle, [PHONE, cards.HandleBlanked()], PHONE, False),
    (standing.fold, [], standing.Told("deceased"), True),
    (standing.fold, [standing.Told("deceased")], standing.Told("verified"), True),
    (standing.fold, [standing.Told("erased")], standing.Told("verified"), False),
    (standing.fold, [standing.Told("erased")], standing.Told("erased"), True),
    (proxies.fold, [], GRANTED, True),
    (proxies.fold, [GRANTED], GRANTED, False),
    (proxies.fold, [], proxies.Ended(), False),
    (proxies.fold, [GRANTED], proxies.Ended(), True),
    (proxies.fold, [GRANTED, proxies.Ended()], proxies.Ended(), False),
    (proxies.fold, [GRANTED, proxies.Ended()], GRANTED, False),
    (consents.fold, [], AGREED, True),
    (consents.fold, [AGREED], AGREED, False),
    (consents.fold, [AGREED], consents.Given("voice", 2), True),
    (consents.fold, [], consents.Withdrawn(), False),
    (consents.fold, [AGREED], consents.Withdrawn("zhongda"), True),
    (consents.fold, [AGREED, consents.Withdrawn()], consents.Withdrawn(), False),
    (consents.fold, [AGREED, consents.Withdrawn()], AGREED, True),
    (looks.fold, [], SEEN, True),
    (looks.fold, [SEEN], SEEN, True),
    (looks.fold, [SEEN], looks.Looked(OTHER), False),
    (model.fold_acquaintance, [], model.Met(WANG), True),
    (model.fold_acquaintance, [model.Met(WANG)], model.Met(WANG), True),
]


@pytest.mark.parametrize(("fold", "before", "data", "legal"), CASES)
def test_each_step_of_what_belongs_to_her(
    fold: Any, before: list[Data], data: Data, legal: bool
) -> None:
    outcome = fold_one(fold, fold_all(fold, before), data)
    if legal:
        assert outcome is not None and not isinstance(outcome, SetAside)
    else:
        told(outcome)


def test_every_type_of_event_about_people_has_a_case() -> None:
    names = ("person", "card", "handle", "standing", "proxy", "consent", "look", "acquaintance")
    tried = {type(data) for _, _, data, _ in CASES} | {type(data) for data in STEPS.values()}
    assert {one for name in names for one in REGISTRY.kinds[name].types.values()} == tried


def test_a_card_that_two_stations_gave_away_stays_the_first_ones_and_names_the_other() -> None:
    card = fold_all(cards.fold_card, [ISSUED, cards.Issued(OTHER, "李师傅", "xiaogan")])
    assert (card.person, card.claims) == (WANG, (OTHER,))


@pytest.mark.parametrize("scope", [(), ("spend",)])
def test_a_proxy_is_for_something(scope: tuple[str, ...]) -> None:
    granted = proxies.Granted(WANG, "王阿姨", DAUGHTER, "王女士", scope)
    assert isinstance(proxies.grant("p", granted, "2026-11-28"), Refusal)


@pytest.mark.parametrize("until", ["2026-11-27", "soon", "20261231"])
def test_a_proxy_ends_on_a_day_that_is_still_to_come(until: str) -> None:
    granted = proxies.Granted(WANG, "王阿姨", DAUGHTER, "王女士", ("order",), until)
    assert isinstance(proxies.grant("p", granted, "2026-11-28"), Refusal)


def test_a_proxy_holds_through_its_last_day_and_only_for_its_scope() -> None:
    state = fold_all(proxies.fold, [GRANTED])
    assert proxies.holds(state, "2026-12-31", "order")
    assert not proxies.holds(state, "2027-01-01", "order")
    assert not proxies.holds(state, "2026-12-31", "collect")
    ended = fold_all(proxies.fold, [GRANTED, proxies.Ended()])
    assert not proxies.holds(ended, "2026-12-01")


def test_either_of_the_two_ends_it_and_nobody_else() -> None:
    state = fold_all(proxies.fold, [GRANTED])
    for owner in (WANG, DAUGHTER):
        assert isinstance(proxies.end(state, "p", owner), Draft)
    assert isinstance(proxies.end(state, "p", OTHER), Refusal)
    assert isinstance(proxies.end(None, "p", WANG), Refusal)


def test_all_that_was_said_about_a_consent_stays() -> None:
    steps = [AGREED, consents.Withdrawn("xiaogan"), consents.Given("voice", 1, "zhongda", DAUGHTER)]
    state = fold_all(consents.fold, steps)
    assert [(one.given, one.station, one.by) for one in state.said] == [
        (True, "zhongda", ""),
        (False, "xiaogan", ""),
        (True, "zhongda", DAUGHTER),
    ]


def test_nothing_is_agreed_to_that_has_no_wording_and_nothing_twice() -> None:
    assert isinstance(consents.give(None, WANG, "advertising", "zhongda"), Refusal)
    state = fold_all(consents.fold, [AGREED])
    assert isinstance(consents.give(state, WANG, "voice", "zhongda"), Refusal)
    assert isinstance(consents.withdraw(state, WANG, "voice", "zhongda"), Draft)
    assert isinstance(consents.withdraw(None, WANG, "voice", "zhongda"), Refusal)


def test_the_looks_are_all_counted_and_the_last_hundred_shown() -> None:
    state = fold_all(looks.fold, [SEEN] * 130)
    assert (state.count, len(state.looks)) == (130, looks.LOOKS_KEPT)
