"""The station in Prometheus's text format: counts and gauges, nothing about people.

Read when asked, from what the desk shows anyway. Names say their unit.
"""

import shutil
from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from kiosk.here import Here
from sync import status
from yizhan import VERSION


class Gauges(Collector):
    """How this station is, in numbers."""

    def __init__(self, here: Here) -> None:
        self.here = here

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every gauge."""
        for name, (said, value) in self._plain().items():
            yield GaugeMetricFamily(f"yizhan_{name}", said, value)
        device = GaugeMetricFamily(
            "yizhan_device", "A device's state: the one it is in is 1.", labels=["device", "state"]
        )
        for name, state in self.here.devices.states().items():
            device.add_metric([name, state], 1)
        yield device
        info = GaugeMetricFamily(
            "yizhan_station_info", "This station.", labels=["station", "version", "clock"]
        )
        info.add_metric([self.here.station, VERSION, self.here.node.clock.quality()], 1)
        yield info

    def _plain(self) -> dict[str, tuple[str, float]]:
        here = self.here
        trusted = here.node.clock.quality() != "unsure"
        return {
            "unsent": ("Records that the hub has not said it stored.", status.unsent(here.node)),
            "position": ("How far this station has followed the hub.", here.node.journal.head()),
            "set_aside": ("Records set aside here.", status.aside(here.node)),
            "disk_free_bytes": ("Free space here.", shutil.disk_usage(here.data).free),
            "slips_waiting": ("Slips not printed yet.", len(here.papers.unfinished())),
            "notes_open": ("Notes that no keeper has ticked off.", len(here.notes.open())),
            "devices_quiet_seconds": (
                "Since the quietest device thread showed life; above 10 one hangs.",
                here.devices.quiet(),
            ),
            "clock_trusted": ("Whether this clock knows the time.", trusted),
        }


def registry(here: Here) -> CollectorRegistry:
    """The metrics of this station."""
    found = CollectorRegistry()
    found.register(Gauges(here))
    return found
