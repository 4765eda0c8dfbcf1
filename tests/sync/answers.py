"""A road for the loop's tests: what it answers to each request, and to which it answers nothing.

Knows bodies and their sizes; knows no record.
"""

from collections.abc import Callable

from sync.hub import SyncHub
from sync.link import Link, TooLarge

Answer = Callable[[bytes], bytes]


class TestRoad(Link):
    """A road on which each request meets the next of these answers, the last one for ever."""

    __test__ = False

    def __init__(self, *answers: Answer) -> None:
        super().__init__("http://127.0.0.1:1")
        self.answers, self.sizes = list(answers), []

    def exchange(self, raw: bytes) -> bytes:
        """What the next answer gives."""
        self.sizes.append(len(raw))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer(raw)


def fails(error: Exception) -> Answer:
    def answer(_raw: bytes) -> bytes:
        raise error

    return answer


def only_below(size: int, hub: SyncHub) -> Answer:
    """A road on which no larger body gets through."""

    def answer(raw: bytes) -> bytes:
        if len(raw) > size:
            raise TooLarge("413")
        return hub.exchange(raw)

    return answer
