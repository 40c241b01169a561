"""`make demo`: run every task and every method, and exit with 0 only if each has the expected result."""

from __future__ import annotations

import sys
from typing import Any, TextIO

from tools.demo.environment import Observation, start_environment
from tools.demo.steps import STEPS, has_expected_result, perform

WIDTH = 30
MAX_NEW = 3
"""Maximum number of new images that are listed."""


def main(out: TextIO) -> int:
    """Run all steps and print the number of correct ones."""
    print("Image Tools on a fake Stash server, with the sample library", file=out)
    earlier: dict[str, Observation] = {}
    failed = []
    with start_environment() as environment:
        print(f"Server: {environment.server.url}\n", file=out)
        for step in STEPS:
            print(f"== {step.name}", file=out)
            observation = perform(step, environment, earlier, lambda progress: _show_bar(progress, out))
            earlier[step.name] = observation
            is_expected = has_expected_result(step, observation)
            failed += [] if is_expected else [step.name]
            _show(observation, out)
            print(f"   {'ok' if is_expected else 'FAILED: unexpected result'}\n", file=out)
    print(f"{len(STEPS) - len(failed)} of {len(STEPS)} steps have the expected result.", file=out)
    if failed:
        print(f"Failed: {', '.join(failed)}", file=out)
    return int(bool(failed))


def _show_bar(progress: float, out: TextIO) -> None:
    if out.isatty():
        print(f"\r   {_bar(progress)}", end="\n" if progress == 1 else "", file=out, flush=True)


def _bar(progress: float) -> str:
    done = round(progress * WIDTH)
    return f"[{'#' * done}{'.' * (WIDTH - done)}] {progress:4.0%}"


def _show(observation: Observation, out: TextIO) -> None:
    if observation.progress is not None and not out.isatty():
        print(f"   {_bar(observation.progress)}", file=out)
    for line in observation.log:
        print(f"   log: {line}", file=out)
    if observation.output is not None:
        print(f"   result: {_short(observation.output, 150)}", file=out)
    rows = [(path, key, *values) for path, fields in observation.changed.items() for key, values in fields.items()]
    created = [row for row in rows if row[1:] == ("image", "missing", "exists")]
    if len(created) > MAX_NEW:
        print(f"   {len(created)} new images", file=out)
        rows = [row for row in rows if row not in created]
    if rows:
        table = [("image", "field", "before", "after"), *([_short(cell, 44) for cell in row] for row in rows)]
        widths = [max(len(row[column]) for row in table) for column in range(4)]
        for row in table:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
            print(f"   {'  '.join(cells)}".rstrip(), file=out)


def _short(value: Any, width: int) -> str:
    text = "(empty)" if value is None else value if isinstance(value, str) else repr(value)
    text = text.replace("\n", "\\n")
    return text if len(text) <= width else f"{text[: width - 1]}…"


if __name__ == "__main__":
    # Names use any script, even if the terminal's encoding doesn't support them.
    with open(sys.stdout.fileno(), "w", encoding="utf-8", errors="backslashreplace", closefd=False) as terminal:
        code = main(terminal)
    sys.exit(code)
