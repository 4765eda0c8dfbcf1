"""Makes residents for a demonstration or a test: invented, and the same again from one seed.

The pack's cast comes first, with its own cards. Knows common Chinese names and how old such a
neighbourhood is; knows no real person, no journal and no table. Ages are reckoned to one fixed
year, so that the same seed does not give other people next year.
"""

import itertools
import uuid
from collections.abc import Iterator
from random import Random

import msgspec

from yizhan.errors import N_, Refusal
from yizhan.pack import Pack
from yizhan.pack_types import Member

COUNT_MAX = 20_000
"""As many residents as the largest network that this software was measured with."""

YEAR = 2026
PERSONS = uuid.UUID("9d0b7c1e-6f0a-5c53-8a53-1b6f3c1c2a40")
"""Our own namespace for the ids of invented people (UUIDv5, RFC 9562 5.5)."""

AGES = (((60, 69), 25), ((70, 79), 28), ((80, 94), 15), ((36, 59), 20), ((19, 35), 8), ((6, 18), 4))
"""Bands of age in years, and how many in a hundred: two thirds are elders."""

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蔡蒋余"
    "杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江"
)
GIVEN_SINCE = 45
"""From this age in years on, the given names of another time."""
GIVEN_OLD = {
    "female": "秀英 桂兰 玉珍 凤英 美珍 阿凤 雪琴 月娥 彩娣 惠芳 素琴 爱珍 荷花 菊芬 亚君 梅芳",
    "male": "国平 建华 德明 阿根 志强 永康 海生 福根 和平 伟民 忠良 阿毛 善庆 瑞祥 文龙 岳定",
}
GIVEN_YOUNG = {
    "female": "静怡 晓燕 梦洁 佳颖 丽娜 海燕 思琪 雅婷 欣悦 雨桐 晨曦 诗涵",
    "male": "俊杰 浩然 海涛 志鹏 子轩 宇航 明辉 晓东 嘉诚 一帆 博文 天宇",
}
HONORIFICS = (
    (70, {"female": "奶奶", "male": "爷爷"}),
    (45, {"female": "阿姨", "male": "师傅"}),
    (19, {"female": "女士", "male": "先生"}),
    (0, {"female": "同学", "male": "同学"}),
)
"""How one is called from an age in years upwards."""

CARDS = 2**32
CARD_STEP = 2_654_435_761
"""Odd, so that stepping through all card numbers meets each one once (a full cycle)."""


class Resident(msgspec.Struct, frozen=True):
    """An invented resident. `card` is the number printed on an EM4100 card, ten digits;
    `phone` is empty where there is none, as with many elders."""

    person: str
    name: str
    called: str
    gender: str
    born: int
    home: str
    address: str
    phone: str
    flags: tuple[str, ...]
    card: str


def residents(pack: Pack, count: int = 300, seed: int = 1) -> Iterator[Resident]:
    """The pack's cast, then invented residents, `count` in all; a smaller count is the beginning
    of a larger one. Raises Refusal at once where the count is out of bounds."""
    if not 0 <= count <= COUNT_MAX:
        raise Refusal(N_("居民数要在 0 到 %(most)s 之间，请换一个数"), most=COUNT_MAX)
    everybody = itertools.chain(
        (_of_cast(member, _person(seed, place)) for place, member in enumerate(pack.cast)),
        _invented(pack, seed),
    )
    return itertools.islice(everybody, count)


def _person(seed: int, place: int) -> str:
    return str(uuid.uuid5(PERSONS, f"{seed}/{place}"))


def _of_cast(member: Member, person: str) -> Resident:
    return Resident(
        person,
        member.name,
        member.called,
        member.gender,
        member.born,
        member.home,
        member.address,
        member.phone or "",
        member.flags,
        member.card,
    )


def _invented(pack: Pack, seed: int) -> Iterator[Resident]:
    chance = Random(f"residents {seed}")
    homes = [station.code for station in pack.stations]
    cards = _cards({member.card for member in pack.cast}, chance.randrange(CARDS))
    for place in itertools.count(len(pack.cast)):
        age = chance.randint(*chance.choices(*zip(*AGES, strict=True))[0])
        gender = chance.choice(("female", "male"))
        surname = chance.choice(SURNAMES)
        given = GIVEN_OLD if age >= GIVEN_SINCE else GIVEN_YOUNG
        yield Resident(
            _person(seed, place),
            surname + chance.choice(given[gender].split()),
            surname + _honorific(age, gender),
            gender,
            YEAR - age,
            chance.choice(homes),
            _address(chance),
            _phone(chance, age, place),
            _flags(chance, age),
            next(cards),
        )


def _cards(taken: set[str], first: int) -> Iterator[str]:
    """Card numbers from `first` on, never the same twice and none that is taken."""
    numbers = (f"{(first + step * CARD_STEP) % CARDS:010d}" for step in range(CARDS))
    return (number for number in numbers if number not in taken)


def _honorific(age: int, gender: str) -> str:
    return next(words[gender] for since, words in HONORIFICS if age >= since)


def _address(chance: Random) -> str:
    building, unit, door = chance.randint(1, 40), chance.randint(1, 4), chance.randint(1, 2)
    return f"{building}幢{unit}单元{chance.randint(1, 6)}0{door}室"


def _phone(chance: Random, age: int, place: int) -> str:
    """A number that is evidently made up, or none: the older, the more often none."""
    without = 0.45 if age >= 80 else 0.15 if age >= 60 else 1.0 if age < 14 else 0.0
    return "" if chance.random() < without else f"199-0000-{place % 10_000:04d}"


def _flags(chance: Random, age: int) -> tuple[str, ...]:
    """Care flags (独居, 空巢, 失能, 低保). 高龄 is none of them: the birth year tells it."""
    found = []
    if age >= 60:
        found += chance.choices(("alone", "empty_nest", ""), (18, 22, 60))
    if age >= 70 and chance.random() < 0.08:
        found.append("disabled")
    if chance.random() < 0.04:
        found.append("low_income")
    return tuple(flag for flag in found if flag)
