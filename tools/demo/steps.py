"""The steps of the demo: each call with its arguments and a check of its result.

Add a line for each new task. A test runs each step with a plugin that does nothing, and the check must fail.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.demo.stage import ReportProgress, Seen, Stage

SET = "sets/Grace Hopper/[2022-05-28] Studio Blue - Red Dress"
SET_VALUES = {
    "title": "Red Dress",
    "date": "2022-05-28",
    "studio": "Studio Blue",
    "performers": ["Grace Hopper"],
}
PLAIN, WEBP = "misc/plain.png", "misc/photo.webp"
PAGES = [f"comics/book.zip/page0{number}.jpg" for number in (1, 2, 3)]
GONE = [f"photos/{name}.jpg" for name in ("bad_date", "iptc_only")]

Act = Callable[[Stage, ReportProgress], tuple[Any, float | None]]


@dataclass(frozen=True)
class Step:
    """A step with its name, its call (`act`) and the check of its result."""

    name: str
    act: Act
    check: Callable[[Seen], bool]


def perform(
    step: Step, stage: Stage, earlier: Mapping[str, Seen], report: ReportProgress = lambda _progress: None
) -> Seen:
    """Run a step and return its result."""
    before, known = stage.images(), stage.log()
    output, progress = step.act(stage, report)
    stage.server.wait_idle()
    log = [line for time, line in stage.log() if (time, line) not in known]
    return Seen(before, stage.images(), output, log, progress, stage, earlier)


def is_right(step: Step, seen: Seen) -> bool:
    """Return whether the result is as expected. An answer of another shape isn't."""
    try:
        return step.check(seen)
    except (LookupError, TypeError, AttributeError):
        return False


def scan(check: Callable[[Seen], bool]) -> Step:
    """Return a step that scans the whole library."""

    def act(stage: Stage, report: ReportProgress) -> tuple[Any, float | None]:
        document = "mutation { metadataScan(input: {}) }"
        return None, stage.watch(stage.server.ask(document)["metadataScan"], report)

    return Step("Scan", act, check)


def button(name: str, check: Callable[[Seen], bool], prepare: Callable[[Stage], object] = bool) -> Step:
    """Return a step that starts a task of the manifest with its default arguments, after `prepare`."""

    def act(stage: Stage, report: ReportProgress) -> tuple[Any, float | None]:
        prepare(stage)
        return None, stage.watch(stage.server.press(name), report)

    return Step(name, act, lambda seen: seen.progress == 1.0 and check(seen))


def operation(
    mode: str, args: Callable[[Stage, dict[str, str]], dict[str, Any]], check: Callable[[Seen], bool]
) -> Step:
    """Return a step that runs an operation. `args` gets the environment and the ids of all images by path."""

    def act(stage: Stage, _report: ReportProgress) -> tuple[Any, float | None]:
        answer = stage.server.operation(mode=mode, **args(stage, stage.server.ids()))
        return (answer.get("data") or {}).get("runPluginOperation"), None

    return Step(mode, act, check)


def only(changes: dict[str, dict[str, tuple[Any, Any]]]) -> Callable[[Seen], bool]:
    """Return a check that exactly these fields changed."""
    return lambda seen: seen.changed == changes


def nothing_changed(seen: Seen) -> bool:
    return seen.changed == {}


def _came_in(seen: Seen) -> bool:
    hooked = seen.stage.hooks()
    images = seen.stage.server.ids()
    in_set = [values for path, values in seen.after.items() if path.startswith(SET)]
    return (
        len(images) == 25
        and sorted(hooked) == sorted(map(int, images.values()))
        and in_set == [SET_VALUES] * 3
        and seen.has_logged("New images: 25 looked at, .* 3 changed")
    )


def _applied(seen: Seen) -> bool:
    lightroom = seen.after["misc/lightroom.jpg"]
    return {"date", "title", "tags"} <= set(seen.changed["misc/lightroom.jpg"]) and bool(lightroom["tags"])


def _outside_picture(stage: Stage) -> str:
    """Create an image file outside the library: a sample file with other bytes."""
    path = os.path.join(stage.outside, "brought in.png")
    with open(os.path.join(stage.server.library, "ai", "comfy.png"), "rb") as source, open(path, "wb") as target:
        target.write(source.read() + b"other bytes")
    return path


def _came_from_outside(seen: Seen) -> bool:
    new = [path for path in seen.after if path not in seen.before]
    return len(new) == 1 and seen.after[new[0]]["title"] == "Brought in" and seen.has_file(new[0])


def _exported(seen: Seen) -> bool:
    tables = list(Path(seen.stage.server.folder, "image_tools", "exports").glob("*.csv"))
    newest = max(tables, key=lambda table: table.stat().st_mtime_ns, default=None)
    if newest is None or not nothing_changed(seen) or not seen.has_logged(re.escape(newest.name)):
        return False
    with open(newest, encoding="utf-8-sig", newline="") as file:
        return len(list(csv.DictReader(file))) == len(seen.after)


def _lay_a_table_out(stage: Stage) -> None:
    """A table that gives one image a title."""
    folder = Path(stage.server.folder, "image_tools", "imports")
    folder.mkdir(exist_ok=True)
    path = os.path.join(stage.server.library, *PLAIN.split("/"))
    (folder / "titles.csv").write_text(f'path,title\n"{path}",From a table\n', encoding="utf-8")


def _gone(seen: Seen, *names: str) -> bool:
    all_gone = seen.changed == {name: {"image": ("there", None)} for name in names}
    return seen.output is True and all_gone and not any(map(seen.has_file, names))


STEPS = (
    scan(_came_in),
    button("Check setup", lambda seen: seen.has_logged("Setup: .* 0 failed") and nothing_changed(seen)),
    button("Image statistics", lambda seen: seen.has_logged("25 images, .* organized") and nothing_changed(seen)),
    operation(
        "find_image",
        lambda _stage, ids: {"id": ids[PLAIN]},
        lambda seen: seen.output["visual_files"][0]["basename"] == "plain.png",
    ),
    operation(
        "find_images",
        lambda _stage, _ids: {"filter_": {"per_page": 2}, "q": '"Red Dress"'},
        lambda seen: (seen.output["count"], len(seen.output["images"])) == (3, 2),
    ),
    operation(
        "update_image",
        lambda _stage, ids: {"image": {"id": ids[PLAIN], "title": "Plain", "date": "2024-05", "details": None}},
        only({PLAIN: {"title": (None, "Plain"), "date": (None, "2024-05")}}),
    ),
    operation(
        "bulk_image_update",
        lambda _stage, ids: {
            "input_data": {"ids": [ids[page] for page in PAGES], "rating100": 80},
            "return_fields": "id",
        },
        only({page: {"rating100": (None, 80)} for page in PAGES}),
    ),
    operation(
        "images_update",
        lambda _stage, ids: {
            "updates": [
                {"id": ids[PLAIN], "title": None},
                {"id": "999999", "title": "nobody"},
                {"id": ids[WEBP], "urls": ["https://example.org/photo"], "organized": True},
            ]
        },
        lambda seen: (
            seen.output[1] is None
            and seen.has_logged("Image 999999 was not updated")
            and seen.changed
            == {
                PLAIN: {"title": ("Plain", None)},
                WEBP: {"urls": (None, ["https://example.org/photo"]), "organized": (None, True)},
            }
        ),
    ),
    operation("image_increment_o", lambda _stage, ids: {"id": ids[PLAIN]}, only({PLAIN: {"o_counter": (None, 1)}})),
    operation("image_increment_o", lambda _stage, ids: {"id": ids[PLAIN]}, only({PLAIN: {"o_counter": (1, 2)}})),
    operation("image_decrement_o", lambda _stage, ids: {"id": ids[PLAIN]}, only({PLAIN: {"o_counter": (2, 1)}})),
    operation("image_reset_o", lambda _stage, ids: {"id": ids[PLAIN]}, only({PLAIN: {"o_counter": (1, None)}})),
    operation(
        "create_image",
        lambda stage, _ids: {"image": {"title": "Brought in", "path": _outside_picture(stage)}},
        _came_from_outside,
    ),
    button("Check rules", lambda seen: bool(seen.log) and nothing_changed(seen)),
    button("Preview rules", lambda seen: seen.has_logged("[Ww]ould change") and nothing_changed(seen)),
    button("Apply rules", _applied),
    button("Undo", lambda seen: seen.after == seen.earlier["Apply rules"].before and bool(seen.changed)),
    button("Export images (CSV)", _exported),
    button(
        "Preview CSV import",
        lambda seen: seen.has_logged("1 images would change") and nothing_changed(seen),
        _lay_a_table_out,
    ),
    button("Apply CSV import", only({PLAIN: {"title": (None, "From a table")}})),
    button("Apply rules to new images", lambda seen: bool(seen.log) and nothing_changed(seen)),
    operation(
        "image_destroy",
        lambda _stage, ids: {"input_data": {"id": ids[PLAIN], "delete_file": True}, "confirm": 1},
        lambda seen: _gone(seen, PLAIN),
    ),
    operation(
        "images_destroy",
        lambda _stage, ids: {"input_data": {"ids": [ids[name] for name in GONE], "delete_file": True}, "confirm": 2},
        lambda seen: _gone(seen, *GONE),
    ),
)
