"""The rules' pages cannot drift: every entry has its heading and an example that loads, every recipe does what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lib.changes import ImageChange
from lib.rules import Engine, check_rules, load_rules
from lib.rules.conditions import CONDITIONS
from lib.rules.conditions.fields import plain
from lib.rules.filters import FILTERS
from lib.rules.sources import SOURCES
from tests.rules.factories import Book, image, reader
from tests.support.sample_library import lay_out, truth_file
from tests.support.server import ROOT

RULES = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
RECIPES = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
SAMPLE = (ROOT / "assets" / "rules-sample.yaml").read_text(encoding="utf-8")


def blocks(page: str) -> list[str]:
    """The YAML blocks of a page."""
    return re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)


def sections(page: str, mark: str) -> dict[str, str]:
    """Heading -> what stands below it, for the headings with this mark."""
    parts = re.split(rf"^{mark} (.+)$", page, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize("text", [*blocks(RULES), *blocks(RECIPES), SAMPLE])
def test_every_example_loads_without_a_warning(text: str) -> None:
    check = check_rules(text)
    assert (check.errors, check.warnings) == ([], [])
    assert check.ruleset is not None
    assert check.ruleset.rules


TABLES = [("Conditions", CONDITIONS), ("Sources", SOURCES), ("Filters", FILTERS)]


@pytest.mark.parametrize(("chapter", "table"), TABLES)
def test_every_entry_has_a_heading_and_an_example_that_uses_it(chapter: str, table: dict[str, Any]) -> None:
    found = sections(sections(RULES, "##")[chapter], "###")
    assert [name for name in found if name != "any source by its name"] == sorted(table, key=list(found).index)
    for name in table:
        assert any(re.search(rf"[{{|(\s]{re.escape(name)}\b", text) for text in blocks(found[name])), name


def test_links_lead_somewhere() -> None:
    for page in (RULES, RECIPES):
        headings = {
            re.sub(r"[^\w -]", "", name).replace(" ", "-").lower()
            for name in re.findall(r"^#+ (.+)$", page, re.MULTILINE)
        }
        for target in re.findall(r"\]\(#([^)]+)\)", page):
            assert target in headings


def test_the_sample_changes_nothing_by_itself() -> None:
    rules = load_rules(SAMPLE).rules
    assert {rule.mode for rule in rules} == {"preview"}
    assert SAMPLE.count("\n- name: ") == SAMPLE.count("\n  mode: preview") - 1 == len(rules)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("library")
    lay_out(str(place))
    return place


TRUTH: dict[str, dict[str, Any]] = {
    path: facts
    for path, facts in json.loads(Path(truth_file()).read_text(encoding="utf-8")).items()
    if not facts.keys() & {"empty", "same_as"}
}
GALLERY = {
    "id": "1",
    "title": "Book",
    "date": "1999",
    "photographer": "Anon",
    "studio": {"id": "1", "name": "Press"},
    "tags": [{"id": "1", "name": "Comic"}],
    "performers": [],
}
BOOK = Book(tags=["Comic"], studios=["Press"])


def recipe(name: str, library: Path) -> dict[str, dict[str, Any]]:
    """What the recipe would do to each image of the sample library: path -> field -> value."""
    (text,) = blocks(sections(RECIPES, "##")[name])
    engine = Engine(
        load_rules(text.replace("mode: preview", "mode: apply")),
        BOOK,
        libraries=[str(library)],
        files=reader((str(library),)),
    )
    return {path: dict(_after(engine.plan(_image(library, path, facts)).change)) for path, facts in TRUTH.items()}


def _image(library: Path, path: str, facts: dict[str, Any]) -> dict[str, Any]:
    width, height = facts.get("size", (0, 0))
    file = {"width": width, "height": height, "zip_file_id": "3" if facts.get("zip") else None}
    return image(f"{library}/{path}", file=file, galleries=[GALLERY] if facts.get("zip") else [])


def _after(change: ImageChange) -> Iterator[tuple[str, Any]]:
    for field in change.changes:
        yield field.field, plain(field.after)


def told(key: str, *paths: str) -> dict[str, Any]:
    """What truth.json says: path -> value, for the paths that begin so."""
    return {path: facts[key] for path, facts in TRUTH.items() if facts.get(key) and path.startswith(paths or ("",))}


def written(done: dict[str, dict[str, Any]], field: str) -> dict[str, Any]:
    return {path: fields[field] for path, fields in done.items() if field in fields}


def test_gallery_dl_folders(library: Path) -> None:
    done = recipe("gallery-dl folders", library)
    assert written(done, "photographer") == told("photographer", "gallery-dl")
    assert list(written(done, "tags").values()) == [["Danbooru"]]


def test_gallery_dl_json(library: Path) -> None:
    done = recipe("gallery-dl JSON", library)
    assert written(done, "date") == told("date", "gallery-dl")
    assert written(done, "photographer") == told("photographer", "gallery-dl")
    assert {path: sorted(tags) for path, tags in written(done, "tags").items()} == told("keywords", "gallery-dl")
    assert written(done, "urls") == {path: [url] for path, url in told("url").items()}


def test_date_taken(library: Path) -> None:
    done = recipe("Date taken", library)
    assert written(done, "date") == told("date", "photos", "misc", "gallery-dl")


def test_keywords_and_stars(library: Path) -> None:
    done = recipe("Lightroom or digiKam keywords and stars", library)
    places = ("photos", "misc")
    assert written(done, "title") == told("title", *places)
    assert written(done, "photographer") == told("photographer", *places)
    assert written(done, "details") == told("details", *places)
    assert written(done, "rating100") == {path: stars * 20 for path, stars in told("rating", *places).items()}
    tags = {
        path: {tag.replace("Black and White", "b&w") for tag in names} for path, names in written(done, "tags").items()
    }
    assert tags == {path: set(names) for path, names in told("keywords", *places).items()}


def test_prompts(library: Path) -> None:
    done = recipe("AI prompts and models", library)
    assert written(done, "details") == told("details", "ai")
    tags = written(done, "tags")
    for path, names in told("keywords", "ai").items():
        assert set(tags[path]) == {*names, TRUTH[path]["model"]}


def test_folder_tags(library: Path) -> None:
    tags = written(recipe("Folder tags", library), "tags")
    assert tags["photos/2011/IMG_20110501_183000.jpg"] == ["photos"]
    assert tags["comics/book.zip/page01.jpg"] == ["comics"]
    assert tags["sets/Grace Hopper/[2022-05-28] Studio Blue - Red Dress/001.jpg"] == ["sets", "Grace Hopper"]
    assert not [path for path in tags if path.startswith("misc")]


def test_resolution_tag(library: Path) -> None:
    small = {path for path, facts in TRUTH.items() if "size" in facts and facts["size"][0] * facts["size"][1] < 30_000}
    tags = written(recipe("Resolution tag", library), "tags")
    assert tags == {path: ["Low resolution"] for path in TRUTH if path in small}
    assert len(small) < len(TRUTH)


def test_performer_from_the_name(library: Path) -> None:
    done = recipe("Performer from file name", library)
    assert written(done, "performers") == {path: [name] for path, name in told("performer").items()}
    for field in ("title", "date", "studio"):
        assert written(done, field) == told(field, "sets")


def test_review_queue(library: Path) -> None:
    assert written(recipe("Review queue", library), "tags") == {path: ["Review"] for path in TRUTH}
    (text,) = blocks(sections(RECIPES, "##")["Review queue"])
    engine = Engine(load_rules(text.replace("preview", "apply")), Book(tags=["Review"]))
    titled = image(title="done", tags=[{"id": "1", "name": "Review"}])
    assert dict(_after(engine.plan(titled).change)) == {"tags": []}


def test_from_the_gallery(library: Path) -> None:
    done = recipe("From the gallery", library)
    pages = {path for path, facts in TRUTH.items() if facts.get("zip")}
    expected = {"date": "1999", "studio": "Press", "photographer": "Anon", "tags": ["Comic"]}
    assert {path: fields for path, fields in done.items() if fields} == dict.fromkeys(pages, expected)


def test_there_are_ten_recipes_and_all_are_on_preview() -> None:
    assert len(sections(RECIPES, "##")) == 10
    assert {rule.mode for text in blocks(RECIPES) for rule in load_rules(text).rules} == {"preview"}
