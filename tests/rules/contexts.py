"""An image in hand, for the tests of what looks at it."""

from __future__ import annotations

from typing import Any

from lib.rules.image.context import ImageContext, RunContext
from lib.rules.image.path import image_path, library_roots
from lib.rules.names import NameResolver
from tests.rules.factories import LIBRARY, NOW, Book, reader


def view(image: dict[str, Any], book: Book | None = None, libraries: tuple[str, ...] = (LIBRARY,)) -> ImageContext:
    roots = library_roots(libraries)
    setting = RunContext(names=NameResolver(book or Book()), files=reader(libraries), libraries=roots, now=NOW)
    return ImageContext(image, image_path(image, roots), setting)
