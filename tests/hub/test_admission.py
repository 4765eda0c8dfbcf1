"""Who is let in while a hub made anew collects, and what it does not do meanwhile."""

import msgspec
import pytest

from hub import collecting, founding
from sync import bundle
from sync.bundle import BadBundle, Reply
from tests.hub.harbour import (
    Harbour,
    paper,
    rebuild,
)
from tests.hub.test_doors import hub as door
from tests.hub.test_doors import refused
from yizhan.keys import Signer


def test_a_stranger_is_not_taken_in_while_the_hub_collects(harbour: Harbour) -> None:
    zhongda = harbour.stations["zhongda"]
    printed = paper(harbour)
    harbour.lose_hub()
    rebuild(harbour, printed)
    sent = zhongda.request()
    answer = harbour.hub.exchange(sent.raw)
    _, reply, _ = bundle.unpack(answer, "down", Reply, lambda _: harbour.hub.signer.public)
    assert reply.collecting and not reply.taken and reply.stored == 0
    thief = Signer(harbour.folder / "thief.key")
    header = bundle.stated(sent.raw)[1]
    hub = harbour.hub.hub_epochs()[-1]
    for proof in ("", "ab" * 32):
        asking = msgspec.structs.replace(header, hub=hub, public=thief.public.hex(), proof=proof)
        with pytest.raises(BadBundle):
            harbour.hub.exchange(bundle.pack("up", "zhongda", thief, asking, ()))
    zhongda.take(sent, answer)
    honest = bundle.stated(zhongda.request().raw)[1]
    with pytest.raises(BadBundle):
        harbour.hub.exchange(bundle.pack("up", "zhongda", thief, honest, ()))
    with pytest.raises(BadBundle):
        moved = msgspec.structs.replace(honest, public=thief.public.hex())
        harbour.hub.exchange(bundle.pack("up", "zhongda", thief, moved, ()))
    assert harbour.hub.recovery.admissions() == []
    harbour.exchange("zhongda")
    assert [code for code, _ in harbour.hub.recovery.admissions()] == ["zhongda"]


def test_a_revoked_station_does_not_come_back_while_the_hub_collects(harbour: Harbour) -> None:
    founding.revoke_station(harbour.hub.node, "xiaogan")
    collecting.start(harbour.hub)
    with pytest.raises(BadBundle):
        harbour.exchange("xiaogan")
    harbour.exchange("zhongda")


def test_a_hub_that_collects_records_nothing_of_its_own(harbour: Harbour) -> None:
    printed = paper(harbour)
    harbour.lose_hub()
    rebuild(harbour, printed)
    data = str(harbour.data)
    refused(door("station", "add", "east", "--name", "东", "--data", data), 65, "正在收集")
    words_ = ("staff", "add", "fang", "--role", "dispatcher", "--password-stdin", "--data", data)
    refused(door(*words_, stdin="ein-gutes-wort\n"), 65, "正在收集")
    assert harbour.hub.node.journal.head() == 0


def test_the_hub_says_who_has_not_come_back_yet(harbour: Harbour) -> None:
    assert harbour.hub.recovery.waiting_for() == []
    printed = paper(harbour)
    harbour.lose_hub()
    rebuild(harbour, printed)
    harbour.exchange()
    collecting.number_all(harbour.hub)
    assert harbour.hub.recovery.waiting_for() == ["xiaogan", "zhongda"]
    harbour.exchange("zhongda")
    harbour.exchange("zhongda")
    assert harbour.hub.recovery.waiting_for() == ["xiaogan"]
