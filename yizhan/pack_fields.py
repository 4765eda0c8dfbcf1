"""What may stand in one field of a pack, and the advice that a person reads where it is wrong.

Knows no register and no file. Every field has a `description`: what to write there, in Chinese.
Money is in fen (0.01 yuan), to the jiao, because cash is.
"""

import datetime
from typing import Annotated, Literal

from msgspec import Meta

TILES_MAX = 6
"""A home screen of 4 to 6 tiles is what an elder's hand and eye can manage."""

Text = Annotated[
    str, Meta(pattern=r"\S", max_length=300, description="一段文字，最多 300 个字，不能空着")
]
Label = Annotated[str, Meta(pattern=r"\S", max_length=16, description="一个短名字，最多 16 个字")]
NameEn = Annotated[
    str, Meta(pattern=r"\S", max_length=40, description="英文的短名字，最多 40 个字母")
]
TextEn = Annotated[
    str, Meta(pattern=r"\S", max_length=600, description="英文的一段文字，最多 600 个字母")
]
TileName = Annotated[
    str,
    Meta(pattern=r"^[\u4e00-\u9fff]{2,4}\Z", description="2 到 4 个汉字，因为要用大字写在首页上"),
]
Code = Annotated[
    str,
    Meta(
        pattern=r"^[a-z][a-z0-9-]{0,31}\Z",
        description="一个代码：小写英文字母开头，只用字母、数字和连字符，例如 mend",
    ),
]
Codes = Annotated[
    tuple[Code, ...], Meta(description="一个或几个代码，小写英文字母开头，几个之间用分号隔开")
]
Texts = Annotated[tuple[Text, ...], Meta(description="一项或几项文字，几项之间用分号隔开")]
Icon = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\Z",
        description="一个 @tabler/icons 线条图标的名字，例如 needle-thread",
    ),
]
Phone = Annotated[
    str, Meta(pattern=r"^[0-9][0-9-]{2,19}\Z", description="一个电话号码，只用数字和连字符")
]
Fen = Annotated[
    int,
    Meta(ge=0, multiple_of=10, description="以分为单位的整数，最小到角：2 元写 200，免费写 0"),
]
Count = Annotated[int, Meta(ge=0, le=100_000, description="一个整数")]
Minutes = Annotated[int, Meta(ge=1, le=480, description="1 到 480 之间的整数（分钟）")]
Day = Annotated[datetime.date, Meta(description="一个日期，例如 2026-11-03")]
Yes = Annotated[bool, Meta(description="“是”，或者空着")]
Flag = Annotated[bool, Meta(description="true 或者 false")]
Card = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{10}\Z",
        description="卡面上的 10 位数字，前面的 0 不能少（请先把这一栏设成文本格式）",
    ),
]
Tier = Annotated[
    Literal["core", "enhanced", "basic"],
    Meta(description="core（枢纽型）、enhanced（增强型）、basic（基础型）三个里的一个"),
]
Places = Annotated[
    tuple[Literal["home", "station"], ...],
    Meta(min_length=1, description="做事的地方：home（上门）、station（拿到站里），至少写一个"),
]
PlaceKind = Annotated[
    Literal["station", "mobile"], Meta(description="station（固定站点）或者 mobile（流动值勤点）")
]
Audience = Annotated[
    Literal["all", "elder", "infant", "pupil", "worker"],
    Meta(
        description="all（人人）、elder（老人）、infant（婴幼儿）、pupil（学生）、worker（工人）之一"
    ),
]
Audiences = Annotated[
    tuple[Literal["all", "elder", "infant", "pupil", "worker"], ...],
    Meta(
        min_length=1,
        description="先给谁看，可以写几个：all（人人）、elder（老人）、infant（婴幼儿）、"
        "pupil（学生）、worker（工人）",
    ),
]
Span = Annotated[
    str,
    Meta(
        pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-4]):[0-5][0-9])?\Z",
        description="开门和关门的时间，例如 08:00-20:00，不开门就空着",
    ),
]
Week = Annotated[
    tuple[Span, ...],
    Meta(
        min_length=7,
        max_length=7,
        description='周一到周日七个开门时间，例如 08:00-20:00，不开门的那天写 ""',
    ),
]
OnHolidays = Annotated[
    Literal["open", "closed"], Meta(description="open（节假日照常）或者 closed（节假日休息）")
]
InstructorKind = Annotated[
    Literal["artist", "teacher"], Meta(description="artist（艺术达人）或者 teacher（退休教师）")
]
ResourceKind = Annotated[
    Literal["space", "facility", "service", "person", "goods"],
    Meta(
        description="space（空间）、facility（设施）、service（服务）、person（人）、goods（物资）之一"
    ),
]
Gender = Annotated[Literal["female", "male"], Meta(description="female（女）或者 male（男）")]
Flags = Annotated[
    tuple[Literal["alone", "empty_nest", "disabled", "low_income"], ...],
    Meta(
        description="alone（独居）、empty_nest（空巢）、disabled（失能）、low_income（低保），"
        "几个之间用分号隔开，没有就空着"
    ),
]
