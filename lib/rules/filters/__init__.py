"""The filters of templates: one table, in the order of docs/rules.md."""

from __future__ import annotations

from lib.rules.filters.base import Filter
from lib.rules.filters.dates import DATES
from lib.rules.filters.lists import LISTS
from lib.rules.filters.text import TEXT

FILTERS: dict[str, Filter] = {**DATES, **TEXT, **LISTS}
