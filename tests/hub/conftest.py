"""A hub with its cast, its app, and browsers without a screen that are signed in."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hub.app import create_app
from tests.hub import cast
from tests.hub.harbour import Harbour
from yizhan import opening
from yizhan.record import Node

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
FORM = re.compile(r'name="form" value="([0-9a-f]{32})"')


class Visitor:
    """Somebody at a browser: follows the forms as they are drawn, token and all."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def see(self, path: str, **headers: str) -> TestResponse:
        """GET a page."""
        return self.client.get(path, headers=headers)

    def hidden(self, page: str) -> dict[str, str]:
        """The hidden fields of a page that is drawn now."""
        drawn = self.see(page).text
        found = {"csrf_token": TOKEN.search(drawn), "form": FORM.search(drawn)}
        return {name: match[1] for name, match in found.items() if match}

    def send(self, page: str, action: str, **fields: str) -> TestResponse:
        """Draw a page, then send a form to `action` as that page would."""
        return self.client.post(action, data={**self.hidden(page), **fields})

    def log_in(self, login: str, password: str = cast.PASSWORD) -> TestResponse:
        """Sign in through the page."""
        return self.send("/login", "/login", login=login, password=password)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub with its cast, made once; each test works on a copy."""
    data = tmp_path_factory.mktemp("hub") / "data"
    cast.found(data).db.close()
    return data


@pytest.fixture
def data(founded: Path, tmp_path: Path) -> Path:
    """This test's own copy of the hub's directory."""
    return Path(shutil.copytree(founded, tmp_path / "hub"))


@pytest.fixture
def node(data: Path) -> Iterator[Node]:
    """The hub's node; tests move its clock with `cast.at`."""
    found = opening.open_node(data)
    yield found
    found.db.close()


@pytest.fixture
def app(node: Node, data: Path) -> Flask:
    """The app, with its first hub epoch begun."""
    app = create_app(node, data)
    app.extensions["sync_hub"].begin_epoch()
    return app


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody who is not signed in."""
    return Visitor(app.test_client())


@pytest.fixture
def signed_in(app: Flask) -> Callable[[str], Visitor]:
    """`signed_in("fang")`: a browser of its own in which this person is signed in."""

    def enter(login: str) -> Visitor:
        one = Visitor(app.test_client())
        answer = one.log_in(login)
        assert answer.status_code == 303, answer.text
        return one

    return enter


@pytest.fixture
def harbour(tmp_path: Path) -> Iterator[Harbour]:
    """A hub with two stations; 王阿姨 lives near zhongda."""
    one = Harbour(tmp_path)
    for code in ("zhongda", "xiaogan"):
        one.enrol(code)
    one.register_wang("zhongda")
    one.exchange()
    yield one
    one.close()


@pytest.fixture
def plenty(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk of the machine that tests is no concern of these stations."""
    monkeypatch.setattr("hub.survey.disk_mib", lambda: 50_000)


@pytest.fixture
def fang(signed_in: Callable[[str], Visitor]) -> Visitor:
    return signed_in("fang")
