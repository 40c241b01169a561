"""The filters of templates: one table, in the order in which docs/rules.md explains them."""

from __future__ import annotations

from lib.rules.filters.base import Filter
from lib.rules.filters.dates import TIMES
from lib.rules.filters.lists import LISTS
from lib.rules.filters.text import WORDS

FILTERS: dict[str, Filter] = {**TIMES, **WORDS, **LISTS}
