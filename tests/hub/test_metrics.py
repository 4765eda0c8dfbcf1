"""The hub in Prometheus's format: read by its own parser, counts alone, nobody's name."""

from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain

from hub.alarm_kinds import KINDS
from tests.hub import cast
from tests.hub.conftest import Visitor
from tests.hub.seen import ago, enrol, heard
from yizhan.record import Node

OPENMETRICS = "application/openmetrics-text; version=1.0.0"
Samples = dict[tuple[str, ...], float]


def samples(text: str) -> Samples:
    """Every sample by its name and the values of its labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in plain(text)
        for sample in family.samples
    }


def told(client: FlaskClient) -> Samples:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=")
    return samples(answer.text)


def test_each_station_is_told_as_the_fleet_page_has_it(node: Node, visitor: Visitor) -> None:
    enrol(node, "west", "西塘驿站")
    heard(
        node, "west", behind=3, unsent=143, clear_at=ago(node, hours=30), seen=ago(node, hours=2),
        skew_s=-400, disk_mib=100, aside=2,
    )  # fmt: skip
    found = told(visitor.client)

    def west(name: str) -> float:
        return found[f"yizhan_station_{name}", "west"]

    assert west("unsent") == 143 and west("behind") == 3 and west("set_aside") == 2
    assert west("clock_skew_seconds") == -400 and west("disk_free_bytes") == 100 << 20
    assert 0 <= west("silent_seconds") - 2 * 3600 < 60
    assert 0 <= west("backlog_age_seconds") - 30 * 3600 < 60


def test_alarms_are_counted_by_kind_and_a_kind_without_any_is_zero(
    node: Node, visitor: Visitor
) -> None:
    for code, name in cast.STATIONS.items():
        enrol(node, code, name)
        heard(node, code, disk_mib=100)
    found = told(visitor.client)
    counts = {kind: found["yizhan_alarms", kind] for kind in KINDS}
    assert counts.pop("disk_low") == 2
    assert counts.pop("first_backup") == 1
    counts.pop("hub_disk")
    assert set(counts.values()) == {0}


def test_the_hub_tells_its_head_its_disk_and_its_backup(node: Node, visitor: Visitor) -> None:
    found = told(visitor.client)
    assert found["yizhan_hub_head",] == node.journal.head()
    assert found["yizhan_hub_set_aside",] == 0
    assert found["yizhan_hub_disk_free_bytes",] > 0
    assert found["yizhan_hub_database_bytes",] >= Path(node.db.url).stat().st_size
    assert ("yizhan_hub_backup_age_seconds",) not in found
    node.db.sql(
        "INSERT INTO backup (network, path, made, head, contained) VALUES (?, 'b', ?, 1, 1)",
        (node.network, ago(node, hours=7)),
    )
    since = told(visitor.client)["yizhan_hub_backup_age_seconds",]
    assert 0 <= since - 7 * 3600 < 60


def test_exchanges_are_counted_by_their_answer_and_timed(visitor: Visitor) -> None:
    for _ in range(3):
        assert visitor.client.post("/sync/v1/exchange", data=b"rubbish").status_code == 400
    visitor.see("/login")
    found = told(visitor.client)
    assert found["yizhan_exchanges_total", "400"] == 3
    assert found["yizhan_exchange_seconds_count",] == 3
    assert found["yizhan_exchange_seconds_bucket", "+Inf"] == 3


def test_nothing_is_told_about_people(node: Node, visitor: Visitor) -> None:
    cast.place(node)
    enrol(node, "east", "东埠驿站")
    heard(node, "east")
    text = visitor.see("/metrics").text
    assert not [word for word in ("王", "wang", "1380000", "fang", "lishi") if word in text]


def test_a_collector_that_asks_for_openmetrics_gets_it(app: Flask, visitor: Visitor) -> None:
    answer = visitor.see("/metrics", Accept=OPENMETRICS)
    assert answer.content_type.startswith("application/openmetrics-text")
    names = {family.name for family in openmetrics(answer.text)}
    assert {"yizhan_hub_head", "yizhan_exchanges", "yizhan_alarms"} <= names
