"""An image in hand, for the tests of what looks at it."""

from __future__ import annotations

from typing import Any

from lib.rules.image.context import Setting, View
from lib.rules.image.path import library_roots, place_of
from lib.rules.names import Names
from tests.rules.factories import LIBRARY, NOW, Book, reader


def view(image: dict[str, Any], book: Book | None = None, libraries: tuple[str, ...] = (LIBRARY,)) -> View:
    roots = library_roots(libraries)
    setting = Setting(names=Names(book or Book()), files=reader(libraries), libraries=roots, now=NOW)
    return View(image, place_of(image, roots), setting)
