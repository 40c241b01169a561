"""A plan that the tests of pages, groups and decisions share: 30 images, four rules, two folders."""

from __future__ import annotations

from lib.changes import FieldChange, ImageChange, Ref
from lib.runs.database import Database
from lib.runs.history import History
from lib.runs.plans import Plan, PlanEntry

BLUE, RED, OLD, GREEN = Ref("1", "Blue"), Ref("2", "Red"), Ref("3", "Old"), Ref("4", "Green")
COUNT = 30


def title(image: int) -> FieldChange:
    """A title of its own for each image."""
    return FieldChange("title", None, f"Title {image}", ("titles",))


def tags(*rules: str) -> FieldChange:
    """Adds Blue and Red, and removes Old; by one rule, or by one for each of the three."""
    return FieldChange("tags", (OLD,), (BLUE, RED), tuple(dict.fromkeys(rules)), (BLUE, RED), (OLD,), rules)


def studio(name: str) -> FieldChange:
    return FieldChange("studio", None, Ref(name, name), ("studios",))


def entry(image: int) -> PlanEntry:
    """A title for every image; from 11 a studio, from 21 tags by several rules, and for 1 a change by a preview."""
    changes = [title(image)]
    if image > 10:
        changes.append(studio("Alpha" if image < 25 else "Beta"))
    if image > 20:
        changes.append(tags("blue", "red", "red"))
    previewed = {"only preview": (FieldChange("code", None, "x", ("only preview",)),)} if image == 1 else {}
    folder = "/lib/first" if image <= 20 else "/lib/second"
    planned = ImageChange(str(image), f"{folder}/IMG_{image}.jpg", "", organized=False, changes=tuple(changes))
    return PlanEntry(planned, previewed)


def saved_plan(db: Database, count: int = COUNT) -> int:
    """Save the plan, and return its id."""
    run = History(db).begin("rules_preview")
    Plan(db, run).add(map(entry, range(1, count + 1)))
    return run


def written(store: Database, plan: int) -> dict[str, set[str]]:
    """What an apply writes to each field: values, and items of lists with + or -."""
    result: dict[str, set[str]] = {}
    for image in Plan(store, plan).images(["planned"], 0, 500):
        for change in image.changes:
            result.setdefault(change.field, set()).update(_texts(change))
    return result


def _texts(change: FieldChange) -> list[str]:
    if change.field != "tags":
        return [getattr(change.after, "name", change.after)]
    return [f"+{item.name}" for item in change.add] + [f"-{item.name}" for item in change.remove]
