"""The picture of an image that has only a title."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from lib.client.create import placeholder


@pytest.mark.parametrize("title", ["Sunset", "夏 🌅", 'a "quoted" title', "two\nlines", "t" * 5000])
def test_it_is_a_png_with_its_title(title: str) -> None:
    with Image.open(io.BytesIO(placeholder.png(title))) as image:
        image.load()
        assert (image.format, image.size, image.info["Title"]) == ("PNG", (256, 256), title)


def test_no_two_are_the_same() -> None:
    assert placeholder.png("same") != placeholder.png("same")
