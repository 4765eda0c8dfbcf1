"""What the first screen and her own page offer: the tiles, what is paused, what suits her first.

Nobody is excluded: an age only orders the tiles, and where it is not known the station's own order
stands (M06).
"""

from kiosk import menu
from kiosk.here import Here
from kiosk.menu import EVERYBODY, Service
from yizhan.services.people import projection as people

BANDS = ((3, "infant"), (17, "pupil"), (59, "worker"))
"""Up to this age, in years by the calendar; beyond: an elder."""


def tiles(here: Here, person: str = "") -> list[Service]:
    """The station's tiles today; for somebody whose age is known, what is meant for her first."""
    found = menu.tiles(here.db, here.station, here.node.clock.today())
    record = people.home(here.db, person) if person else None
    band = band_of(record.born if record else 0, here.node.clock.now().year)
    return sorted(found, key=lambda one: not _meant_for(one, band))


def band_of(born: int, year: int) -> str:
    """Whom the pack's `audience` would call her; empty where the year of birth is not known."""
    if not 0 < born <= year:
        return ""
    return next((band for most, band in BANDS if year - born <= most), "elder")


def _meant_for(service: Service, band: str) -> bool:
    return bool(band) and band in service.audience and EVERYBODY not in service.audience
