"""Run code on a thread that no signal reaches, as on Windows: there is no timer that ends a search."""

from __future__ import annotations

import threading
from typing import Any

from lib.errors import DataError
from lib.rules.syntax.regex_timeout import RegexTimeoutError


def without_timer(work: Any) -> list[Any]:
    """Return what `work` returns there, in a list; its error as text, or as type where it has none."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(work())
        except (DataError, RegexTimeoutError) as error:
            results.append(str(error) or type(error))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return results
