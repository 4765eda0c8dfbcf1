"""What a page complains of: errors on its console, and requests to hosts outside this machine."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class Complaints:
    """What the pages of a test complained of. A test that provokes one allows it by name."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self._allowed: list[str] = []

    def allow(self, pattern: str) -> None:
        """Expect complaints that match this regular expression; with none, the test fails."""
        self._allowed.append(pattern)

    def listen(self, context: BrowserContext) -> None:
        """Hear everything that happens in this context from now on."""
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)

    def unexpected(self) -> list[str]:
        """The complaints that were not allowed, and the allowances that nothing used."""
        said = [line for line in self.heard if not self._is_allowed(line)]
        return said + [
            f"never heard: {pattern}" for pattern in self._allowed if not self._heard(pattern)
        ]

    def _is_allowed(self, line: str) -> bool:
        return any(re.search(pattern, line) for pattern in self._allowed)

    def _heard(self, pattern: str) -> bool:
        return any(re.search(pattern, line) for line in self.heard)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.heard.append(f"console: {message.text} ({message.location['url']})")

    def _error(self, error: WebError) -> None:
        self.heard.append(f"script: {error.error}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in LOOPBACK:
            self.heard.append(f"outside: {request.url}")
