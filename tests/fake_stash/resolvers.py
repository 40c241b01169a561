"""All resolvers, by type and field."""

from __future__ import annotations

from types import ModuleType

from tests.fake_stash.language.execute import Resolvers
from tests.fake_stash.objects import (
    absent,
    chapters,
    configuration,
    file_changes,
    files,
    galleries,
    gallery_changes,
    image_changes,
    image_queries,
    images,
    lists,
    packages,
    performers,
    saved_filters,
    studios,
    system,
    system_changes,
    tags,
)

MODULES: tuple[ModuleType, ...] = (
    *(absent, chapters, configuration, file_changes, files, galleries, gallery_changes, image_changes, image_queries),
    *(images, lists, packages, performers, saved_filters, studios, system, system_changes, tags),
)


def _all_resolvers() -> Resolvers:
    found: Resolvers = {"Query": {}, "Mutation": {}}
    for module in MODULES:
        found["Query"].update(getattr(module, "QUERIES", {}))
        found["Mutation"].update(getattr(module, "MUTATIONS", {}))
        for name, fields in getattr(module, "TYPES", {}).items():
            found.setdefault(name, {}).update(fields)
    return found


RESOLVERS = _all_resolvers()
