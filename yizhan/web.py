"""What the web apps of kiosk and hub share: guards, errors in words, fragments.

Knows Flask and the rules that hold for every page (headers, size of bodies, the capability of
each route); knows no page.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import flask
from babel import Locale
from flask_babel import Babel
from flask_babel import gettext as _
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from werkzeug.exceptions import HTTPException

from yizhan.access import PUBLIC, Account, allowed, may
from yizhan.errors import N_, Corrupt, Refusal, Unreachable

ROOT = Path(__file__).resolve().parent.parent
BODY_BYTES_MAX = 64 * 1024
CSP = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Permissions-Policy": "microphone=(), camera=(), geolocation=()",
}
OWN_PAGE = re.compile(r"/(?!/)[a-z0-9/-]{0,80}")
ROAD = "sync"
"""The name of the blueprint on which stations exchange."""

SENTENCES = {
    400: N_("这一页过期了，请回到首页重新开始。没有东西丢失。"),
    403: N_("您没有这个权限。需要的话，请找管理员。"),
    404: N_("没有这一页。请回到首页。"),
    405: N_("这一步不能这样做。请回到首页重新开始。"),
    413: N_("送来的内容太大了，没有收下。请写短一些再试。"),
    429: N_("试得太快了，请稍等一分钟再试。"),
}
UNKNOWN = N_("出了点问题，没有东西丢失。请再试一次，或者叫人帮忙。")


def new_app(
    name: str, source: str, secret: bytes, error_page: str, locale: Callable[[], str]
) -> flask.Flask:
    """An app with everything that holds for all pages. `error_page` is its template.

    A browser's cookies do not know ports, so their name says whose they are: `source`.

    It gets `status`, `sentence` and `hint` (staff see the cause there, residents nothing).
    """
    app = flask.Flask(
        name, root_path=str(ROOT), template_folder="templates", static_folder="static"
    )
    app.config.update(
        SECRET_KEY=secret,
        MAX_CONTENT_LENGTH=BODY_BYTES_MAX,
        MAX_FORM_MEMORY_SIZE=BODY_BYTES_MAX,
        WTF_CSRF_TIME_LIMIT=None,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_NAME=f"yizhan_{name}_{source}",
        BABEL_DEFAULT_LOCALE="zh_CN",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "locale"),
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["built"] = _built()
    Babel(app, locale_selector=lambda: _locale(locale()))
    CSRFProtect(app)
    app.after_request(_headers)
    _answer_errors(app, error_page)
    return app


def _built() -> str:
    """A mark of the static files as they are: a browser keeps them until they change."""
    files = [path for path in (ROOT / "static").rglob("*") if path.is_file()]
    return f"{max(int(path.stat().st_mtime) for path in files):x}"


@cache
def _locale(name: str) -> Locale:
    """Parsing a name looks into a folder; every page would pay for it."""
    return Locale.parse(name)


def guard(app: flask.Flask, who: Callable[[], Account | None], login: str) -> None:
    """Let each route pass only whoever has its capability; `login` is the log-in endpoint.

    A route without a capability is closed to everybody: forgetting is not opening.
    """

    @app.before_request
    def check() -> Any:
        if flask.request.endpoint in (None, "static"):
            return None
        view = app.view_functions[flask.request.endpoint]
        account = who()
        if allowed(account, getattr(view, "capability", "closed")):
            return None
        if account is None and flask.request.method == "GET":
            return flask.redirect(flask.url_for(login, next=flask.request.path))
        flask.abort(403)


def fragment(template: str, block: str, **context: Any) -> str:
    """One named block of a page, rendered alone: what htmx swaps in."""
    found = flask.current_app.jinja_env.get_template(template)
    flask.current_app.update_template_context(context)
    return "".join(found.blocks[block](found.new_context(context)))


def from_htmx() -> bool:
    """Whether this request came from htmx and wants a fragment."""
    return flask.request.headers.get("HX-Request") == "true"


def back_to(otherwise: str) -> str:
    """The page of ours that the form names as its `next`, or else this one."""
    named = flask.request.form.get("next", "")
    return named if OWN_PAGE.fullmatch(named) else otherwise


def say(refusal: Refusal) -> str:
    """A Refusal's sentence in the reader's language."""
    text: str = _(refusal.message)
    return text % refusal.values if refusal.values else text


def _headers(response: flask.Response) -> flask.Response:
    """What a browser must be told. A station is no browser, and pays for every byte."""
    if flask.request.blueprint == ROAD:
        return response
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if flask.request.endpoint == "static":
        response.headers["Cache-Control"] = "max-age=3600"
    return response


def _answer_errors(app: flask.Flask, page: str) -> None:
    def answer(status: int, sentence: str, hint: str = "") -> tuple[str, int]:
        html = flask.render_template(page, status=status, sentence=sentence, hint=hint)
        return html, status

    @app.errorhandler(Refusal)
    def refused(error: Refusal) -> tuple[str, int]:
        return answer(409, say(error))

    @app.errorhandler(Unreachable)
    def unreachable(error: Unreachable) -> tuple[str, int]:
        app.logger.error("unreachable: %s", error)
        return answer(503, _("现在存不进去，请叫站长来看一下。您刚才的还没有保存。"), str(error))

    @app.errorhandler(Corrupt)
    def corrupt(error: Corrupt) -> tuple[str, int]:
        app.logger.critical("corrupt: %s", error)
        return answer(500, _("这台设备的数据出了问题，请叫站长来看一下。"), str(error))

    @app.errorhandler(CSRFError)
    def expired(error: CSRFError) -> tuple[str, int]:
        return answer(400, _(SENTENCES[400]), str(error.description))

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> tuple[str, int]:
        status = error.code or 500
        return answer(status, _(SENTENCES.get(status, UNKNOWN)), str(error.description or ""))

    @app.errorhandler(Exception)
    def unknown(error: Exception) -> tuple[str, int]:
        app.logger.exception("unexpected")
        return answer(500, _(UNKNOWN), type(error).__name__)


def health(app: flask.Flask, status: Callable[[], Mapping[str, Any]]) -> None:
    """GET /healthz (is it up) and /status.json (counts and marks; nothing about people)."""

    def healthz() -> str:
        return "ok\n"

    def status_json() -> flask.Response:
        return flask.jsonify(status())

    app.add_url_rule("/healthz", view_func=may(PUBLIC)(healthz))
    app.add_url_rule("/status.json", view_func=may(PUBLIC)(status_json))


def metrics(app: flask.Flask, registry: CollectorRegistry) -> None:
    """GET /metrics, for Prometheus: read within the request, counts and gauges alone."""

    def told() -> flask.Response:
        encode, kind = choose_encoder(flask.request.headers.get("Accept", ""))
        return flask.Response(encode(registry), content_type=kind)

    app.add_url_rule("/metrics", "metrics", view_func=may(PUBLIC)(told))
