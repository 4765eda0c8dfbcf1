"""What every test shares: the seed, the markers, and whether there is a browser.

Knows nothing of the product. A folder's own fixtures stand in the conftest of that folder.
"""

import os
import random
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
MARKED_FOLDERS = ("browser", "deploy", "faults", "journeys")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose the seed before anything draws from it; Hypothesis takes the same one.

    The kiosks of tests are silent unless a test gives them a voice (tests/voices.py): each would
    load the model to say what nobody hears.
    """
    os.environ["YIZHAN_SPEECH"] = "/dev/null/speech"
    seed = os.environ.get("YIZHAN_SEED") or str(random.SystemRandom().randrange(2**32))
    os.environ["YIZHAN_SEED"] = seed
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = seed


def pytest_report_header() -> str:
    return f"YIZHAN_SEED={os.environ['YIZHAN_SEED']} (set it to repeat this run)"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the seed once more where a failed run ends, below a long log."""
    if terminalreporter.stats.get("failed") or terminalreporter.stats.get("error"):
        terminalreporter.write_line(f"repeat with YIZHAN_SEED={os.environ['YIZHAN_SEED']}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test in a marked folder bears the folder's mark; without a browser, say so and skip."""
    no_browser = os.environ.get("NO_BROWSER") == "1"
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if folder in MARKED_FOLDERS:
            item.add_marker(folder)
        if no_browser and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="NO_BROWSER=1"))


@pytest.fixture(scope="session")
def seed() -> int:
    """The seed of this run, an integer, for tests that draw at random."""
    return int(os.environ["YIZHAN_SEED"])


@pytest.fixture
def chance(seed: int, request: pytest.FixtureRequest) -> random.Random:
    """Chance of this test's own: drawn from the seed alike, run alone or among others."""
    return random.Random(f"{seed} {request.node.nodeid}")
