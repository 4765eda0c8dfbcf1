"""Chromium draws a photo the same way up and in the same colours once it is bare."""

import base64

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenScreen
from tests.pictures import NAMES, photo
from yizhan.pictures import bare, media_of

pytestmark = pytest.mark.browser

DRAWN = """async (address) => {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    canvas.getContext("2d").drawImage(image, 0, 0);
    return [canvas.width, canvas.height, canvas.toDataURL()];
}"""


def drawn(page: Page, content: bytes) -> tuple[int, int, str]:
    """Width, height and every pixel of a picture as a person sees it."""
    address = f"data:{media_of(content)};base64,{base64.b64encode(content).decode()}"
    width, height, pixels = page.evaluate(DRAWN, address)
    return width, height, pixels


def test_a_photo_that_was_taken_upright_stands_upright(open_screen: OpenScreen) -> None:
    page = open_screen().new_page()
    for name in NAMES:
        before, after = drawn(page, photo(name)), drawn(page, bare(photo(name)))
        assert before == after, name
        assert name != "tap.jpg" or after[:2] == (16, 48)
