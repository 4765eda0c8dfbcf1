"""Card frames in, what people did with their cards out: laid, forgotten, taken, two at once.

Readers repeat a frame while the tag lies there, and some send it only once. Pure: the time
is passed in, in monotonic seconds. Refuses to know ports, people and what a card may do.

The presence of a card:

    ABSENT    nothing on the reader
    SETTLING  a card was heard once and nobody was told: a second card may lie beside it
    PRESENT   one card, told as `card` exactly once
    CROWDED   two cards take turns: neither counts until both are gone
"""

from collections import deque
from dataclasses import dataclass
from enum import Enum

from kiosk.devices.rdm6300 import Frame, Framer

LAID, LEFT, LIFTED, TWO = "card", "card_left", "card_lifted", "card_two"
READER_WRONG, READER_WELL = "reader_wrong", "reader_well"

SETTLES_AFTER = 0.2
GONE_AFTER = 0.8
LEFT_AFTER = 30.0
AWAY_AFTER = 0.4
INVALID_MAX = 200
INVALID_WITHIN = 10.0


@dataclass(frozen=True)
class CardEvent:
    """What happened at the reader; `frame` is the card's, None where no one card is meant."""

    kind: str
    frame: Frame | None = None


class State(Enum):
    ABSENT = "absent"
    SETTLING = "settling"
    PRESENT = "present"
    CROWDED = "crowded"


class Presence:
    """Which card lies on the reader. Call `tick` at least every 200 ms or so."""

    def __init__(self) -> None:
        self.state = State.ABSENT
        self._card: Frame | None = None
        self._since = self._seen = 0.0
        self._rival: Frame | None = None
        self._rival_seen = 0.0
        self._told_left = False

    def saw(self, frame: Frame, now: float) -> list[CardEvent]:
        """A frame was heard."""
        events = self.tick(now)
        if self.state is State.ABSENT:
            self._settle(frame, now)
        elif self.state is State.CROWDED:
            self._seen = now
        elif self._rival not in (None, frame):
            events += self._crowd(now)
        elif frame == self._card:
            self._seen = now
            events += self._confirm(now)
        else:
            self._challenge(frame, now)
        return events

    def tick(self, now: float) -> list[CardEvent]:
        """Time has passed."""
        return self._lift_if_silent(now) + self._confirm_if_alone(now) + self._remind_if_left(now)

    def resumed(self, now: float) -> None:
        """Nobody listened for a while.

        What went unheard is not silence: a card that still lies there must not count twice.
        """
        if self.state is State.SETTLING:
            self.state = State.ABSENT
        self._seen, self._rival = now, None

    def _lift_if_silent(self, now: float) -> list[CardEvent]:
        if self.state is State.ABSENT or now - self._seen <= GONE_AFTER:
            return []
        was, card, rival = self.state, self._card, self._rival
        self.state, self._card, self._rival = State.ABSENT, None, None
        if rival is not None and now - self._rival_seen <= GONE_AFTER:
            self._settle(rival, self._rival_seen)
        return [] if was is State.SETTLING else [CardEvent(LIFTED, card)]

    def _confirm_if_alone(self, now: float) -> list[CardEvent]:
        alone = self.state is State.SETTLING and self._rival is None
        return self._confirm(now) if alone and now - self._since >= SETTLES_AFTER else []

    def _remind_if_left(self, now: float) -> list[CardEvent]:
        if self.state is not State.PRESENT or self._told_left or now - self._since <= LEFT_AFTER:
            return []
        self._told_left = True
        return [CardEvent(LEFT, self._card)]

    def _settle(self, frame: Frame, seen: float) -> None:
        self.state, self._card, self._rival = State.SETTLING, frame, None
        self._since = self._seen = seen

    def _confirm(self, now: float) -> list[CardEvent]:
        if self.state is State.PRESENT:
            return []
        self.state, self._since, self._told_left = State.PRESENT, now, False
        return [CardEvent(LAID, self._card)]

    def _crowd(self, now: float) -> list[CardEvent]:
        self.state, self._card, self._rival, self._seen = State.CROWDED, None, None, now
        return [CardEvent(TWO)]

    def _challenge(self, frame: Frame, now: float) -> None:
        """Another card spoke. If the first comes back they lie together; if it stays silent
        for as long as a lifted card does, this was a change of cards.
        """
        self._rival, self._rival_seen = frame, now


class SettingWatch:
    """Notices a reader that talks and makes no sense: wrong speed, or another model."""

    def __init__(self) -> None:
        self.wrong = False
        self._invalid: deque[tuple[float, int]] = deque()

    def heard(self, valid: bool, invalid: int, now: float) -> list[CardEvent]:
        """A chunk was parsed: `invalid` bytes made no frame; `valid` if any frame came."""
        if valid:
            self._invalid.clear()
            return self._become(False)
        if invalid:
            self._invalid.append((now, invalid))
        while self._invalid and now - self._invalid[0][0] > INVALID_WITHIN:
            self._invalid.popleft()
        too_many = sum(count for _, count in self._invalid) > INVALID_MAX
        return self._become(True) if too_many else []

    def _become(self, wrong: bool) -> list[CardEvent]:
        if wrong == self.wrong:
            return []
        self.wrong = wrong
        return [CardEvent(READER_WRONG if wrong else READER_WELL)]


class CardReader:
    """Bytes of the reader in, events out: framing, presence and the watch together."""

    def __init__(self) -> None:
        self._framer = Framer()
        self._presence = Presence()
        self._watch = SettingWatch()
        self._listened = 0.0

    @property
    def setting_wrong(self) -> bool:
        return self._watch.wrong

    def heard(self, data: bytes, now: float) -> list[CardEvent]:
        """What `data` (perhaps none) at `now` tells. Call it every 200 ms or so.

        After a longer pause (the cable was out, the machine stood still) listening resumes.
        """
        if now - self._listened > AWAY_AFTER:
            self._presence.resumed(now)
        self._listened = now
        before = self._framer.invalid
        frames = self._framer.feed(data, now)
        events = self._watch.heard(bool(frames), self._framer.invalid - before, now)
        events += self._presence.tick(now)
        for frame in frames:
            events += self._presence.saw(frame, now)
        return events
