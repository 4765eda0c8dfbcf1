"""How long a total loss of the hub takes to mend: backup, restore and drill of a busy network.

    python -m tests.bench.drill 30000

Two stations with so many events of mending tickets between them; everything in one process, so
the road itself costs nothing. Prints one JSON object: seconds, bytes, and the drill's own steps.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from hub import backup, restoring
from hub.drill import rehearse, sheet_of
from tests.bench.samples import tickets
from tests.hub.harbour import Harbour

CODES = ("zhongda", "xiaogan")


def main(events: int) -> None:
    """Measure with so many events and print what was found."""
    with tempfile.TemporaryDirectory() as name:
        harbour = Harbour(Path(name))
        for number, code in enumerate(CODES):
            station = harbour.enrol(code)
            tickets(station.node, events // len(CODES) // 3, seed=7 + number)
        for _n in range(2):
            harbour.exchange()
        began = time.monotonic()
        made = backup.make(harbour.hub, harbour.found, harbour.data, Path(name) / "safe", 7)
        backed_up = time.monotonic()
        kept = restoring.secrets_from(sheet_of(harbour.hub.node, harbour.data))
        restoring.restore(Path(name) / "again", kept, made.path, "")
        restored = time.monotonic()
        done = rehearse(harbour.data, [Path(name) / code for code in CODES])
        found = {
            "events": made.events,
            "backup_s": round(backed_up - began, 2),
            "backup_bytes": made.size,
            "restore_s": round(restored - backed_up, 2),
            "drill_s": round(sum(done.seconds.values()), 2),
            "drill": {"well": done.well, **msgspec.to_builtins(done)},
        }
        print(json.dumps(found, ensure_ascii=False, indent=1))
        harbour.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30_000)
