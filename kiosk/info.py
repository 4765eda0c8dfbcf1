"""A service that the screen only tells of: what, when, and how the keeper helps.

One screen module for every service whose flow is "info"; it takes nothing.
"""

import re

import flask

from kiosk import menu
from kiosk.here import here
from kiosk.tickets import NOT_HERE
from yizhan.access import PUBLIC, may
from yizhan.errors import Refusal

SCREEN_CHARACTERS = 92

screen = flask.Blueprint("info", __name__)


@screen.get("/service/<service>/about")
@may(PUBLIC)
def about(service: str) -> str:
    """What the station offers there."""
    found = menu.service(here().db, service)
    if found is None or found.flow != "info":
        raise Refusal(NOT_HERE)
    pages = pages_of([found.text, found.keeper])
    page = min(max(0, flask.request.args.get("page", 0, type=int)), len(pages) - 1)
    return flask.render_template(
        "kiosk/info.html", service=found, said=pages[page], page=page, more=page + 1 < len(pages)
    )


def pages_of(paragraphs: list[str]) -> list[list[str]]:
    """Paragraphs cut at sentences into screens of at most 92 characters where that can be."""
    pages: list[list[str]] = [[]]
    for paragraph in paragraphs:
        fresh = True
        for sentence in re.findall(r"[^。！？]+[。！？]?", paragraph):
            if pages[-1] and sum(map(len, pages[-1])) + len(sentence) > SCREEN_CHARACTERS:
                pages.append([])
                fresh = True
            if fresh:
                pages[-1].append("")
            pages[-1][-1] += sentence
            fresh = False
    return pages
