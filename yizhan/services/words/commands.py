"""Giving one's word on an order that this station does not hold."""

from yizhan.errors import N_, Refusal
from yizhan.events import Draft
from yizhan.services.words.model import Given


def give(
    subject: str, station: str, person: str, number: str, fixed: bool, said: str = ""
) -> Draft | Refusal:
    """The resident's word, kept here until the hub attaches it to the order."""
    if not number.strip() or len(number) > 40:
        return Refusal(N_("请看一下小票上的单号，再按一次"))
    return Draft(subject, Given(number.strip(), person, fixed, said[:200]), owner=station)
