"""`make demo`: run every task and every method, and exit with 0 only if each has the expected result."""

from __future__ import annotations

import sys
from typing import Any, TextIO

from tools.demo.stage import Seen, stage
from tools.demo.steps import STEPS, is_right, perform

WIDTH = 30
FEW = 3


def main(out: TextIO) -> int:
    """Run all steps and print the number of correct ones."""
    print("Image Tools on a fake Stash server with the sample library", file=out)
    earlier: dict[str, Seen] = {}
    wrong = []
    with stage() as playing:
        print(f"{playing.server.url}\n", file=out)
        for step in STEPS:
            print(f"== {step.name}", file=out)
            seen = perform(step, playing, earlier, lambda progress: _show_bar(progress, out))
            earlier[step.name] = seen
            right = is_right(step, seen)
            wrong += [] if right else [step.name]
            _show(seen, out)
            print(f"   {'ok' if right else 'WRONG: unexpected result'}\n", file=out)
    print(f"{len(STEPS) - len(wrong)} of {len(STEPS)} steps have the expected result.", file=out)
    if wrong:
        print(f"Wrong: {', '.join(wrong)}", file=out)
    return int(bool(wrong))


def _show_bar(progress: float, out: TextIO) -> None:
    if out.isatty():
        print(f"\r   {_bar(progress)}", end="\n" if progress == 1 else "", file=out, flush=True)


def _bar(progress: float) -> str:
    done = round(progress * WIDTH)
    return f"[{'#' * done}{'.' * (WIDTH - done)}] {progress:4.0%}"


def _show(seen: Seen, out: TextIO) -> None:
    if seen.progress is not None and not out.isatty():
        print(f"   {_bar(seen.progress)}", file=out)
    for line in seen.log:
        print(f"   log {line}", file=out)
    if seen.output is not None:
        print(f"   answer {_short(seen.output, 150)}", file=out)
    rows = [(path, key, *values) for path, fields in seen.changed.items() for key, values in fields.items()]
    came = [row for row in rows if row[1:] == ("image", None, "there")]
    if len(came) > FEW:
        print(f"   {len(came)} images came", file=out)
        rows = [row for row in rows if row not in came]
    if rows:
        table = [("image", "field", "before", "after"), *([_short(cell, 44) for cell in row] for row in rows)]
        widths = [max(len(row[column]) for row in table) for column in range(4)]
        for row in table:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
            print(f"   {'  '.join(cells)}".rstrip(), file=out)


def _short(value: Any, width: int) -> str:
    text = "" if value is None else value if isinstance(value, str) else repr(value)
    text = text.replace("\n", "\\n")
    return text if len(text) <= width else f"{text[: width - 1]}…"


if __name__ == "__main__":
    # Names use any script, even if the terminal's encoding doesn't support them.
    with open(sys.stdout.fileno(), "w", encoding="utf-8", errors="backslashreplace", closefd=False) as terminal:
        code = main(terminal)
    sys.exit(code)
