"""Assembles the two apps of a station: the touchscreen for residents, the desk for keepers.

Knows which screens there are; knows none of their rules.
"""

import secrets
from pathlib import Path
from typing import Any

import flask

from kiosk import (
    arrival_page,
    away,
    by_phone,
    calling,
    ease,
    for_whom,
    given_word,
    home,
    identity,
    info,
    message_box,
    metrics,
    order_page,
    orders,
    paused,
    pretend_page,
    proof,
    ratings,
    self_page,
    spots,
    style,
    tickets,
    undo,
    voice,
    wall,
    words,
)
from kiosk.desk import (
    board,
    counter,
    duty,
    equipment,
    herself,
    login,
    machine_page,
    matters,
    news,
    pausing,
    people,
    photo,
    practice,
    prompts,
    registration,
    setup,
    stick,
    stocks,
    today,
)
from kiosk.here import Here
from kiosk.names import in_language
from kiosk.speech import calls
from kiosk.speech import page as speech
from kiosk.visits import Visit
from sync import status
from sync.stick_files import Places
from yizhan import VERSION, languages, web
from yizhan.errors import Corrupt
from yizhan.keys import write_private

SECRET = "kiosk.secret"
SECRET_BYTES = 32
SCREENS = (
    home,
    ease,
    calling,
    identity,
    by_phone,
    for_whom,
    proof,
    self_page,
    tickets,
    orders,
    voice,
    order_page,
    message_box,
    arrival_page,
    undo,
    ratings,
    given_word,
    info,
    away,
    paused,
    speech,
    style,
)
DESK = (
    login,
    duty,
    counter,
    matters,
    herself,
    equipment,
    photo,
    stick,
    stocks,
    today,
    board,
    practice,
    prompts,
    setup,
    pausing,
    machine_page,
    registration,
    people,
    news,
    wall,
    calls,
)
MOUNTED = Places()


def secret(data: Path) -> bytes:
    """The key that signs cookies; kept, so that a page drawn before a restart still posts."""
    path = data / SECRET
    if not path.exists():
        write_private(path, secrets.token_bytes(SECRET_BYTES))
    found = path.read_bytes()
    if len(found) != SECRET_BYTES:
        raise Corrupt(f"密钥文件损坏：{path.name}，请删除它再启动")
    return found


def touchscreen(here: Here) -> flask.Flask:
    """The app that residents touch. It must listen on loopback alone."""
    app = web.new_app("kiosk", here.station, secret(here.data), "kiosk/refusal.html", _language)
    _furnish(app, here)
    for screen in SCREENS:
        app.register_blueprint(screen.screen)
    if here.devices.pretend:
        app.register_blueprint(pretend_page.screen)
    app.context_processor(home.frame)
    app.jinja_env.globals.update(spots=spots.drawn())
    speech.furnish(app)
    app.after_request(voice.allow_microphone)
    web.guard(app, lambda: None, "home.home")
    return app


def desk(here: Here, sticks: Places = MOUNTED) -> flask.Flask:
    """The app of the station's keepers."""
    signed = secret(here.data)
    app = web.new_app("desk", here.station, signed, "desk/refusal.html", languages.chosen)
    app.extensions["yizhan.sticks"] = sticks
    _furnish(app, here)
    app.extensions["yizhan.blobs"] = here.blobs
    for screen in DESK:
        app.register_blueprint(screen.screen)
    app.context_processor(matters.frame)
    app.context_processor(languages.for_html)
    web.guard(app, login.keeper, "login.sign_in")
    web.metrics(app, metrics.registry(here))
    return app


def _furnish(app: flask.Flask, here: Here) -> None:
    """What pages of both apps use."""
    app.extensions["yizhan.here"] = here
    app.jinja_env.globals.update(practice=here.practice, wall_clips=calls.wall_clips)
    app.jinja_env.globals.update(yuan=words.yuan, in_language=in_language)
    macros: Any = app.jinja_env.get_template("shared/macros.html").module
    app.jinja_env.globals.update(icon=macros.icon, fields=macros.fields)
    web.health(app, lambda: report(here))


def report(here: Here) -> dict[str, Any]:
    """How this station is, for machines: counts and marks, nothing about people."""
    return {
        "station": here.station,
        "version": VERSION,
        "unsent": status.unsent(here.node),
        "position": here.node.journal.head(),
        "devices": here.devices.states(),
        "devices_quiet_seconds": round(here.devices.quiet(), 1),
        "clock": here.node.clock.quality(),
        "paper_waiting": len(here.papers.unfinished()),
        "notes_open": len(here.notes.open()),
    }


def _language() -> str:
    visit: Visit | None = flask.g.get("visit")
    return visit.language if visit else identity.language()
