"""What studios show, and the mutations that change them."""

from __future__ import annotations

from tests.fake_stash.objects import fields, uses
from tests.fake_stash.store import joins

STUDIO = {
    **uses.STUDIO,
    "url": fields.first_value(joins.STUDIO_URLS),
    "urls": fields.values(joins.STUDIO_URLS),
    "aliases": fields.values(joins.STUDIO_ALIASES),
    "parent_studio": fields.referred("parent_id", fields.STUDIOS),
    "tags": fields.related(joins.STUDIO_TAGS, fields.TAGS),
    "rating100": fields.column("rating"),
    "details": fields.text("details"),
    "stash_ids": fields.constant([]),
}
TYPES = {"Studio": STUDIO}
