"""Anything at all under a valid signature: the hub answers or says BadBundle, and stays sound."""

from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync import bundle
from sync.bundle import BadBundle, Reply, Request
from tests.sync.hostile import as_json, event, header_of, opened, signed, sound
from tests.sync.road import WANG, Road, take_ticket
from yizhan.events import GENESIS

# Anything at all, signed by an enrolled station

SCALAR = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(["\x00", "x" * 300, "zhongda", "hub", "network", "9" * 400, "[", "1970", ""]),
)
VALUE = st.recursive(SCALAR, lambda inner: st.lists(inner, max_size=4), max_leaves=8)
NAMES = st.sampled_from([*Request.__struct_fields__, "made_up"])
HEADER = st.dictionaries(NAMES, VALUE, max_size=4)
DIGEST = st.sampled_from([bundle.text(GENESIS), "", "AA==", "\x00"])
NUMBER = st.one_of(st.integers(-3, 12), st.integers(-(2**70), 2**70))
WORD = st.one_of(st.text(max_size=20), st.sampled_from(["\x00", "x" * 300, "ab12", "hub"]))
WELL_FORMED = st.fixed_dictionaries(
    {},
    optional={
        "epoch": WORD,
        "cursor": NUMBER,
        "time": st.one_of(WORD, st.datetimes().map(str)),
        "clock": WORD,
        "version": WORD,
        "unsent": NUMBER,
        "ticket": WORD,
        "number": NUMBER,
        "disk": NUMBER,
        "aside": NUMBER,
        "holds": st.lists(st.tuples(WORD, NUMBER, NUMBER, DIGEST), max_size=3),
        "public": WORD,
        "proof": WORD,
        "keys": st.booleans(),
        "asides": st.lists(NUMBER, max_size=3),
        "wants": st.lists(st.tuples(NUMBER, NUMBER), max_size=3),
        "v": NUMBER,
    },
)
TYPES = st.sampled_from(
    ["ticket.taken", "ticket.called", "order.placed", "person.met", "station.added", "made.up"]
)
EVENT = st.dictionaries(
    st.sampled_from(
        ["source", "epoch", "audience", "actor", "clock", "time", "seq", "id", "subject", "data",
         "sealed", "batch", "batch_size", "cause", "v", "more"]
    ),
    VALUE,
    max_size=4,
)  # fmt: skip
DIRECTIVE = st.one_of(
    st.tuples(st.just("prev"), DIGEST),
    st.tuples(st.just("at"), st.integers(-5, 2**70)),
    st.tuples(st.just("key"), st.sampled_from([WANG, "network", "", "\x00"]), DIGEST),
    st.tuples(st.just("held"), SCALAR, SCALAR, SCALAR, SCALAR, DIGEST),
    st.lists(VALUE, max_size=5),
)


class Long(bytes):
    """Bytes that are too long to print."""

    def __repr__(self) -> str:
        return f"{self[:9]!r}… ({len(self)})"


LONG = [b"{" * 90_000, b"[" * 90_000, b'{"a":' * 5000, b" " * 9999, b'{"seq":' + b"9" * 5000 + b"}"]

LINE = st.one_of(
    st.tuples(TYPES, EVENT).map(lambda made: event(type=made[0], **made[1])).filter(bool),
    DIRECTIVE.map(as_json),
    st.binary(max_size=40),
    st.sampled_from([b"", b"{}", b"[]", b"\x00", b'{"type":"a\\u0000b"}', b"null", b"\xff\xfe"]),
    st.sampled_from([Long(one) for one in LONG]),
)


class Stolen:
    """A town in which one of the stations is in the wrong hands, kept from example to example."""

    def __init__(self, folder: Path) -> None:
        self.road = Road(folder)
        self.station = self.road.station("zhongda")
        self.road.register_wang("zhongda")
        self.road.exchange(self.station)

    def answers(self, header: dict[str, object], lines: list[bytes]) -> None:
        """The hub answers, or refuses the bundle; nothing else."""
        body = b"\n".join([as_json(header_of(self.station) | header), *lines])
        head = self.road.hub.node.journal.head()
        try:
            raw = self.road.hub.exchange(signed("zhongda", self.station.signer, body))
        except BadBundle:
            assert self.road.hub.node.journal.head() == head
            return
        opened(self.road, raw)


@pytest.fixture(scope="module")
def stolen(tmp_path_factory: pytest.TempPathFactory) -> Stolen:
    return Stolen(tmp_path_factory.mktemp("stolen"))


FUZZ = settings(
    max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


@FUZZ
@given(header=HEADER)
def test_no_header_upsets_the_hub(stolen: Stolen, header: dict[str, object]) -> None:
    stolen.answers(header, [])


@FUZZ
@given(lines=st.lists(LINE, max_size=5))
def test_no_items_upset_the_hub(stolen: Stolen, lines: list[bytes]) -> None:
    stolen.answers({}, lines)


@FUZZ
@given(header=WELL_FORMED, lines=st.lists(LINE, max_size=2))
def test_no_well_formed_nonsense_upsets_the_hub(
    stolen: Stolen, header: dict[str, object], lines: list[bytes]
) -> None:
    stolen.answers(header, lines)


@FUZZ
@given(where=st.integers(0, 10_000), with_=st.binary(max_size=3), cut=st.integers(0, 3))
def test_no_change_of_a_good_body_upsets_the_hub(
    stolen: Stolen, where: int, with_: bytes, cut: int
) -> None:
    good = b"\n".join([as_json(header_of(stolen.station)), event(), event(seq=2)])
    at = where % len(good)
    body = good[:at] + with_ + good[at + cut :]
    try:
        raw = stolen.road.hub.exchange(signed("zhongda", stolen.station.signer, body))
    except BadBundle:
        return
    opened(stolen.road, raw)


def test_after_all_that_the_hub_is_as_it_must_be(stolen: Stolen) -> None:
    stolen.answers({}, [event(seq=9), event(source="hub"), b"{}", b"\x00"])
    assert sound(stolen.road)
    honest = stolen.road.station("xiaogan")
    take_ticket(honest, 1)
    stolen.road.exchange(honest)
    assert honest.node.journal.head() == stolen.road.hub.node.journal.head()


# Anything at all, signed by the hub's key (a hub in the wrong hands, or another version)


@FUZZ
@given(
    header=st.dictionaries(
        st.sampled_from([*Reply.__struct_fields__, "made_up"]), VALUE, max_size=4
    )
)
def test_no_reply_breaks_a_station(stolen: Stolen, header: dict[str, object]) -> None:
    sent = stolen.station.request()
    reply = {"network": "net", "nonce": sent.nonce, "time": ""} | header
    packed = zstandard.ZstdCompressor().compress(as_json(reply)).removeprefix(bundle.ZSTD_MAGIC)
    signature = stolen.road.signer.sign(b"yizhan down hub\n" + packed)
    head = stolen.station.node.journal.head()
    try:
        stolen.station.open(sent, bundle.MAGIC + b"\x03hub" + signature + packed)
    except BadBundle:
        assert stolen.station.node.journal.head() == head
