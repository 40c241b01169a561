"""Every value of the sample library's truth.json that is embedded, or in an .xmp beside the picture."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from lib.metadata import FIELDS, Metadata, read_metadata, read_xmp, with_sidecar

LIBRARY = Path(__file__).parents[1] / "data" / "library"
TRUTH: dict[str, dict[str, Any]] = json.loads((LIBRARY / "truth.json").read_text())
# What truth.json calls the values -> ours. Keywords of a prompt, and what comes from paths or from JSON, are others' work.
NAMES = {
    "date": "date",
    "title": "title",
    "photographer": "creator",
    "keywords": "keywords",
    "rating": "rating",
    "model": "model",
}
EMBEDDED = {
    path: {name: fact for name, fact in facts.items() if (path, name) != ("ai/a1111.png", "keywords")}
    for path, facts in TRUTH.items()
    if facts.get("sidecar") != "json" and not path.startswith("sets/") and (LIBRARY / path).is_file()
}


def read(path: str) -> Metadata:
    with (LIBRARY / path).open("rb") as file:
        metadata = read_metadata(file)
    for sidecar in (LIBRARY / f"{path}.xmp", (LIBRARY / path).with_suffix(".xmp")):
        if sidecar.is_file():
            values, problems = read_xmp(sidecar.read_bytes())
            assert problems == []
            metadata = with_sidecar(metadata, values)
    return metadata


def in_order(value: object) -> object:
    return sorted(value) if isinstance(value, list) else value


@pytest.mark.parametrize("path", EMBEDDED)
def test_values_arrive(path: str) -> None:
    metadata, facts = read(path), EMBEDDED[path]
    found = {name: FIELDS[field](metadata) for name, field in NAMES.items()}
    assert {name: in_order(value) for name, value in found.items()} == {name: facts.get(name) for name in NAMES}


@pytest.mark.parametrize("path", [path for path, facts in EMBEDDED.items() if "details" in facts])
def test_prompts_and_captions_are_details(path: str) -> None:
    field = "prompt" if path.startswith("ai/") else "description"
    assert FIELDS[field](read(path)) == EMBEDDED[path]["details"]


@pytest.mark.parametrize("path", [path for path, facts in EMBEDDED.items() if {"empty", "invalid"} & facts.keys()])
def test_other_files_have_a_problem(path: str) -> None:
    assert len(read(path).problems) == 1


@pytest.mark.parametrize("path", [path for path, facts in EMBEDDED.items() if not {"empty", "invalid"} & facts.keys()])
def test_images_have_no_problems(path: str) -> None:
    assert read(path).problems == []


def test_members_of_a_zip_are_read() -> None:
    with zipfile.ZipFile(LIBRARY / "comics/book.zip") as book:
        member = io.BytesIO(book.read("page01.jpg"))
    assert read_metadata(member).problems == []
