"""/style: every component of the touchscreen in every state, from the real macros and sheets.

For whoever builds a screen: by day, black on white and dark, in normal, larger and English text.
Shows invented things alone; no screen leads here.
"""

import flask
import msgspec
from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup

from kiosk import menu
from kiosk.free import Free, Tile
from kiosk.here import here
from kiosk.room import THEMES
from kiosk.visits import Visit
from yizhan.access import PUBLIC, may

screen = flask.Blueprint("style", __name__)

LOOKS = {"normal": "zh_CN", "larger": "zh_CN", "english": "en"}


@screen.get("/style")
@may(PUBLIC)
def show() -> str:
    """The living page."""
    panels = [
        (theme, look, _panel(theme, look, language))
        for theme in THEMES
        for look, language in LOOKS.items()
    ]
    return flask.render_template("kiosk/style.html", panels=panels)


def _panel(theme: str, look: str, language: str) -> Markup:
    with force_locale(language):
        html = flask.render_template(
            "kiosk/style_parts.html",
            tiles=_tiles(),
            day=[_("今天"), _("明天")],
            visit=Visit("style", language=language, called=here().listing.name),
            key=f"{theme}-{look}",
            large=look == "larger",
            board=[],
        )
    return Markup(html)


def _tiles() -> list[Tile]:
    """The station's own, one that has stopped, and one whose name is long."""
    first = menu.tiles(here().db, here().station)[:1] or [menu.Service("style", "", "info")]
    stopped = msgspec.structs.replace(first[0], pause=menu.Pause("", "", ""))
    name = str(_("名字特别特别长的一项服务"))
    long = menu.Service("style", name, "info", "dots", name_en=name)
    return [
        Tile(first[0], Free(str(_("没人排队")), True)),
        Tile(stopped, Free(str(_("停着")))),
        Tile(long, Free()),
    ]
