"""The hub's web app put together: pages, road, guards. Knows no page's rules."""

from pathlib import Path
from typing import Any

import flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.middleware.proxy_fix import ProxyFix

from hub import (
    board,
    check_code,
    collecting,
    dispatch,
    fleet,
    founding,
    jobs,
    limits,
    login,
    metrics,
    notices,
    open_page,
    people,
    pool_amounts,
    pool_steps,
    pools,
    registers,
    setups,
    stick,
    words,
)
from hub import here as hub_here
from hub.looked import Looked
from hub.sessions import Sessions
from sync import hub_routes
from sync.blob_hub import BlobHub
from sync.hub import SyncHub
from sync.stick_files import Places
from yizhan import languages, opening, settings, web
from yizhan.access import allowed
from yizhan.blobs import Blobs
from yizhan.errors import Refusal
from yizhan.record import Node

PAGES_LIMIT = "3000 per minute"
"""One address may be a whole office: ten people with two live pages make 600."""
LOGIN_LIMIT = "60 per minute"
MOUNTED = Places()


def create_app(
    node: Node, data: Path, *, behind_proxy: bool = False, sticks: Places = MOUNTED
) -> flask.Flask:
    """The app of this hub. `behind_proxy` trusts one proxy's word on who asks, and how.

    Raises Refusal where the directory is a station's.
    """
    if not node.is_hub:
        raise Refusal("这里是站点 %(station)s 的数据目录，不是中心的", station=node.source)
    found = settings.read(data)
    app = web.new_app(
        "hub", node.network, founding.web_secret(data), "hub/error.html", languages.chosen
    )
    app.config["SESSION_COOKIE_SECURE"] = found.hub_url.startswith("https://")
    if behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    app.extensions["node"] = node
    app.extensions["sync_hub"] = SyncHub(node, opening.signer(data))
    app.extensions["sessions"] = Sessions(node)
    app.extensions["sticks"] = sticks
    app.extensions["blobs"] = Blobs(node.db, data)
    app.extensions["looked"] = Looked(node)
    app.extensions["limits"], app.extensions["data"] = found.limits, data
    app.before_request(login.send_to_log_in)
    app.before_request(collecting.closed)
    web.guard(app, login.who, "login.log_in")
    web.health(app, fleet.status)
    web.metrics(app, metrics.registry(app))
    for page in (
        login, dispatch, jobs, fleet, pools, pool_steps, pool_amounts, board, registers, stick,
        check_code, notices, setups, open_page,
        people,
    ):  # fmt: skip
        app.register_blueprint(page.routes)
    _limit(app, _open_road(app, found.offset))
    _speak(app)
    return app


def _open_road(app: flask.Flask, offset: str) -> flask.Blueprint:
    """The stations' road: bundles are signed, so neither cookie nor form guards them."""
    sync: SyncHub = app.extensions["sync_hub"]
    routes = hub_routes.blueprint(sync, offset, limits.Gate().enter)
    lane = BlobHub(sync, app.extensions["blobs"])
    hub_routes.add_lane(routes, lane, limits.Gate(limits.PHOTOS_AT_ONCE).enter)
    app.extensions["csrf"].exempt(routes)
    app.register_blueprint(routes)
    return routes


def _limit(app: flask.Flask, road_: flask.Blueprint) -> None:
    """By address, in each process; what must hold for sure (log-in) has rows of its own."""
    limiter = Limiter(
        get_remote_address, app=app, default_limits=[PAGES_LIMIT], storage_uri="memory://"
    )
    signing_in: Any = limiter.limit(LOGIN_LIMIT)(app.view_functions["login.signed_in"])
    app.view_functions["login.signed_in"] = signing_in
    limiter.exempt(road_)


def _speak(app: flask.Flask) -> None:
    """Names and sentences for the templates."""
    app.jinja_env.globals.update(words=words, here=hub_here, who=login.who, allowed=allowed)
    app.context_processor(languages.for_html)
