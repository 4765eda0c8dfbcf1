"""设置 at the hub: what a station's keeper set is read here; a pause here holds everywhere."""

import re
from collections.abc import Callable

from hub.app import create_app
from tests.hub.conftest import Visitor
from tests.hub.harbour import Harbour
from yizhan.ids import new_id
from yizhan.record import Node
from yizhan.services.catalogue.commands import publish
from yizhan.services.pauses import projection as pauses
from yizhan.services.setup import commands
from yizhan.services.setup import projection as setups
from yizhan.services.setup.model import Values


def test_the_hub_pauses_a_service_everywhere_and_lets_it_go_on(
    node: Node, signed_in: Callable[[str], Visitor]
) -> None:
    fang, today = signed_in("fang"), node.clock.today()
    refused = fang.send("/setup", "/setup/pause", service="repair", reason="")
    assert refused.status_code == 409 and "请写为什么停" in refused.text
    fang.send("/setup", "/setup/pause", service="repair", reason="师傅都放假了")
    rows = pauses.going_on(node.db, today)
    assert pauses.at_station(rows, "east")["repair"].by == "staff/fang"
    page = fang.see("/setup").text
    assert "上门维修" in page and "所有站点" in page and "师傅都放假了" in page
    fang.send("/setup", "/setup/resume", service="repair")
    assert pauses.going_on(node.db, today) == []
    assert fang.send("/setup", "/setup/pause", service="party", reason="x").status_code == 400


def test_a_scene_is_told_as_paused_where_its_service_is(
    node: Node, signed_in: Callable[[str], Visitor]
) -> None:
    for station, name in (("east", "共享按摩椅"), ("west", "西塘按摩椅")):
        scene = {"name": name, "station": station, "service": "haircut"}
        node.record(new_id(), "hub", lambda s=station, f=scene: publish("scene", f"chair-{s}", f))
    fang = signed_in("fang")
    assert "停着" not in fang.see("/catalogue/scene").text
    fang.send("/setup", "/setup/pause", service="haircut", reason="机器坏了")
    assert fang.see("/catalogue/scene").text.count("机器坏了") == 2
    assert fang.see("/catalogue/service").text.count("机器坏了") == 1


def test_the_evaluator_reads_and_pauses_nothing(signed_in: Callable[[str], Visitor]) -> None:
    audit = signed_in("audit")
    assert "让所有站点停一项" not in audit.see("/setup").text
    assert audit.send("/setup", "/setup/pause", service="repair").status_code == 403


def test_what_a_station_set_is_read_after_the_road_and_is_nobody_else_s(harbour: Harbour) -> None:
    node = harbour.stations["xiaogan"].node
    week = ("07:00-19:00",) * 7

    def decide():
        return commands.change(None, "xiaogan", Values(week=week, phone="0580-4"), set())

    node.record(new_id(), "staff/zhan", decide)
    harbour.exchange()
    hub = harbour.hub.node
    assert setups.values(hub.db, "xiaogan") == Values(week=week, phone="0580-4")
    assert setups.values(harbour.stations["zhongda"].node.db, "xiaogan") == Values()
    assert not re.search(
        "0580-4", str(harbour.stations["zhongda"].node.db.sql("SELECT * FROM setup"))
    )
    create_app(hub, harbour.data)
