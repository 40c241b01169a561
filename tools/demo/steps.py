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

from tools.demo.environment import Environment, Observation, ReportProgress

SET = "sets/Grace Hopper/[2022-05-28] Studio Blue - Red Dress"
SET_VALUES = {
    "title": "Red Dress",
    "date": "2022-05-28",
    "studio": "Studio Blue",
    "performers": ["Grace Hopper"],
}
PLAIN, WEBP = "misc/plain.png", "misc/photo.webp"
PAGES = [f"comics/book.zip/page0{number}.jpg" for number in (1, 2, 3)]
DELETED = [f"photos/{name}.jpg" for name in ("bad_date", "iptc_only")]

Act = Callable[[Environment, ReportProgress], tuple[Any, float | None]]


@dataclass(frozen=True)
class Step:
    """A step with its name, its call (`act`) and the check of its result."""

    name: str
    act: Act
    check: Callable[[Observation], bool]


def perform(
    step: Step,
    environment: Environment,
    earlier: Mapping[str, Observation],
    report: ReportProgress = lambda _progress: None,
) -> Observation:
    """Run a step and return its result."""
    before, old_log = environment.images(), environment.log()
    output, progress = step.act(environment, report)
    environment.server.wait_idle()
    log = [line for time, line in environment.log() if (time, line) not in old_log]
    return Observation(before, environment.images(), output, log, progress, environment, earlier)


def has_expected_result(step: Step, observation: Observation) -> bool:
    """Return whether the result is as expected. An answer of another shape isn't."""
    try:
        return step.check(observation)
    except (LookupError, TypeError, AttributeError):
        return False


def scan(check: Callable[[Observation], bool]) -> Step:
    """Return a step that scans the whole library."""

    def act(environment: Environment, report: ReportProgress) -> tuple[Any, float | None]:
        document = "mutation { metadataScan(input: {}) }"
        return None, environment.watch(environment.server.ask(document)["metadataScan"], report)

    return Step("Scan", act, check)


def button(name: str, check: Callable[[Observation], bool], prepare: Callable[[Environment], object] = bool) -> Step:
    """Return a step that starts a task of the manifest with its default arguments, after `prepare`."""

    def act(environment: Environment, report: ReportProgress) -> tuple[Any, float | None]:
        prepare(environment)
        return None, environment.watch(environment.server.press(name), report)

    return Step(name, act, lambda observation: observation.progress == 1.0 and check(observation))


def operation(
    mode: str, args: Callable[[Environment, dict[str, str]], dict[str, Any]], check: Callable[[Observation], bool]
) -> Step:
    """Return a step that runs an operation. `args` gets the environment and the ids of all images by path."""

    def act(environment: Environment, _report: ReportProgress) -> tuple[Any, float | None]:
        answer = environment.server.operation(mode=mode, **args(environment, environment.server.ids()))
        return (answer.get("data") or {}).get("runPluginOperation"), None

    return Step(mode, act, check)


def changed_exactly(changes: dict[str, dict[str, tuple[Any, Any]]]) -> Callable[[Observation], bool]:
    """Return a check that exactly these fields changed."""
    return lambda observation: observation.changed == changes


def is_unchanged(observation: Observation) -> bool:
    """Return whether the step changed no image."""
    return observation.changed == {}


def _scanned(observation: Observation) -> bool:
    hook_ids = observation.environment.hooks()
    images = observation.environment.server.ids()
    in_set = [values for path, values in observation.after.items() if path.startswith(SET)]
    return (
        len(images) == 25
        and sorted(hook_ids) == sorted(map(int, images.values()))
        and in_set == [SET_VALUES] * 3
        and observation.has_logged("New images: 25 processed, .* 3 changed")
    )


def _applied(observation: Observation) -> bool:
    lightroom = observation.after["misc/lightroom.jpg"]
    return {"date", "title", "tags"} <= set(observation.changed["misc/lightroom.jpg"]) and bool(lightroom["tags"])


def _write_outside_image(environment: Environment) -> str:
    """Create an image file outside the library: a sample file with other bytes."""
    path = os.path.join(environment.outside, "brought in.png")
    with open(os.path.join(environment.server.library, "ai", "comfy.png"), "rb") as source, open(path, "wb") as target:
        target.write(source.read() + b"other bytes")
    return path


def _created(observation: Observation) -> bool:
    new = [path for path in observation.after if path not in observation.before]
    return len(new) == 1 and observation.after[new[0]]["title"] == "Brought in" and observation.has_file(new[0])


def _exported(observation: Observation) -> bool:
    tables = list(Path(observation.environment.server.folder, "image_tools", "exports").glob("*.csv"))
    newest = max(tables, key=lambda table: table.stat().st_mtime_ns, default=None)
    if newest is None or not is_unchanged(observation) or not observation.has_logged(re.escape(newest.name)):
        return False
    with open(newest, encoding="utf-8-sig", newline="") as file:
        return len(list(csv.DictReader(file))) == len(observation.after)


def _write_table(environment: Environment) -> None:
    """Write a table with a title for one image."""
    folder = Path(environment.server.folder, "image_tools", "imports")
    folder.mkdir(exist_ok=True)
    path = os.path.join(environment.server.library, *PLAIN.split("/"))
    (folder / "titles.csv").write_text(f'path,title\n"{path}",From a table\n', encoding="utf-8")


def _deleted(observation: Observation, *names: str) -> bool:
    are_missing = observation.changed == {name: {"image": ("exists", "missing")} for name in names}
    return observation.output is True and are_missing and not any(map(observation.has_file, names))


STEPS = (
    scan(_scanned),
    button(
        "Check setup", lambda observation: observation.has_logged("Setup: .* 0 failed") and is_unchanged(observation)
    ),
    button(
        "Image statistics",
        lambda observation: observation.has_logged("25 images, .* organized") and is_unchanged(observation),
    ),
    operation(
        "find_image",
        lambda _environment, ids: {"id": ids[PLAIN]},
        lambda observation: observation.output["visual_files"][0]["basename"] == "plain.png",
    ),
    operation(
        "find_images",
        lambda _environment, _ids: {"filter_": {"per_page": 2}, "q": '"Red Dress"'},
        lambda observation: (observation.output["count"], len(observation.output["images"])) == (3, 2),
    ),
    operation(
        "update_image",
        lambda _environment, ids: {"image": {"id": ids[PLAIN], "title": "Plain", "date": "2024-05", "details": None}},
        changed_exactly({PLAIN: {"title": (None, "Plain"), "date": (None, "2024-05")}}),
    ),
    operation(
        "bulk_image_update",
        lambda _environment, ids: {
            "input_data": {"ids": [ids[page] for page in PAGES], "rating100": 80},
            "return_fields": "id",
        },
        changed_exactly({page: {"rating100": (None, 80)} for page in PAGES}),
    ),
    operation(
        "images_update",
        lambda _environment, ids: {
            "updates": [
                {"id": ids[PLAIN], "title": None},
                {"id": "999999", "title": "missing"},
                {"id": ids[WEBP], "urls": ["https://example.org/photo"], "organized": True},
            ]
        },
        lambda observation: (
            observation.output[1] is None
            and observation.has_logged("Image 999999 was not updated")
            and observation.changed
            == {
                PLAIN: {"title": ("Plain", None)},
                WEBP: {"urls": (None, ["https://example.org/photo"]), "organized": (None, True)},
            }
        ),
    ),
    operation(
        "image_increment_o",
        lambda _environment, ids: {"id": ids[PLAIN]},
        changed_exactly({PLAIN: {"o_counter": (None, 1)}}),
    ),
    operation(
        "image_increment_o",
        lambda _environment, ids: {"id": ids[PLAIN]},
        changed_exactly({PLAIN: {"o_counter": (1, 2)}}),
    ),
    operation(
        "image_decrement_o",
        lambda _environment, ids: {"id": ids[PLAIN]},
        changed_exactly({PLAIN: {"o_counter": (2, 1)}}),
    ),
    operation(
        "image_reset_o",
        lambda _environment, ids: {"id": ids[PLAIN]},
        changed_exactly({PLAIN: {"o_counter": (1, None)}}),
    ),
    operation(
        "create_image",
        lambda environment, _ids: {"image": {"title": "Brought in", "path": _write_outside_image(environment)}},
        _created,
    ),
    button("Check rules", lambda observation: bool(observation.log) and is_unchanged(observation)),
    button(
        "Preview rules", lambda observation: observation.has_logged("[Ww]ould change") and is_unchanged(observation)
    ),
    button("Apply rules", _applied),
    button(
        "Undo",
        lambda observation: (
            observation.after == observation.earlier["Apply rules"].before and bool(observation.changed)
        ),
    ),
    button("Export images (CSV)", _exported),
    button(
        "Preview CSV import",
        lambda observation: observation.has_logged("1 images would change") and is_unchanged(observation),
        _write_table,
    ),
    button("Apply CSV import", changed_exactly({PLAIN: {"title": (None, "From a table")}})),
    button("Apply rules to new images", lambda observation: bool(observation.log) and is_unchanged(observation)),
    operation(
        "image_destroy",
        lambda _environment, ids: {"input_data": {"id": ids[PLAIN], "delete_file": True}, "confirm": 1},
        lambda observation: _deleted(observation, PLAIN),
    ),
    operation(
        "images_destroy",
        lambda _environment, ids: {
            "input_data": {"ids": [ids[name] for name in DELETED], "delete_file": True},
            "confirm": 2,
        },
        lambda observation: _deleted(observation, *DELETED),
    ),
)
