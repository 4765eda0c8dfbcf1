"""What a page says of itself when its template says nothing else: its headings, facts, choices.

Pure: HTML in, lines of text out. So a new screen is heard without a line of its own. Elements
with `data-unsaid` (a keypad, a clock) are passed over; those with `data-private` (a balance, a
reading) are said only to somebody who asks.
"""

from html.parser import HTMLParser

BLOCKS = {
    "a", "aside", "button", "dd", "div", "dl", "dt", "figcaption", "form", "h1", "h2", "h3",
    "header", "label", "legend", "li", "nav", "ol", "p", "section", "table", "td", "th", "tr",
    "ul",
}  # fmt: skip
UNSAID = {"svg", "script", "style", "template", "dialog", "select", "textarea", "audio", "video"}
VOID = {"br", "img", "input", "use", "hr", "meta", "link", "wbr", "source"}
ASIDE = {"span", "time", "strong"}
"""Beside a word in one line, and a phrase of its own: so its clip is one that is there already."""


class _Reader(HTMLParser):
    def __init__(self, asked: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.lines = [""]
        self._asked = asked
        self._depth = 0
        self._hidden_at = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        self._depth += 1
        if not self._hidden_at and self._unsaid(tag, dict(attrs)):
            self._hidden_at = self._depth
        self._part(tag)

    def _unsaid(self, tag: str, has: dict[str, str | None]) -> bool:
        quiet = {"hidden", "data-unsaid"} | (set() if self._asked else {"data-private"})
        return tag in UNSAID or bool(quiet & has.keys()) or has.get("aria-hidden") == "true"

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self._hidden_at == self._depth:
            self._hidden_at = 0
        self._depth = max(0, self._depth - 1)
        self._part(tag)

    def _part(self, tag: str) -> None:
        if tag in BLOCKS or tag in ASIDE:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if not self._hidden_at:
            self.lines[-1] += " ".join(data.split()) + (" " if data[-1:].isspace() else "")


def lines(html: str, asked: bool = False) -> str:
    """The text of a piece of a page, a line for each of its parts."""
    reader = _Reader(asked)
    reader.feed(html)
    reader.close()
    said: list[str] = []
    for line in reader.lines:
        text = line.strip()
        if text and text not in said[-1:]:
            said.append(text)
    return "\n".join(said)
