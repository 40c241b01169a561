"""Pictures for the tests to make images of: small, each with bytes of its own."""

from __future__ import annotations

import io
import itertools
import os

from PIL import Image

_COLOURS = itertools.count(1)


def picture(kind: str = "PNG") -> bytes:
    """A picture of this kind that no call before has made."""
    number = next(_COLOURS)
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16), (number % 251, number // 251, 77)).save(buffer, kind)
    return buffer.getvalue()


def draw(*place: str, kind: str = "PNG") -> str:
    """A new picture at this path, whose folders are made; the path."""
    path = os.path.join(*place)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(picture(kind))
    return path
