"""The registry: one line a mechanism. The journal, record and sync stay shut."""

from yizhan.registry import Registry
from yizhan.services.catalogue import projection as catalogue
from yizhan.services.escrow import reactions as escrow
from yizhan.services.messages import projection as messages
from yizhan.services.notices import projection as notices
from yizhan.services.orders import projection as orders
from yizhan.services.pauses import projection as pauses
from yizhan.services.people import finding
from yizhan.services.people import kinds as people
from yizhan.services.ratings import projection as ratings
from yizhan.services.setup import projection as setup
from yizhan.services.staff import projection as staff
from yizhan.services.stations import projection as stations
from yizhan.services.tickets import projection as tickets
from yizhan.services.words import projection as words

REGISTRY = Registry(
    (
        *catalogue.KINDS,
        *people.KINDS,
        *staff.KINDS,
        *stations.KINDS,
        *tickets.KINDS,
        *orders.KINDS,
        *words.KINDS,
        *messages.KINDS,
        *ratings.KINDS,
        *escrow.KINDS,
        *notices.KINDS,
        *setup.KINDS,
        *pauses.KINDS,
    ),
    erased=finding.erased,
)
