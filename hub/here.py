"""What every page of the hub needs at hand: the node, who is signed in, the register's names.

Lives as long as one request; knows no page.
"""

from collections.abc import Iterable
from typing import Any

import flask
from flask_babel import gettext as _

from sync.hub import SyncHub
from yizhan.access import Account
from yizhan.errors import N_
from yizhan.ids import valid_id
from yizhan.record import Node
from yizhan.services.catalogue.projection import register
from yizhan.services.people import projection as people
from yizhan.services.stations.projection import station

WINDOWS = {
    "any": N_("都可以"),
    "morning": N_("上午"),
    "afternoon": N_("下午"),
    "evening": N_("晚上"),
    "weekend": N_("周末"),
}
PLACES = {"home": N_("上门"), "station": N_("在站点")}


def node() -> Node:
    """The hub's node."""
    found: Node = flask.current_app.extensions["node"]
    return found


def sync_hub() -> SyncHub:
    """The road's end here, for what stations said of themselves."""
    found: SyncHub = flask.current_app.extensions["sync_hub"]
    return found


def account() -> Account:
    """Who is signed in; only for pages that the guard keeps for those who are."""
    found: Account = flask.g.account
    return found


def actor() -> str:
    """The signed-in person as an event names them."""
    return f"staff/{account().login}"


def form_id() -> str:
    """The id of the form that was sent; 400 where it is not one of ours."""
    sent = flask.request.form.get("form", "")
    if not valid_id(sent):
        flask.abort(400)
    return sent


def listing(kind: str) -> dict[str, dict[str, Any]]:
    """A register, read once a request."""
    kept: dict[str, dict[str, dict[str, Any]]] = flask.g.setdefault("listings", {})
    if kind not in kept:
        kept[kind] = register(node().db, kind)
    return kept[kind]


def name_of(kind: str, code: str) -> str:
    """What people call a station, a service or a partner; its code where none is registered."""
    name = listing(kind).get(code, {}).get("name")
    if not name and kind == "station":
        road = station(node().db, code)
        name = road.name if road else ""
    return str(name or code)


def network_name() -> str:
    """What the network is called in its register, if it is registered."""
    return str(next(iter(listing("network").values()), {}).get("name", ""))


def choice_of(service: str, code: str) -> str:
    """What people call one choice of a service."""
    fields = listing("service").get(service, {})
    return _named(fields, ("choices", "jobs"), code) or code


def window_of(service: str, code: str) -> str:
    """What people call a window of the day."""
    fields = listing("service").get(service, {})
    return _named(fields, ("windows",), code) or (_(WINDOWS[code]) if code in WINDOWS else code)


def place_of(service: str, code: str) -> str:
    """Where it is to be done."""
    fields = listing("service").get(service, {})
    return _named(fields, ("places",), code) or (_(PLACES[code]) if code in PLACES else code)


def windows(service: str) -> dict[str, str]:
    """The windows that can be agreed on for a service: code and name."""
    items = listing("service").get(service, {}).get("windows") or list(WINDOWS)[1:4]
    codes = [item["code"] if isinstance(item, dict) else str(item) for item in items]
    return {code: window_of(service, code) for code in codes if code != "any"}


def called(person: str) -> str:
    """Surname and honorific, for whoever may not know more."""
    known: dict[str, str] = flask.g.setdefault("greetings", {})
    if person not in known:
        known[person] = people.called(node().db, person)
    return known[person] or _("一位居民")


def meet(persons: Iterable[str]) -> None:
    """A list is coming with these persons: learn at once how all of them are called."""
    asked = list(dict.fromkeys(persons))
    known: dict[str, str] = flask.g.setdefault("greetings", {})
    known.update({**dict.fromkeys(asked, ""), **people.greetings(node().db, asked)})


def _named(fields: dict[str, Any], lists: tuple[str, ...], code: str) -> str:
    for item in (item for name in lists for item in fields.get(name) or ()):
        if isinstance(item, dict) and item.get("code") == code:
            return str(item.get("name", ""))
    return ""
