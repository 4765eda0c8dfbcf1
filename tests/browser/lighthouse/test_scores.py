"""Lighthouse gives a hundred for accessibility and for best practices, to whoever stands there.

One browser, signed in at the touchscreen, the desk and the hub; Lighthouse joins it.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright

from tests.browser.conftest import CHROMIUM, FLAGS, ROOT, SCREENS
from tests.browser.kiosk.hands import greeted
from tests.hub import cast
from tests.kiosk.stations import PASSWORD, Hub, address, running
from tests.network import Process, eventually, free_port, healthy

CATEGORIES = ("accessibility", "best-practices")
LOOK = Path(__file__).with_name("look.mjs")


def node() -> str:
    """The Node of this machine, else the one that the set-up put into .venv."""
    return shutil.which("node") or str(ROOT / ".venv" / "bin" / "node")


def sign_in(page: Page, url: str, login: str, password: str) -> None:
    page.goto(f"{url}/login")
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("button", name="退出").first.wait_for()


@pytest.fixture
def hub_url(tmp_path: Path) -> Iterator[str]:
    """The dispatcher's hub with one order that waits."""
    database = cast.found(tmp_path / "dispatch")
    cast.place(database, "wang")
    url = f"http://127.0.0.1:{free_port()}"
    words = ["hub", "serve", "--data", str(tmp_path / "dispatch"), "--listen", url[7:]]
    process = Process(words, tmp_path / "hub.log", {})
    process.start()
    eventually(lambda: healthy(url), "the hub answers")
    yield url
    process.stop()
    database.db.close()


def test_lighthouse_gives_a_hundred(
    playwright_driver: Playwright, tmp_path: Path, hub_url: str
) -> None:
    stations = Hub(tmp_path / "network")
    stations.station("zhongda")
    port = free_port()
    with running(stations.folder, "zhongda", idle_seconds=600) as kiosk:
        browser = playwright_driver.chromium.launch_persistent_context(
            tmp_path / "chromium",
            executable_path=CHROMIUM,
            args=[*FLAGS, f"--remote-debugging-port={port}"],
            viewport=SCREENS["kiosk"],
        )
        page = browser.pages[0]
        sign_in(page, address(kiosk, 1), "keeper-zhongda", PASSWORD)
        sign_in(page, hub_url, "fang", cast.PASSWORD)
        page.goto(address(kiosk))
        said = look(port, address(kiosk) + "/")
        greeted(kiosk, page)
        page.goto("about:blank")
        order = address(kiosk) + "/service/repair/order?choice=tap&window=morning"
        said += look(port, order, address(kiosk, 1) + "/", f"{hub_url}/orders")
        browser.close()
    assert [one["shown"] for one in said] == [one["asked"] for one in said]
    scores = {one["shown"]: one["scores"] for one in said}
    wanted = dict.fromkeys(CATEGORIES, 1)
    failed = [(one["shown"], one["failed"]) for one in said if one["failed"]]
    assert scores == dict.fromkeys(scores, wanted), failed


def look(port: int, *urls: str) -> list[dict[str, Any]]:
    """What Lighthouse says of these pages."""
    done = subprocess.run(
        [node(), str(LOOK), str(port), ",".join(CATEGORIES), *urls],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]
