"""Who stands at the screen: in memory only, gone with 完成, a time-out or a restart.

The browser holds a random visit id; the person is known here alone. A card's number never
reaches the browser: it gets a token, good once and for three seconds.
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from yizhan.services.people.proxies import SEE

LANGUAGE = "zh_CN"
TOKEN_SECONDS = 3.0
QUIET_SECONDS_MAX = 150.0
"""The page itself clears a quiet visit sooner; this is for a page that died."""


@dataclass
class Visit:
    """One stay at the screen. `made` are the subjects made in it without a card.

    `person` is whose matters are done. Where somebody acts for her, `hand` is who stands here,
    `scope` what she may do. `by` is how she said who she is, card or phone; `proven`: it is
    surely she, by her pictures or the keeper's eyes. What is being typed stays here too. `large`
    and `theme` are how she wants it to look, an empty theme is the station's.
    """

    id: str
    person: str = ""
    called: str = ""
    by: str = ""
    proven: bool = False
    asks: bool = False
    hand: str = ""
    hand_called: str = ""
    scope: tuple[str, ...] = ()
    digits: str = ""
    pictures: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    way_on: str = ""
    language: str = LANGUAGE
    large: bool = False
    theme: str = ""
    touched: float = 0.0
    ends: float = 0.0
    """When it ends whatever is tapped, in monotonic seconds; 0 where nothing ends it so."""
    made: set[str] = field(default_factory=set)

    @property
    def begun(self) -> bool:
        """Whether anything here is hers that the next one must not find: her name, her choices."""
        return bool(self.person or self.large or self.theme or self.language != LANGUAGE)

    @property
    def myself(self) -> str:
        """Who stands here, for herself or for another."""
        return self.hand or self.person

    @property
    def may_see(self) -> bool:
        """Whether what is done is her own, or of somebody who lets her see it."""
        return bool(self.person) and (not self.hand or SEE in self.scope)

    @property
    def with_card(self) -> bool:
        """Whether more than a telephone number says who stands here."""
        return self.may_see and (self.by == "card" or self.proven)

    @property
    def surely(self) -> bool:
        """Whether it is surely she who stands here (identity.proven)."""
        return self.may_see and self.proven

    @property
    def actor(self) -> str:
        """Who does it, as an event names her."""
        return f"person/{self.myself}"


class Visits:
    """The visits of this screen, and the tokens of cards just laid."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._visits: dict[str, Visit] = {}
        self._tokens: dict[str, tuple[str, float]] = {}

    def get(self, visit: str) -> Visit | None:
        """A visit that is still going on; being asked for keeps it alive."""
        with self._lock:
            now = self._clock()
            found = self._visits.get(visit)
            if found is None or _is_over(found, now):
                self._visits.pop(visit, None)
                return None
            found.touched = now
            return found

    def somebody(self) -> bool:
        """Whether somebody whom we know by her card stands at the screen."""
        with self._lock:
            now = self._clock()
            return any(one.person and not _is_over(one, now) for one in self._visits.values())

    def asking(self) -> list[Visit]:
        """Who waits for the keeper to see that it is she."""
        with self._lock:
            now = self._clock()
            return [
                one
                for one in self._visits.values()
                if one.asks and not one.proven and now - one.touched <= QUIET_SECONDS_MAX
            ]

    def seen(self, visit: str, herself: bool) -> str:
        """The keeper looked: it is she, or not. Who it is, empty where she has gone."""
        with self._lock:
            found = self._visits.get(visit)
            if found is None or not found.asks or not found.person:
                return ""
            found.proven, found.asks = herself, False
            return found.myself

    def open(self) -> Visit:
        """A new visit of somebody unknown; forgets those that fell quiet."""
        with self._lock:
            now = self._clock()
            self._visits = {
                name: one for name, one in self._visits.items() if not _is_over(one, now)
            }
            visit = Visit(secrets.token_hex(16), touched=now)
            self._visits[visit.id] = visit
            return visit

    def end_in(self, visit: Visit, seconds: float) -> None:
        """The visit ends so soon; 0 takes that back."""
        with self._lock:
            visit.ends = self._clock() + seconds if seconds else 0.0

    def rename(self, visit: Visit) -> None:
        """The visit goes on under another id; the old one is nobody's."""
        with self._lock:
            self._visits.pop(visit.id, None)
            visit.id = secrets.token_hex(16)
            self._visits[visit.id] = visit

    def close(self, visit: str) -> None:
        """The visit is over and forgotten."""
        with self._lock:
            self._visits.pop(visit, None)

    def token(self, number: str) -> str:
        """A word for the card just laid, that the page may say once within three seconds."""
        with self._lock:
            now = self._clock()
            self._tokens = {key: one for key, one in self._tokens.items() if one[1] > now}
            token = secrets.token_hex(16)
            self._tokens[token] = (number, now + TOKEN_SECONDS)
            return token

    def card(self, token: str) -> str | None:
        """The card's number for this token, once; None when it is too late or was used."""
        with self._lock:
            number, until = self._tokens.pop(token, ("", 0.0))
            return number if until > self._clock() else None


def _is_over(visit: Visit, now: float) -> bool:
    return now - visit.touched > QUIET_SECONDS_MAX or 0 < visit.ends <= now
