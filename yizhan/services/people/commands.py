"""What can be done with a resident's record and cards."""

from collections.abc import Mapping

from yizhan.events import Draft
from yizhan.services.people.model import Blocked, Issued, Met, Registered


def register(
    person: str,
    called: str,
    home: str,
    private: Mapping[str, str],
    *,
    born: int = 0,
    flags: tuple[str, ...] = (),
) -> Draft:
    """Write a resident into the register; `private` (name, phone, address) is sealed."""
    data = Registered(called, home, born, flags)
    return Draft(f"person/{person}", data, owner=person, sealed=dict(private), seal=person)


def issue(card_hash: str, person: str, called: str, home: str) -> Draft:
    """Give a card to a person."""
    return Draft(f"card/{card_hash}", Issued(person, called, home))


def block(card_hash: str) -> Draft:
    """Block a lost card everywhere."""
    return Draft(f"card/{card_hash}", Blocked())


def meet(person: str, station: str) -> Draft:
    """A person became known at a station."""
    return Draft(f"acquaintance/{person}", Met(person), owner=station)
