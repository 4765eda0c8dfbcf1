"""Plugs pulled at random from real processes: what a screen called 已保存 is at the hub, once.

YIZHAN_SEED repeats a run; YIZHAN_RUNS makes it longer (`make faults`). The oracle knows every
number that a page showed together with 已保存.
"""

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.network import Network, Station, door, eventually
from tests.pages import Page, Visitor

STEPS = 12 * max(1, int(os.environ.get("YIZHAN_RUNS", "1")) // 10)


class Day:
    """People tapping at one station, and what they were told."""

    def __init__(self, station: Station, chance: random.Random) -> None:
        self.station, self.chance = station, chance
        self.kept: list[str] = []

    def somebody_takes_a_number(self) -> None:
        """From the home page to the number; some press twice."""
        visitor = Visitor(self.station.url)
        visitor.go("/")
        visitor.go("/service/mend/jobs")
        visitor.follow(self.chance.choice(["缝扣子", "改裤脚", "换拉链"]))
        form, value = visitor.form("取号")
        pages = [visitor.send(form, value) for _ in range(self.chance.choice([1, 1, 2]))]
        for page in pages:
            if page.status == 200 and "已保存" in page:
                self.kept.append(ticket_of(page))

    def power_cut(self) -> None:
        """Both processes of the station at once, then on again."""
        self.station.kiosk.kill()
        self.station.road.kill()
        self.station.start()


def ticket_of(page: Page) -> str:
    return page.url.rpartition("/")[2]


def at_the_hub(network: Network) -> list[str]:
    lines = door("yizhan", "journal", "--data", str(network.hub_data), "--json").splitlines()
    events = map(json.loads, lines)
    return [e["subject"].partition("/")[2] for e in events if e["type"] == "ticket.taken"]


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    one = Network(tmp_path)
    try:
        one.found(residents=3)
        for code in ("zhongda", "xiaogan"):
            one.station(code).start()
        yield one
    finally:
        one.stop()


def test_no_plug_pulled_anywhere_loses_or_doubles_a_saved_number(
    network: Network, chance: random.Random
) -> None:
    days = [Day(station, chance) for station in network.stations.values()]
    for _ in range(STEPS):
        day = chance.choice(days)
        for _ in range(chance.randint(1, 4)):
            day.somebody_takes_a_number()
        match chance.choice(["nothing", "station", "hub", "road"]):
            case "station":
                day.power_cut()
            case "hub":
                network.hub.kill()
                day.somebody_takes_a_number()
                network.start_hub()
            case "road":
                day.station.road.kill()
                day.somebody_takes_a_number()
                day.station.road.start()
    for day in days:
        eventually(
            lambda day=day: day.station.status()["unsent"] == 0, "all is uploaded", seconds=60
        )
    found = at_the_hub(network)
    kept = {ticket for day in days for ticket in day.kept}
    assert kept, "the run took no number at all"
    assert kept <= set(found), "a number that was 已保存 is not at the hub"
    assert len(found) == len(set(found)), "a number is at the hub twice"
    for station in network.stations.values():
        assert network.fingerprints_agree(station)
