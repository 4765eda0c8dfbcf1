"""The bytes of a bundle: what was packed comes out, and nothing else ever does."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sync import bundle
from sync.bundle import BadBundle, HeldRun, Key, Reply, Request, Whole
from yizhan.events import digest
from yizhan.keys import Signer

HEADER = Request("net", "ab12", "nonce", ("hub1", 1), 7, "2026-11-23T09:00:00+08:00", "rtc", "1")
PREV = bytes(range(32))


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return Signer(tmp_path_factory.mktemp("keys") / "station.key")


def whole(prev: bytes, raw: bytes, position: int | None = None) -> Whole:
    return Whole(prev, digest(prev, raw), raw, position)


def unpack_up(raw: bytes, signer: Signer) -> bundle.Contents:
    _, header, contents = bundle.unpack(raw, "up", Request, lambda _: signer.public)
    assert header == HEADER
    return contents


def packed(signer: Signer, items: Sequence[bundle.Item]) -> bytes:
    return bundle.pack("up", "zhongda", signer, HEADER, bundle.lines_of(items))


def test_events_of_one_chain_carry_their_first_prev_alone(signer: Signer) -> None:
    one = whole(PREV, b'{"a":1}')
    two = whole(one.digest, b'{"a":2}')
    contents = unpack_up(packed(signer, [one, two]), signer)
    assert [e.digest for e in contents.events] == [one.digest, two.digest]
    assert [e.prev for e in contents.events] == [PREV, one.digest]


def test_positions_count_on_until_another_is_named(signer: Signer) -> None:
    events = [whole(PREV, b'{"a":%d}' % n, p) for n, p in enumerate((5, 6, 9))]
    contents = unpack_up(packed(signer, events), signer)
    assert [e.position for e in contents.events] == [5, 6, 9]


def test_runs_and_keys_come_out_as_they_went_in(signer: Signer) -> None:
    run, key = HeldRun(3, "ab12", 1, 40, PREV), Key("person", bytes(32))
    contents = unpack_up(packed(signer, [run, key]), signer)
    assert (contents.held, contents.keys) == ([run], [key])


def test_a_reply_cannot_be_passed_off_as_a_request(signer: Signer) -> None:
    raw = bundle.pack("down", "zhongda", signer, HEADER, ())
    with pytest.raises(BadBundle):
        unpack_up(raw, signer)


def test_another_keys_signature_is_refused(signer: Signer, tmp_path: Path) -> None:
    raw = bundle.pack("up", "zhongda", Signer(tmp_path / "other.key"), HEADER, ())
    with pytest.raises(BadBundle):
        unpack_up(raw, signer)


def test_an_unknown_sender_is_refused(signer: Signer) -> None:
    raw = bundle.pack("up", "zhongda", signer, HEADER, ())
    with pytest.raises(BadBundle):
        bundle.unpack(raw, "up", Request, lambda _: None)


def test_every_flipped_bit_and_every_cut_is_refused(signer: Signer) -> None:
    raw = packed(signer, [whole(PREV, b'{"a":1}')])
    for index in range(len(raw)):
        flipped = bytes([*raw[:index], raw[index] ^ 1, *raw[index + 1 :]])
        with pytest.raises(BadBundle):
            unpack_up(flipped, signer)
        with pytest.raises(BadBundle):
            unpack_up(raw[:index], signer)


@pytest.mark.parametrize(
    "packed",
    [
        zstandard.ZstdCompressor().compress(bytes(bundle.UNPACKED_BYTES_MAX + 1)),
        zstandard.ZstdCompressor(write_content_size=False).compress(b"{}"),
        zstandard.ZstdCompressor().compress(b"") + b"more",
        b"not zstd at all",
    ],
    ids=["bomb", "size unknown", "empty", "not zstd"],
)
def test_a_bomb_is_refused_before_it_is_unpacked(signer: Signer, packed: bytes) -> None:
    name, packed = b"zhongda", packed.removeprefix(bundle.ZSTD_MAGIC)
    signature = signer.sign(b"yizhan up zhongda\n" + packed)
    raw = bundle.MAGIC + bytes([len(name)]) + name + signature + packed
    with pytest.raises(BadBundle):
        unpack_up(raw, signer)


@given(body=st.binary(max_size=400))
def test_a_signed_body_of_any_bytes_is_a_bundle_or_is_refused(signer: Signer, body: bytes) -> None:
    packed = zstandard.ZstdCompressor().compress(body).removeprefix(bundle.ZSTD_MAGIC)
    signature = signer.sign(b"yizhan down hub\n" + packed)
    raw = bundle.MAGIC + b"\x03hub" + signature + packed
    try:
        bundle.unpack(raw, "down", Reply, lambda _: signer.public)
    except BadBundle:
        return
    assert body.startswith(b"{")


ITEM = st.one_of(
    st.lists(st.one_of(st.text(), st.integers(), st.none(), st.binary().map(repr)), max_size=7),
    st.sampled_from(["prev", "at", "held", "key"]).flatmap(
        lambda name: st.lists(st.one_of(st.integers(), st.text(max_size=50)), max_size=6).map(
            lambda rest: [name, *rest]
        )
    ),
)


@given(items=st.lists(ITEM, max_size=5))
def test_items_of_any_shape_are_used_or_refused(signer: Signer, items: list[object]) -> None:
    import msgspec

    body = b"\n".join([msgspec.json.encode(HEADER), *map(msgspec.json.encode, items)])
    packed = zstandard.ZstdCompressor().compress(body).removeprefix(bundle.ZSTD_MAGIC)
    raw = bundle.MAGIC + b"\x01z" + signer.sign(b"yizhan up z\n" + packed) + packed
    try:
        contents = bundle.unpack(raw, "up", Request, lambda _: signer.public)[2]
    except BadBundle:
        return
    assert len(contents.held) + len(contents.keys) <= len(items)


@given(raw=st.binary(max_size=300))
def test_no_bytes_whatever_get_past_the_frame(signer: Signer, raw: bytes) -> None:
    for start in (b"", bundle.MAGIC, bundle.MAGIC + b"\x03hub"):
        with pytest.raises(BadBundle):
            bundle.unpack(start + raw, "up", Request, lambda _: signer.public)
