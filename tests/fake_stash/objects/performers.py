"""What performers show, and the mutations that change them."""

from __future__ import annotations

from tests.fake_stash.objects import fields, uses
from tests.fake_stash.store import joins

PERFORMER = {
    **uses.PERFORMER,
    "alias_list": fields.values(joins.PERFORMER_ALIASES),
    "url": fields.first_value(joins.PERFORMER_URLS),
    "urls": fields.values(joins.PERFORMER_URLS),
    "tags": fields.related(joins.PERFORMER_TAGS, fields.TAGS),
    "rating100": fields.column("rating"),
    "birthdate": fields.date("birthdate"),
    "death_date": fields.date("death_date"),
    "stash_ids": fields.constant([]),
}
TYPES = {"Performer": PERFORMER}
