"""Drawn pictures of services: whole, harmless, and named like icons that a pack can name."""

import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree

from kiosk import spots
from kiosk.serving import Kiosk
from tests.kiosk.stations import at_screen

ROOT = Path(__file__).parents[2]
SAMPLE = tomllib.loads((ROOT / "deploy/sample/services.toml").read_text("utf-8"))["service"]
NETWORK = tomllib.loads((ROOT / "deploy/sample/network.toml").read_text("utf-8"))["station"]


def test_each_is_drawn_well_formed_and_brings_nothing_from_outside() -> None:
    text = (ROOT / "static/img/spots.svg").read_text("utf-8")
    found = [one.get("id") for one in ElementTree.fromstring(text) if "id" in one.attrib]
    assert set(found) == spots.drawn() and len(found) == len(set(found))
    assert not re.search(r"<script|<style|\bstyle=|href=|\bon\w+=", text)


def test_the_tiles_of_two_stations_of_the_sample_all_have_one() -> None:
    icons = {one["code"]: one["icon"] for one in SAMPLE}
    tiles = {one["code"]: one["tiles"] for one in NETWORK}
    for station in ("zhongda", "xiaogan"):
        assert {icons[tile] for tile in tiles[station]} <= spots.drawn(), station


def test_a_tile_shows_its_picture_and_one_without_shows_its_icon(kiosk: Kiosk) -> None:
    page = at_screen(kiosk).page.html
    assert "spots.svg" in page and "#needle-thread" in page
    assert "#credit-card-hand" in page and "stethoscope" not in spots.drawn()
