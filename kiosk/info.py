"""A service that the screen only tells of: what, when, and how the keeper helps.

One screen module for every service whose flow is "info"; it takes nothing.
"""

import math
import re
import unicodedata

import flask

from kiosk import identity, menu
from kiosk.here import here
from kiosk.names import told
from kiosk.tickets import NOT_HERE
from yizhan.access import PUBLIC, may
from yizhan.errors import Refusal

SENTENCES = re.compile(r".+?(?:[。！？]|[.!?](?:\s+|$)|$)", re.DOTALL)

LETTER = 0.55
"""Of a hanzi, with what is lost at the end of a line that breaks between words."""

screen = flask.Blueprint("info", __name__)


@screen.get("/service/<service>/about")
@may(PUBLIC)
def about(service: str) -> str:
    """What the station offers there."""
    found = told(menu.service(here().db, service))
    if found is None or found.flow != "info":
        raise Refusal(NOT_HERE)
    space = identity.space()
    pages = pages_of([found.text, found.keeper], space.lines, space.characters)
    page = min(max(0, flask.request.args.get("page", 0, type=int)), len(pages) - 1)
    return flask.render_template(
        "kiosk/info.html", service=found, said=pages[page], page=page, more=page + 1 < len(pages)
    )


def pages_of(paragraphs: list[str], lines: int, characters: int) -> list[list[str]]:
    """Paragraphs cut at sentences into screens of at most so many lines where that can be."""
    pages: list[list[str]] = [[]]
    for paragraph in paragraphs:
        fresh = True
        for sentence in SENTENCES.findall(paragraph):
            longer = (
                [*pages[-1], sentence] if fresh else [*pages[-1][:-1], pages[-1][-1] + sentence]
            )
            if lines_of(longer, characters) > lines and pages[-1]:
                pages.append([sentence])
            else:
                pages[-1] = longer
            fresh = False
    return pages


def lines_of(paragraphs: list[str], characters: int) -> int:
    """How many lines these take, so many hanzi in a line."""
    return sum(math.ceil(width(one) / characters) for one in paragraphs)


def width(text: str) -> float:
    """How wide a text is in hanzi; a Latin letter is half of one, and a line breaks at words."""
    return sum(1.0 if unicodedata.east_asian_width(one) in "WFA" else LETTER for one in text)
