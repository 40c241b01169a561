"""Scopes: one image under evaluation, for the tests of conditions, sources and templates."""

from __future__ import annotations

from typing import Any

from lib.rules.image.context import ImageContext, RunContext, Scope
from lib.rules.image.draft import Draft
from lib.rules.image.path import image_path, library_roots
from lib.rules.names import NameResolver
from tests.rules.factories import LIBRARY, NOW, Book, image, reader


def scope(
    shown: dict[str, Any] | None = None,
    book: Book | None = None,
    libraries: tuple[str, ...] = (LIBRARY,),
    sidecar: dict[str, Any] | None = None,
    groups: dict[str, str] | None = None,
) -> Scope:
    """Return the scope of a rule for an image; `sidecar` replaces the values of its sidecars."""
    shown = image() if shown is None else shown
    roots = library_roots(libraries)
    run = RunContext(names=NameResolver(book or Book()), files=reader(libraries), libraries=roots, now=NOW)
    context = ImageContext(shown, image_path(shown, roots), run)
    if sidecar is not None:
        set_sidecar(context, sidecar)
    return Scope(context, Draft(shown), groups or {})


def set_sidecar(context: ImageContext, values: dict[str, Any]) -> None:
    """Replace the values of the image's sidecars; they may be larger than a file's."""
    context._cache["sidecar_values"] = (values, [])
