"""A visitor who reads real pages and presses real buttons, without a browser.

Forms are found by the words on their buttons, links by their words, as a person finds them.
Cookies and hidden fields go along; no script runs.
"""

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """A form of a page: where it goes, what it carries, what its buttons say."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, dict[str, str]]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.words: list[str] = []
        self._form: Form | None = None
        self._open: list[tuple[str, dict[str, str], list[str]]] = []
        self._silent = 0
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag in ("script", "style", "title"):
            self._silent += 1
        if tag == "form":
            self._form = Form(has.get("action", ""), has.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "input" and self._form is not None:
            self._input(has)
        elif tag == "textarea" and self._form is not None:
            self._form.fields.setdefault(has.get("name", ""), "")
        elif tag == "select":
            self._select = has.get("name", "")
        elif tag == "option" and self._form is not None and self._select:
            self._option(self._form, has)
        if tag in ("a", "button"):
            self._open.append((tag, has, []))

    def _option(self, form: Form, has: dict[str, str]) -> None:
        if "selected" in has or self._select not in form.fields:
            form.fields[self._select] = has.get("value", "")

    def _input(self, has: dict[str, str]) -> None:
        assert self._form is not None
        kind, name = has.get("type", "text"), has.get("name", "")
        if kind == "submit":
            self._form.buttons.append((has.get("value", ""), {}))
        elif kind not in ("radio", "checkbox") or "checked" in has:
            self._form.fields[name] = has.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "title"):
            self._silent -= 1
        if tag in ("a", "button") and self._open and self._open[-1][0] == tag:
            _, has, words = self._open.pop()
            said = "".join(words).strip() or has.get("aria-label", "")
            self._close(tag, has, " ".join(said.split()))
        if tag == "form":
            self._form = None

    def _close(self, tag: str, has: dict[str, str], said: str) -> None:
        if tag == "a":
            self.links.append((said, has.get("href", "")))
        elif self._form is not None and has.get("type", "submit") == "submit":
            value = {has["name"]: has.get("value", "")} if has.get("name") else {}
            self._form.buttons.append((said, value))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)
            for _, _, words in self._open:
                words.append(data)


@dataclass
class Page:
    """One page as it came."""

    url: str
    status: int
    html: str
    text: str
    forms: list[Form]
    links: list[tuple[str, str]]

    def __contains__(self, words: str) -> bool:
        return words in self.text


class Visitor:
    """Somebody at a screen. `at` is the screen's address."""

    def __init__(self, at: str) -> None:
        self.at = at
        self.cookies = http.cookiejar.CookieJar()
        jar = urllib.request.HTTPCookieProcessor(self.cookies)
        self._opener = urllib.request.build_opener(jar)
        self.page = Page(at, 0, "", "", [], [])

    def go(self, path: str = "/") -> Page:
        """Open a page of this screen."""
        return self._open(urllib.request.Request(urllib.parse.urljoin(self.at, path)))

    def read(self, path: str) -> str:
        """What an address answers, without leaving the page."""
        with self._opener.open(urllib.parse.urljoin(self.at, path), timeout=30) as answer:
            body: bytes = answer.read()
            return body.decode()

    def follow(self, words: str) -> Page:
        """Tap the link with these words in it."""
        found = [href for said, href in self.page.links if words in said]
        assert found, f"no link says {words!r}: {[said for said, _ in self.page.links]}"
        return self.go(urllib.parse.urljoin(self.page.url, found[0]))

    def form(self, words: str, *, carrying: str = "") -> tuple[Form, dict[str, str]]:
        """The form whose button says these words, and that button's own value."""
        for one in self.page.forms:
            for said, value in one.buttons:
                whole = str(one.fields) + one.action
                if words in said and carrying in whole:
                    return one, value
        said = [said for one in self.page.forms for said, _ in one.buttons]
        raise AssertionError(f"no button says {words!r}: {said}\n{self.page.text[:600]}")

    def press(self, words: str, *, carrying: str = "", **fields: str) -> Page:
        """Fill in fields and press the button with these words on it."""
        form, value = self.form(words, carrying=carrying)
        return self.send(form, value | fields)

    def send(self, form: Form, extra: dict[str, str]) -> Page:
        """Send a form, as pressing one of its buttons would; again, if called again."""
        return self._open(self.request_of(form, extra))

    def request_of(self, form: Form, extra: dict[str, str]) -> urllib.request.Request:
        """What a browser sends for a form."""
        content = urllib.parse.urlencode(form.fields | extra)
        url = urllib.parse.urljoin(self.page.url, form.action or self.page.url)
        if form.method == "get":
            return urllib.request.Request(f"{url.partition('?')[0]}?{content}")
        return urllib.request.Request(url, content.encode(), {"Referer": self.page.url})

    def fetch(self, request: urllib.request.Request) -> tuple[int, str, str]:
        """Status, body and address of the answer, after its redirects; nothing is read in it."""
        try:
            with self._opener.open(request, timeout=30) as answer:
                return answer.status, answer.read().decode(), answer.url
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(), request.full_url

    def _open(self, request: urllib.request.Request) -> Page:
        status, html, url = self.fetch(request)
        reader = _Reader()
        reader.feed(html)
        text = " ".join(" ".join(reader.words).split())
        self.page = Page(url, status, html, text, reader.forms, reader.links)
        return self.page
