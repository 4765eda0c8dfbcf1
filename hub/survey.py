"""What the hub knows of its stations and of itself at this moment, gathered for one request.

Knows which table holds what; judges nothing (alarms.py) and writes no word (fleet.py).
"""

import datetime
import shutil
from pathlib import Path

import flask
import msgspec

from hub import alarms, here, shares
from hub.alarm_kinds import KINDS
from hub.alarms import Alarm, Hub, Share, Station
from hub.looked import Looked
from yizhan.record import HUB
from yizhan.services.stations.projection import stations
from yizhan.settings import Limits


class Survey(msgspec.Struct, frozen=True):
    """Every station by its code, and all that is the matter, by station; "" is the hub."""

    now: datetime.datetime
    stations: dict[str, Station]
    alarms: dict[str, list[Alarm]]
    head: int

    def counts(self) -> dict[str, int]:
        """How many alarms there are of each kind, those without any too."""
        found = [alarm.kind for some in self.alarms.values() for alarm in some]
        return {kind: found.count(kind) for kind in KINDS}

    def behind(self, code: str) -> int:
        """How many of the hub's positions a station has not followed yet."""
        last = self.stations[code].last
        return max(0, self.head - last.cursor) if last else 0


def survey() -> Survey:
    """Everything, read now."""
    held = shares.matters(here.node())
    now, limits, known = here.node().clock.now(), _limits(), _stations(held)
    found = {code: alarms.of_station(one, now, limits) for code, one in known.items()}
    found[""] = alarms.of_hub(_hub(known, held), now, limits)
    return Survey(now, known, found, here.node().journal.head())


def looked() -> Looked:
    """What of the set-asides a person has seen."""
    found: Looked = flask.current_app.extensions["looked"]
    return found


def disk_mib() -> int:
    """What is free where the hub writes, MiB; of PostgreSQL's own disk we know nothing."""
    return shutil.disk_usage(_folder()).free >> 20


def database_bytes() -> int:
    """How large the hub's database is."""
    db = here.node().db
    if db.postgres:
        return int(db.sql("SELECT pg_database_size(current_database())")[0][0])
    files = (Path(db.url + end) for end in ("", "-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def aside() -> int:
    """How many records were set aside at the hub, seen or not."""
    return looked().new(0)


def backed_up() -> str:
    """When the last backup was made, as a stamp; empty where there is none."""
    db = here.node().db
    return str(db.sql("SELECT MAX(made) FROM backup WHERE network = ?", (db.network,))[0][0] or "")


def _limits() -> Limits:
    found: Limits = flask.current_app.extensions["limits"]
    return found


def _folder() -> Path:
    db = here.node().db
    data: Path = flask.current_app.extensions["data"]
    return data if db.postgres else Path(db.url).parent


def _stations(held: dict[str, Share]) -> dict[str, Station]:
    """Every station of the register, of the road and of the exchange."""
    hub, listed = here.sync_hub(), here.listing("station")
    rows = {row.code: row for row in stations(here.node().db)}
    said = {row.station: row for row in hub.contacts()}
    branches = {row.source: row for row in reversed(hub.watch.branches())}
    seen = looked().all()
    return {
        code: Station(
            code=code,
            name=str(
                listed.get(code, {}).get("name") or (rows[code].name if code in rows else code)
            ),
            enrolled=bool(code in rows and rows[code].public_key),
            revoked=bool(code in rows and rows[code].revoked),
            suspected=rows[code].suspected if code in rows else "",
            last=said.get(code),
            branched=branches[code].since if code in branches else "",
            ends=hub.watch.grown_since(branches[code]) if code in branches else 0,
            looked_at=seen.get(code, 0),
            share=held.get(code, Share()),
        )
        for code in dict.fromkeys([*listed, *rows])
    }


def _hub(known: dict[str, Station], held: dict[str, Share]) -> Hub:
    recovery = here.sync_hub().recovery
    seen, last = looked().all().get("", 0), backed_up()
    return Hub(
        disk_mib=disk_mib(),
        founded="" if last else _founded(),
        backed_up=last,
        aside=looked().new(seen),
        flipped=sum(flip.position > seen for flip in recovery.flips()),
        missing=tuple(known[code].name for code in recovery.waiting_for() if code in known),
        held_since=shares.held_since(here.node()),
        share=held.get(HUB, Share()),
    )


def _founded() -> str:
    first = here.node().journal.placed(0, 1)
    return first[0].readable.time if first and first[0].readable else ""
