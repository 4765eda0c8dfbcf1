"""The sample network, running, with the people who work there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.network import Network, Station

PARTNERS = {"worker1": "p01", "worker4": "p04"}
"""Two partners of the sample pack that repair, by the log-in of a worker of theirs."""


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory, quick_voice: Path) -> Iterator[Network]:
    voice = {"YIZHAN_SPEECH": str(quick_voice)}
    one = Network(tmp_path_factory.mktemp("journey"), voice)
    try:
        one.found(residents=40)
        one.staff("dispatcher", "dispatcher")
        one.staff("keeper1", "keeper", "--station", "zhongda")
        for login, partner in PARTNERS.items():
            one.staff(login, "partner_worker", "--partner", partner)
        for code in ("zhongda", "xiaogan"):
            one.station(code).start()
        yield one
    finally:
        one.stop()


@pytest.fixture
def zhongda(network: Network) -> Station:
    return network.stations["zhongda"]


@pytest.fixture
def xiaogan(network: Network) -> Station:
    return network.stations["xiaogan"]
