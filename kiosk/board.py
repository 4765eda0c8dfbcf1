"""What hangs on this station's board now: its own notices and the whole network's.

For the first screen and the wall; knows no page.
"""

from flask_babel import get_locale
from flask_babel import gettext as _

from kiosk import setting
from kiosk.here import Here
from yizhan.noticeboard import SORTS, Hanging, tell
from yizhan.services.notices import projection as notices
from yizhan.services.notices.model import CLOSED


def on_now(here: Here) -> list[Hanging]:
    """What counts today and is not over: what is closed first, then events by their time.

    That the station itself does not open today comes first of all, from its hours.
    """
    stamp = here.node.clock.stamp()
    day, time = stamp[:10], stamp[11:16]
    hanging = [tell(row, day) for row in notices.current(here.db, here.station, day, time)]
    return [*_shut(here), *hanging]


def _shut(here: Here) -> list[Hanging]:
    """That the station does not open today and why, where its hours say so and the day is sure."""
    clock = here.node.clock
    today = clock.now().astimezone(clock.zone).date()
    found = setting.opening_on(here.db, here.station, today)
    if found is None or found.open or clock.quality() == "unsure":
        return []
    english = str(get_locale()).startswith("en")
    why = found.why_en if english else found.why
    sort, title = str(_(SORTS[CLOSED])), str(_("今天不开门"))
    return [Hanging("", CLOSED, sort, title, "", "", why, street=False, up=True)]
