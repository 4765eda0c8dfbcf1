"""A stick through the doors, with real processes: beside the hub's service, and without a road."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.network import Network, door
from tests.sync.road import take_ticket
from yizhan import opening


class Ashore:
    """What `take_ticket` needs of a station whose road is a stick."""

    def __init__(self, data: Path) -> None:
        self.node = opening.open_node(data)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    one = Network(tmp_path_factory.mktemp("network"))
    one.found(residents=0)
    yield one
    one.stop()


def status(data: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(door("sync", "status", "--data", str(data), "--json"))
    return found


def test_the_papers_of_an_island_through_the_doors(network: Network, tmp_path: Path) -> None:
    taohua = network.station("taohua")
    data, stick, hub = str(taohua.data), str(tmp_path / "stick"), str(network.hub_data)
    Path(stick).mkdir()
    for number in range(1, 144):
        take_ticket(Ashore(taohua.data), number)  # type: ignore[arg-type]
    assert door("sync", "import", "--data", data, stick, code=65) == "这个U盘上没有驿站的文件"
    said = door("sync", "export", "--data", data, stick)
    assert said == "共 143 条，已写好，可以拔下"
    assert status(taohua.data)["unsent"] == 143
    read_in = door("hub", "stick", "--data", hub, stick)
    assert "读入了 143 条，其中 143 条是新的" in read_in and "taohua  143 条" in read_in
    assert door("sync", "import", "--data", data, stick) == "中心已收到 143 条"
    now = status(taohua.data)
    assert now["unsent"] == 0 and now["stored"] and now["confirmed"]
    assert network.fingerprints_agree(taohua)


def test_a_stick_that_is_gone_means_later_and_an_old_one_needs_the_rescue(
    network: Network, tmp_path: Path
) -> None:
    chawan = network.station("chawan")
    data, stick, hub = str(chawan.data), str(tmp_path / "stick"), str(network.hub_data)
    assert "插好再来一次" in door("sync", "export", "--data", data, stick, code=75)
    Path(stick).mkdir()
    take_ticket(Ashore(chawan.data), 1)  # type: ignore[arg-type]
    door("sync", "export", "--data", data, stick)
    network.hub.stop()
    network.start_hub()
    assert "没有收下" in door("hub", "stick", "--data", hub, stick, code=65)
    assert "救回了 1 个文件" in door("hub", "stick", "--data", hub, "--rescue", stick)
