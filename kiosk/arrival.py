"""Where somebody who laid her card goes first: what she had not finished, then what is new.

Knows no page's inside; what she began a moment ago comes before old news.
"""

import flask
from flask_babel import gettext as _

from kiosk import news
from kiosk.here import Here
from kiosk.mine import Matter
from kiosk.visits import Visit


def first(here: Here, visit: Visit) -> str:
    """The address of the page after the greeting."""
    if here.drafts.of(visit.person):
        return flask.url_for("arrival_page.unfinished")
    return after_draft(here, visit)


def after_draft(here: Here, visit: Visit) -> str:
    """The address of what comes when nothing is left half-made."""
    told = visit.with_card and news.all_of(here, visit)
    endpoint = "message_box.show" if told else "identity.me"
    return flask.url_for(endpoint)


def letters(here: Here, visit: Visit) -> list[Matter]:
    """The line on her page that leads back to what she put off."""
    count = len(news.all_of(here, visit))
    if not count:
        return []
    said = _("有 %(count)s 件事要告诉您", count=count)
    return [Matter("mail", _("给您的话"), said, flask.url_for("message_box.show"), "word")]
