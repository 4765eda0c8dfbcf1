"""The registers of a pack: what one row of each holds.

Knows rows; knows no file, and not which rows point to which. `sample` marks what a pack's
author made up, so that nobody takes it for the place itself.
"""

import datetime
from typing import Annotated

from msgspec import Meta, Struct

from yizhan.pack_fields import (
    TILES_MAX,
    Audience,
    Audiences,
    Card,
    Code,
    Codes,
    Count,
    Day,
    Fen,
    Flag,
    Flags,
    Gender,
    Icon,
    InstructorKind,
    Label,
    Minutes,
    NameEn,
    OnHolidays,
    Phone,
    PlaceKind,
    Places,
    ResourceKind,
    Text,
    TextEn,
    Texts,
    Tier,
    TileName,
    Week,
    Yes,
)


class Row(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every row is: closed to fields that nobody has defined."""


class Coded(Row, frozen=True, kw_only=True):
    """A row that other rows can point to by its code."""

    code: Code


class Network(Coded, frozen=True, kw_only=True):
    """A subdistrict's network, and what its hub is called."""

    name: Text
    name_en: Text = ""
    hub: Text


class Station(Coded, frozen=True, kw_only=True):
    """A place of service; `number` opens its order numbers, `tiles` are its home screen.

    `hours` tells in words when it is open; `week` tells a program, and may be left out.
    """

    number: Annotated[int, Meta(ge=1, le=99, description="1 到 99 之间的整数")]
    name: Label
    community: Text
    tier: Tier
    kind: PlaceKind = "station"
    theme: Text
    address: Text
    hours: Text
    phone: Phone
    tiles: Annotated[
        tuple[Code, ...],
        Meta(
            min_length=1,
            max_length=TILES_MAX,
            description=f'1 到 {TILES_MAX} 个服务的代码，按首页的次序写，例如 ["mend", "repair"]',
        ),
    ]
    week: Week = ()
    holidays: OnHolidays = "open"
    sample: Flag = False


class Job(Coded, frozen=True, kw_only=True):
    """A thing done while one waits, at a price in fen; `minutes` is how long it takes."""

    name: Label
    name_en: NameEn = ""
    icon: Icon
    price_fen: Fen
    minutes: Minutes


class Choice(Coded, frozen=True, kw_only=True):
    """A picture to point at: what an order is about, or when somebody may come.

    A window is a time of day and names no day: the order may be read days later, and the
    worker agrees on a day with the resident.
    """

    name: Label
    name_en: NameEn = ""
    icon: Icon


class Tile(Coded, frozen=True, kw_only=True):
    """What every service shows on a home screen and says aloud, and whom it is offered first.

    Whom it is not for is not excluded. English may be left out, here and below: the Chinese is
    shown then.
    """

    name: TileName
    name_en: NameEn = ""
    spoken: Text
    spoken_en: TextEn = ""
    icon: Icon
    audience: Audiences = ("all",)
    sample: Flag = False


class TicketService(Tile, frozen=True, kw_only=True, tag_field="flow", tag="ticket"):
    """Take a number and wait; `roster` says in words who serves and when."""

    roster: Text
    roster_en: TextEn = ""
    jobs: Annotated[tuple[Job, ...], Meta(description="至少一段 [[service.jobs]]")]


class OrderService(Tile, frozen=True, kw_only=True, tag_field="flow", tag="order"):
    """Place an order that is dispatched; `price` is a sentence, told before anything is asked."""

    price: Text
    price_en: TextEn = ""
    choices: Annotated[tuple[Choice, ...], Meta(description="至少一段 [[service.choices]]")]
    windows: Annotated[tuple[Choice, ...], Meta(description="至少一段 [[service.windows]]")]
    places: Places


class InfoService(Tile, frozen=True, kw_only=True, tag_field="flow", tag="info"):
    """What the station offers, when, and how the keeper helps; the screen takes nothing."""

    text: Text
    text_en: TextEn = ""
    hours: Text
    hours_en: TextEn = ""
    keeper: Text
    keeper_en: TextEn = ""


Service = TicketService | OrderService | InfoService

SERVICES: dict[str, type[TicketService] | type[OrderService] | type[InfoService]] = {
    "ticket": TicketService,
    "order": OrderService,
    "info": InfoService,
}
"""The kinds of service by their `flow`."""


class Scene(Coded, frozen=True, kw_only=True):
    """A service scene: where it is and who runs it; `note` says where its name comes from."""

    name: Label
    station: Code
    service: Code | None = None
    manager: Code | None = None
    capacity: Count | None = None
    hours: Text
    fee: Text
    audience: Audience
    note: Text
    sample: Yes = False


class Partner(Coded, frozen=True, kw_only=True):
    """A partner organisation; `capabilities` are the services that it can be sent to."""

    name: Text
    sector: Label
    capabilities: Codes = ()
    contact: Label
    phone: Phone
    sample: Yes = False


class Instructor(Coded, frozen=True, kw_only=True):
    """Somebody who teaches at a station."""

    name: Label
    kind: InstructorKind
    skills: Texts
    station: Code
    available: Text
    phone: Phone
    sample: Yes = False


class AgencyItem(Coded, frozen=True, kw_only=True):
    """An affair handled on a resident's behalf; the limit is in working days, 0 at once."""

    name: Text
    authority: Text
    materials: Texts
    fee_fen: Fen
    limit_days: Annotated[
        int, Meta(ge=0, le=365, description="0 到 365 之间的整数（工作日，当场办结写 0）")
    ]
    proxy: Yes = False
    result: Text
    sample: Yes = False


class Resource(Coded, frozen=True, kw_only=True):
    """Something in the neighbourhood that can be used; `cost_fen` is for one `unit` of it."""

    kind: ResourceKind
    name: Text
    owner: Text
    station: Code
    location: Text
    capacity: Count
    unit: Label
    available: Text
    cost_fen: Fen
    verified_on: Day
    sample: Yes = False


class Holiday(Row, frozen=True, kw_only=True):
    """A public holiday, or (`work`) a weekend day that is worked in exchange: 调休."""

    day: Day
    name: Label
    name_en: NameEn = ""
    work: Yes = False

    @property
    def code(self) -> str:
        """What it is listed under."""
        return code_of_day(self.day)


def code_of_day(day: datetime.date) -> str:
    """The code of a day in the register of holidays."""
    return f"d{day.isoformat()}"


class Member(Row, frozen=True, kw_only=True):
    """A resident of the cast: somebody whom every demonstration and test knows by name."""

    name: Label
    called: Label
    gender: Gender
    born: Annotated[int, Meta(ge=1900, le=2100, description="四位数的出生年份，例如 1948")]
    home: Code
    address: Text
    phone: Phone | None = None
    flags: Flags = ()
    card: Card
