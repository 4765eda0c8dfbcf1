"""What hangs on this station's board now: its own notices and the whole network's.

For the first screen and the wall; knows no page.
"""

from kiosk.here import Here
from yizhan.noticeboard import Hanging, tell
from yizhan.services.notices import projection as notices


def on_now(here: Here) -> list[Hanging]:
    """What counts today and is not over: what is closed first, then events by their time."""
    stamp = here.node.clock.stamp()
    day, time = stamp[:10], stamp[11:16]
    return [tell(row, day) for row in notices.current(here.db, here.station, day, time)]
