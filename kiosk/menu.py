"""What this station offers: the registers that the hub publishes, and what its keeper has set.

Knows the shape of a station's and a service's listing; knows no service by name. A field that
a pack leaves out has a harmless default here, so that an older pack still shows a screen.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from kiosk import setting
from yizhan.db import Db
from yizhan.services.catalogue import projection as catalogue
from yizhan.services.pauses import projection as pauses
from yizhan.services.pauses.projection import Going
from yizhan.services.setup import projection as setups
from yizhan.services.setup.model import Price

FLOWS = ("ticket", "order", "info")
"""The flows that this touchscreen has screens for; a tile of another flow is not shown."""

TOLD = ("name", "price", "roster", "text", "hours", "keeper", "spoken")
"""Fields of a service that are shown as they stand; each may have its English beside it."""
SAID = (*TOLD[1:], *(f"{name}_en" for name in TOLD))

EVERYBODY = "all"
HOME = "home"
STATION = "station"


class Pick(msgspec.Struct, frozen=True):
    """One thing that can be chosen: a job with its price, an appliance, a window, a place."""

    code: str
    name: str
    icon: str = ""
    price_fen: int | None = None
    name_en: str = ""


class Pause(msgspec.Struct, frozen=True):
    """Why a service does not take place, and until which day (ISO, may be empty)."""

    reason: str
    reason_en: str
    until: str


class Service(msgspec.Struct, frozen=True):
    """A service: its `flow`, what can be picked, its price as a sentence, what there is to say.

    `roster` says who serves and when; `text`, `hours` and `keeper` are of an "info" service. What
    ends in `_en` is the English, empty where the pack has none: names.in_language() knows.
    """

    code: str
    name: str
    flow: str
    icon: str = ""
    picks: tuple[Pick, ...] = ()
    windows: tuple[Pick, ...] = ()
    places: tuple[str, ...] = (HOME, STATION)
    audience: tuple[str, ...] = (EVERYBODY,)
    price: str = ""
    roster: str = ""
    text: str = ""
    hours: str = ""
    keeper: str = ""
    spoken: str = ""
    name_en: str = ""
    price_en: str = ""
    roster_en: str = ""
    text_en: str = ""
    hours_en: str = ""
    keeper_en: str = ""
    spoken_en: str = ""
    pause: Pause | None = None

    def pick(self, code: str) -> Pick | None:
        """The job or appliance with this code."""
        return _find(self.picks, code)

    def window(self, code: str) -> Pick | None:
        """The window with this code."""
        return _find(self.windows, code)


class Station(msgspec.Struct, frozen=True):
    """A station: `short` begins the numbers of its orders, `phone` reaches a person."""

    code: str
    name: str
    short: str
    phone: str = ""
    tiles: tuple[str, ...] = ()


PICKS_A_SCREEN = 6


def page_of(
    picks: Sequence[Pick], page: int, room: int = PICKS_A_SCREEN
) -> tuple[Sequence[Pick], bool]:
    """What a screen with `room` tiles shows of many picks, and whether there are more: all, or
    one less and 更多."""
    if len(picks) <= room:
        return picks, False
    size = room - 1
    start = max(0, page) * size
    rest = picks[start:]
    return (rest, False) if len(rest) <= room else (rest[:size], True)


def _find(picks: tuple[Pick, ...], code: str) -> Pick | None:
    return next((pick for pick in picks if pick.code == code), None)


def station(db: Db, code: str) -> Station:
    """The station's listing; its bare code where the hub has not published it yet."""
    fields = catalogue.entry(db, "station", code) or {}
    set_here = setups.values(db, code)
    name = str(fields.get("name", code))
    return Station(
        code=code,
        name=name,
        short=str(fields.get("short", name)),
        phone=set_here.phone or str(fields.get("phone", "")),
        tiles=set_here.tiles or tuple(fields.get("tiles", ())),
    )


def hours(db: Db, code: str) -> str:
    """When the station is open, as its listing says it."""
    return str((catalogue.entry(db, "station", code) or {}).get("hours", ""))


def service(db: Db, code: str) -> Service | None:
    """A service by its code, or None where no screen knows its flow."""
    return next(iter(_services(db, (code,))), None)


def _services(db: Db, codes: Sequence[str]) -> list[Service]:
    """Those of these services that a screen knows the flow of, in this order."""
    rows = catalogue.written(db, "service", codes)
    found = (_read(code, rows[code]) for code in codes if code in rows)
    return [one for one in found if one is not None]


@lru_cache(1024)
def _read(code: str, written: str) -> Service | None:
    """The same text is read once: every page shows services, and few ever change."""
    fields = msgspec.json.decode(written)
    return _service(code, fields) if fields.get("flow") in FLOWS else None


def tiles(db: Db, code: str, day: str = "") -> list[Service]:
    """What the station's first screen offers, in its keeper's order or the pack's.

    As it is on a day (ISO): prices, and what is paused. Without a day whatever is paused is.
    """
    return _as_here(db, code, day, _services(db, station(db, code).tiles))


def offered(db: Db, code: str, service_code: str, day: str) -> Service | None:
    """A service as this station offers it on a day: its prices, and whether it is paused."""
    return next(iter(_as_here(db, code, day, _services(db, (service_code,)))), None)


def _as_here(db: Db, code: str, day: str, found: Sequence[Service]) -> list[Service]:
    stopped = pauses.at_station(pauses.going_on(db, day), code)
    prices = setups.values(db, code).prices or ()
    return [_paused(_priced(one, prices, day), stopped.get(one.code)) for one in found]


def _paused(one: Service, stopped: Going | None) -> Service:
    if stopped is None:
        return one
    pause = Pause(stopped.reason, stopped.reason_en, stopped.until)
    return msgspec.structs.replace(one, pause=pause)


def _priced(one: Service, prices: Sequence[Price], day: str) -> Service:
    if not prices or one.flow != "ticket":
        return one
    picks = []
    for pick in one.picks:
        here = setting.price_on(prices, one.code, pick.code, day)
        picks.append(pick if here is None else msgspec.structs.replace(pick, price_fen=here))
    return msgspec.structs.replace(one, picks=tuple(picks))


def of_flow(db: Db, code: str, flow: str, day: str = "") -> list[Service]:
    """The station's services of one flow."""
    return [one for one in tiles(db, code, day) if one.flow == flow]


def partner_name(db: Db, code: str) -> str:
    """A partner's name; its code where the hub has not published it."""
    return str((catalogue.entry(db, "partner", code) or {}).get("name", code))


def _service(code: str, fields: dict[str, Any]) -> Service:
    picks = fields.get("jobs" if fields["flow"] == "ticket" else "choices", ())
    said: Any = {name: str(fields.get(name, "")) for name in SAID}
    return Service(
        code=code,
        name=str(fields.get("name", code)),
        flow=str(fields["flow"]),
        icon=str(fields.get("icon", "")),
        picks=_picks(picks),
        windows=_picks(fields.get("windows", ())),
        places=tuple(fields.get("places", (HOME, STATION))),
        audience=tuple(fields.get("audience", (EVERYBODY,))),
        **said,
    )


def _picks(rows: Any) -> tuple[Pick, ...]:
    return tuple(
        Pick(
            code=str(row["code"]),
            name=str(row.get("name", row["code"])),
            icon=str(row.get("icon", "")),
            price_fen=row.get("price_fen"),
            name_en=str(row.get("name_en", "")),
        )
        for row in rows
    )
