"""The kinds of subject that residents are made of, and how each state becomes a row."""

from typing import Any

from yizhan.events import Data
from yizhan.folding import Fold
from yizhan.registry import Kind, Projected, Projection, Reaction, Scope
from yizhan.services.people import cards, consents, looks, model, proxies, reactions, standing
from yizhan.services.people.projection import (
    CardRow,
    ConsentRow,
    HandleRow,
    MemberRow,
    PersonRow,
    ProxyRow,
    StandingRow,
)


def _named(at: Projected) -> str:
    return at.subject.partition("/")[2]


def _person(state: model.Person, at: Projected) -> tuple[Any, ...]:
    where = (state.number, state.station, state.serial, " ".join(state.apart))
    return _named(at), state.called, state.home, state.born, state.status, *where


def _home(state: model.Person, at: Projected) -> tuple[Any, ...]:
    return state.joined or state.home, at.audience, at.first


def _card(state: cards.Card, at: Projected) -> tuple[Any, ...]:
    told = (state.way, state.tail, " ".join(state.claims))
    return _named(at), state.person, state.called, state.home, state.blocked, *told


def _handle(state: cards.Handle, at: Projected) -> tuple[Any, ...]:
    hashed = _named(at).partition("/")[0]
    return hashed, state.person, state.called, state.way, state.tail, state.valid


def _standing(state: standing.Standing, at: Projected) -> tuple[Any, ...]:
    return _named(at), state.status, state.into, state.called


def _proxy(state: proxies.Proxy, at: Projected) -> tuple[Any, ...] | None:
    return None if state.ended else (_named(at), state.principal, state.agent)


def _consent(state: consents.Consent, at: Projected) -> tuple[Any, ...]:
    return at.audience.partition(":")[2], state.kind, state.given


def _acquaintance(state: model.Acquaintance, at: Projected) -> tuple[Any, ...]:
    return state.station, f"person:{state.person}", at.first


def _kind(
    name: str,
    scope: Scope,
    state: type[Any],
    fold: Fold,
    types: tuple[type[Data], ...],
    *projections: Projection,
    version: int = 1,
    **answers: Reaction,
) -> Kind:
    """A kind; `answers` are its reactions, by the last word of the type."""
    named = {data.type: data for data in types}
    reactions_ = {f"{name}.{word}": answer for word, answer in answers.items()}
    return Kind(name, scope, state, named, fold, projections, reactions_, version)


KINDS = (
    _kind(
        "person",
        "person",
        model.Person,
        model.fold_person,
        model.TYPES,
        Projection(PersonRow, _person),
        Projection(MemberRow, _home, dated=True),
        version=2,
        **dict.fromkeys(
            ("corrected", "moved_away", "died", "returned", "merged", "parted", "erased"),
            reactions.tell,
        ),
    ),
    _kind(
        "card",
        "network",
        cards.Card,
        cards.fold_card,
        (cards.Issued, cards.Blocked, cards.CardBlanked),
        Projection(CardRow, _card),
        version=2,
        issued=reactions.blank_late,
    ),
    _kind(
        "handle",
        "network",
        cards.Handle,
        cards.fold_handle,
        (cards.HandleAdded, cards.HandleWithdrawn, cards.HandleBlanked),
        Projection(HandleRow, _handle),
        added=reactions.blank_late,
    ),
    _kind(
        "standing",
        "network",
        standing.Standing,
        standing.fold,
        (standing.Told,),
        Projection(StandingRow, _standing),
        told=reactions.join_home,
    ),
    _kind(
        "proxy",
        "person",
        proxies.Proxy,
        proxies.fold,
        (proxies.Granted, proxies.Ended),
        Projection(ProxyRow, _proxy),
        granted=reactions.repeat_grant,
        ended=reactions.repeat_end,
    ),
    _kind(
        "consent",
        "person",
        consents.Consent,
        consents.fold,
        (consents.Given, consents.Withdrawn),
        Projection(ConsentRow, _consent),
    ),
    _kind("look", "hub", looks.Looks, looks.fold, (looks.Looked,)),
    _kind(
        "acquaintance",
        "station",
        model.Acquaintance,
        model.fold_acquaintance,
        (model.Met,),
        Projection(MemberRow, _acquaintance, dated=True),
    ),
)
