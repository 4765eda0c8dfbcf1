"""The hub in Prometheus's text format: counts and gauges, nothing about people.

Gauges are read when asked, so every process of a hub tells the same; exchanges are counted in
each process since its start. Names say their unit (prometheus.io/docs/practices/naming).
"""

import time
from collections.abc import Iterator

import flask
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from hub import alarms, survey
from hub.alarms import Station
from hub.survey import Survey
from yizhan import VERSION

EXCHANGE = "sync.exchange"
"""The endpoint of the stations' road."""

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

STATION = {
    "unsent": "Records that wait at a station, as the hub last heard.",
    "backlog_age_seconds": "Since when records have waited at a station; 0 where none do.",
    "behind": "Positions of the hub that a station has not followed yet.",
    "silent_seconds": "Time since a station's last word.",
    "clock_skew_seconds": "A station's clock less the hub's, at its last word.",
    "disk_free_bytes": "Free space at a station.",
    "set_aside": "Records set aside at a station.",
}
MIB = 1 << 20


class Exchanges:
    """How many exchanges this process answered, how, and how long each took."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.count = Counter(
            "yizhan_exchanges", "Exchanges answered, by HTTP status.", ["status"], registry=registry
        )
        self.seconds = Histogram(
            "yizhan_exchange_seconds", "Time to answer an exchange.", buckets=SECONDS,
            registry=registry,
        )  # fmt: skip

    def begin(self) -> None:
        """A request begins."""
        if flask.request.endpoint == EXCHANGE:
            flask.g.exchange_began = time.perf_counter()

    def end(self, response: flask.Response) -> flask.Response:
        """Its answer is ready."""
        if "exchange_began" in flask.g:
            self.seconds.observe(time.perf_counter() - flask.g.exchange_began)
            self.count.labels(str(response.status_code)).inc()
        return response


class Gauges(Collector):
    """What the fleet page shows, in numbers, read within the request that asks."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every gauge."""
        known = survey.survey()
        yield from _of_hub(known)
        yield _labelled("yizhan_alarms", "Alarms of the fleet page.", "kind", known.counts())
        yield _labelled("yizhan_hub_info", "The hub's software.", "version", {VERSION: 1})
        told = {code: _of_station(known, one) for code, one in _heard(known)}
        for name, said in STATION.items():
            values = {code: values[name] for code, values in told.items()}
            present = {code: value for code, value in values.items() if value is not None}
            yield _labelled(f"yizhan_station_{name}", said, "station", present)


def registry(app: flask.Flask) -> CollectorRegistry:
    """The metrics of this app, which counts its exchanges from now on."""
    found = CollectorRegistry()
    found.register(Gauges())
    exchanges = Exchanges(found)
    app.before_request(exchanges.begin)
    app.after_request(exchanges.end)
    return found


def _of_hub(known: Survey) -> Iterator[GaugeMetricFamily]:
    last = survey.backed_up()
    waits: dict[str, tuple[str, float]] = {
        "head": ("The last position that the hub gave.", known.head),
        "set_aside": ("Records set aside at the hub.", survey.aside()),
        "database_bytes": ("Size of the hub's database.", survey.database_bytes()),
        "disk_free_bytes": ("Free space where the hub writes.", survey.disk_mib() * MIB),
    }
    if last:
        since = alarms.age(last, known.now).total_seconds()
        waits["backup_age_seconds"] = ("Time since the last backup.", since)
    for name, (said, value) in waits.items():
        yield GaugeMetricFamily(f"yizhan_hub_{name}", said, value)


def _heard(known: Survey) -> Iterator[tuple[str, Station]]:
    return ((code, one) for code, one in known.stations.items() if one.last and not one.revoked)


def _of_station(known: Survey, one: Station) -> dict[str, float | None]:
    last, now = one.last, known.now
    assert last is not None
    waits = alarms.waiting(last)
    waited = alarms.age(last.clear_at, now).total_seconds() if waits and last.clear_at else 0
    return {
        "unsent": waits,
        "backlog_age_seconds": waited,
        "behind": known.behind(one.code),
        "silent_seconds": alarms.age(last.seen, now).total_seconds(),
        "clock_skew_seconds": last.skew_s,
        "disk_free_bytes": None if last.disk_mib is None else last.disk_mib * MIB,
        "set_aside": last.aside,
    }


def _labelled(
    name: str, said: str, label: str, values: dict[str, float] | dict[str, int]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, said, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
