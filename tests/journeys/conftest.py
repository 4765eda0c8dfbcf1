"""The sample network, running, with 中大 and 小干 and the people who work there."""

from collections.abc import Iterator

import pytest

from tests.network import Network, Station


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    one = Network(tmp_path_factory.mktemp("network"))
    try:
        one.found()
        one.staff("dispatcher", "dispatcher")
        one.staff("keeper1", "keeper", "--station", "zhongda")
        one.staff("keeper2", "keeper", "--station", "xiaogan")
        yield one
    finally:
        one.stop()


@pytest.fixture(scope="module")
def zhongda(network: Network) -> Station:
    station = network.station("zhongda")
    station.start()
    return station


@pytest.fixture(scope="module")
def xiaogan(network: Network) -> Station:
    station = network.station("xiaogan")
    station.start()
    return station
