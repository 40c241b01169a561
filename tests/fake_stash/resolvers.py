"""All resolvers, by type and field."""

from __future__ import annotations

from tests.fake_stash.language.execute import Resolvers
from tests.fake_stash.objects import (
    files,
    galleries,
    gallery_changes,
    image_changes,
    image_queries,
    images,
    lists,
    performers,
    studios,
    system,
    system_changes,
    tags,
)

RESOLVERS: Resolvers = {
    "Query": {**image_queries.QUERIES, **lists.QUERIES, **system.QUERIES},
    "Mutation": {
        **image_changes.MUTATIONS,
        **gallery_changes.MUTATIONS,
        **tags.MUTATIONS,
        **studios.MUTATIONS,
        **performers.MUTATIONS,
        **system_changes.MUTATIONS,
    },
    **images.TYPES,
    **files.TYPES,
    **galleries.TYPES,
    **tags.TYPES,
    **studios.TYPES,
    **performers.TYPES,
    **system.TYPES,
}
