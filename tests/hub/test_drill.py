"""The drill: a total loss rehearsed on copies."""

import json

from hub.drill import rehearse
from sync.status import unsent
from tests.hub.harbour import (
    Harbour,
    held,
)
from tests.hub.test_doors import hub as door
from tests.hub.test_doors import refused
from tests.sync.road import place_order, take_ticket


def test_a_drill_finds_everything_again_and_changes_nothing(harbour: Harbour) -> None:
    harbour.meet_wang("xiaogan")
    subject = place_order(harbour.stations["zhongda"])
    take_ticket(harbour.stations["xiaogan"], 4)
    harbour.exchange()
    harbour.dispatch(subject)
    harbour.exchange()
    take_ticket(harbour.stations["zhongda"], 5)
    heads = [one.node.journal.head() for one in (harbour.hub, *harbour.stations.values())]
    stations = [harbour.folder / code for code in harbour.stations]
    done = rehearse(harbour.data, stations)
    assert done.well and done.differing == [] and done.flips == []
    assert [one.same for one in done.stations] == [True, True]
    union = held(harbour.stations["zhongda"]) | held(harbour.stations["xiaogan"])
    assert done.held == done.numbered == len(union)
    assert done.only_hub == {"station.added": 2, "station.enrolled": 2}
    again = [one.node.journal.head() for one in (harbour.hub, *harbour.stations.values())]
    assert again == heads
    assert unsent(harbour.stations["zhongda"].node) == 1
    harbour.exchange()


def test_the_drill_s_door_tells_people_and_programs(harbour: Harbour) -> None:
    place_order(harbour.stations["zhongda"])
    harbour.exchange()
    words_ = ["drill", "--data", str(harbour.data)]
    for code in harbour.stations:
        words_ += ["--stations", str(harbour.folder / code)]
    told = door(*words_)
    assert told.returncode == 0, told.stderr
    assert "演习成功" in told.stdout and "一致" in told.stdout
    found = json.loads(door(*words_, "--json").stdout)
    assert found["well"] and found["seconds"].keys() >= {"collect", "number"}
    refused(door("drill", "--data", str(harbour.data)), 65, "--stations")
