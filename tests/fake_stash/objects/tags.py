"""What tags show, and the mutations that change them."""

from __future__ import annotations

from tests.fake_stash.objects import fields, uses
from tests.fake_stash.store import joins

TAG = {
    **uses.TAG,
    "sort_name": fields.text("sort_name"),
    "description": fields.text("description"),
    "aliases": fields.values(joins.TAG_ALIASES),
    "parents": fields.related(joins.TAG_PARENTS, fields.TAGS),
    "children": fields.related(joins.TAG_CHILDREN, fields.TAGS),
    "stash_ids": fields.constant([]),
}
TYPES = {"Tag": TAG}
