"""小干's machine falls into the sea: its share is frozen, taken over, and what it had given out
is found and booked when a fisherman brings it back.

Through the hub's real pages, the real road, and a real database at every end.
"""

from pathlib import Path

import pytest

from tests.hub import cast
from tests.hub.harbour import Harbour
from tests.hub.office import MEALS, Office, spend
from tests.hub.seen import tasks
from yizhan import escrow
from yizhan.checking import verify
from yizhan.errors import Refusal
from yizhan.services.escrow import projection as pools


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("hub.survey.disk_mib", lambda: 50_000)
    harbour = Harbour(tmp_path)
    for code in ("zhongda", "xiaogan"):
        harbour.enrol(code)
    yield Office(harbour)
    harbour.close()


def test_a_machine_in_the_sea_costs_nobody_a_meal(office: Office) -> None:
    harbour = office.harbour
    zhongda, xiaogan = (harbour.stations[code] for code in ("zhongda", "xiaogan"))

    spend(xiaogan, 3)
    harbour.exchange()
    assert office.holdings["xiaogan"] == 12, "filled up again"
    spend(xiaogan, 2)

    cast.later(office.node, days=2)
    office.admin.log_in("admin")
    harbour.exchange("zhongda")
    assert "xiaogan 2 天没有消息" in office.fleet()

    office.do("freeze", holder="xiaogan", note="船上掉进海里了")
    fleet = office.fleet()
    assert "xiaogan手里的额度从今天" in fleet and "船上掉进海里了" in fleet and "去额度页" in fleet

    said = office.do("reclaim", sure=True, holder="xiaogan")
    assert "收回了：爱心券 12张" in said
    assert office.holdings == {"hub": 32, "zhongda": 5}
    escrow.ask(
        zhongda.node, "a" * 32, "staff/zhan", MEALS, 30, lambda _s: harbour.exchange("zhongda")
    )
    spend(zhongda, 30)
    harbour.exchange("zhongda")

    harbour.exchange("xiaogan")
    [debt] = pools.debts(office.node.db)
    assert (debt.holder, debt.amount) == ("xiaogan", -2)
    assert debt.cause == "设备丢了，额度已经收回，它丢以前用掉的现在才送到"
    assert "xiaogan有 1 处欠额：设备丢了" in tasks(office.admin.see("/fleet").text)
    with pytest.raises(Refusal):
        spend(xiaogan, 1)

    fields = {"pool": MEALS.subject, "owner": "", "holder": "xiaogan"}
    office.do("settle", **fields, note="渔民捞上来了，账上有这两张")
    assert pools.debts(office.node.db) == []
    office.do("release", holder="xiaogan", note="晾干了，还能用")
    for _ in range(2):
        harbour.exchange()
    held = pools.pool(office.node.db, MEALS)
    assert held is not None and held.used == 35 and held.total == 5 and held.below == 0
    assert "没有欠额，没有冻结" in office.page()
    assert "额度" not in tasks(office.admin.see("/fleet").text)
    harbour.agree()
    assert verify(office.node).ok
