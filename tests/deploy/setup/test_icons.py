"""The sprite holds the icons that templates, rooms and data packs name, and no others."""

from pathlib import Path

import pytest

from deploy.setup.icons import MissingIcon, named, sprite

OUTLINE = """<svg
  xmlns="http://www.w3.org/2000/svg"
  viewBox="0 0 24 24"
>
  <path stroke="none" d="M0 0h24v24H0z" fill="none" />
  <path d="M{0} 21" />
  <path d="M{0} 22" />
</svg>
"""
NAMES = ("armchair", "bell", "clock", "hand-stop", "needle-thread", "scissors")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project that names five of Tabler's icons, and leaves `clock` out."""
    texts = {
        "templates/kiosk/home.html": """{{ icon('scissors') }}<b>{{ icon( "bell") }}</b>
            {{ icon("hand-stop" if note.kind == "clock" else "bell", "large") }}{{ icon(x) }}""",
        "kiosk/chair.py": 'TILES = [Tile("理发", "armchair"), Tile("../clock", "no-icon")]\n',
        "deploy/sample/services.toml": '[[service]]\nname = "clock"\nicon = "needle-thread"\n',
    }
    texts |= {f"outline/{name}.svg": OUTLINE.replace("{0}", str(len(name))) for name in NAMES}
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_icons_are_found_in_templates_code_and_packs(project: Path) -> None:
    found = named(project, project / "outline")
    assert [*found] == ["armchair", "bell", "hand-stop", "needle-thread", "scissors"]


def test_the_sprite_holds_each_icon_once_without_its_invisible_square(project: Path) -> None:
    text = sprite(project, project / "outline")
    assert text.count("<symbol ") == 5
    assert '<symbol id="bell" viewBox="0 0 24 24"' in text
    assert '<path d="M4 21" /><path d="M4 22" /></symbol>' in text
    assert "clock" not in text
    assert "M0 0h24" not in text
    assert text == sprite(project, project / "outline")


def test_a_name_that_tabler_does_not_have_is_told_with_its_place(project: Path) -> None:
    (project / "outline" / "needle-thread.svg").unlink()
    with pytest.raises(MissingIcon, match=r"services\.toml: there is no outline icon 'needle-th"):
        sprite(project, project / "outline")


def test_a_template_that_misspells_a_name_is_told_with_its_place(project: Path) -> None:
    (project / "templates" / "kiosk" / "me.html").write_text("{{ icon('scisors') }}", "utf-8")
    with pytest.raises(MissingIcon, match=r"me\.html: there is no outline icon 'scisors'"):
        sprite(project, project / "outline")
