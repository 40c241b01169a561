"""Hooks: when they run, with what, and why they cannot run for ever."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from tests.fake_stash import FakeStash
from tests.support.script_plugin import write_plugin

NOTE = """
with open(f"{HERE}/calls.jsonl", "a") as file:
    file.write(json.dumps(args["hookContext"]) + "\\n")
print("{}")
"""
KINDS = ("Image", "Gallery", "Tag", "Studio", "Performer")
EVERYTHING = [f"{kind}.{event}.Post" for kind in KINDS for event in ("Create", "Update", "Destroy")]
HOOK = [{"name": "all", "triggeredBy": [*EVERYTHING, "Tag.Merge.Post"]}]

UPDATE_AGAIN = """
import urllib.request
connection = given["server_connection"]
cookie = connection["SessionCookie"]["Value"]
with open(f"{HERE}/calls.jsonl", "a") as file:
    file.write(json.dumps(args["hookContext"]) + "\\n")
body = json.dumps({"query": "mutation { imageUpdate(input: {id: 1, rating100: 5}) { id } }"})
request = urllib.request.Request(
    f"http://127.0.0.1:{connection['Port']}/graphql",
    body.encode(),
    {"Content-Type": "application/json", "Cookie": f"session={cookie}"},
)
urllib.request.urlopen(request).read()
print("{}")
"""


def calls(folder: str) -> list[dict[str, Any]]:
    """The hook contexts since the last look."""
    noted = Path(folder) / "calls.jsonl"
    found = [json.loads(line) for line in noted.read_text().splitlines()] if noted.exists() else []
    noted.unlink(missing_ok=True)
    return found


@pytest.fixture(scope="module")
def hooked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FakeStash, str]]:
    """A fake server with three images whose every event is noted, and the folder of the notes."""
    folder = write_plugin(tmp_path_factory.mktemp("plugin") / "script", NOTE, hooks=HOOK)
    with FakeStash(plugin=folder, images=3) as fake:
        yield fake, folder


ALL_OF_AN_IMAGE = {
    "clientMutationId", "id", "title", "code", "urls", "date", "details", "photographer", "rating100", "organized",
    "scene_ids", "studio_id", "tag_ids", "performer_ids", "gallery_ids", "primary_file_id", "url",
}  # fmt: skip


def test_an_update_shows_all_of_its_input(hooked: tuple[FakeStash, str]) -> None:
    fake, folder = hooked
    fake.execute('mutation { imageUpdate(input: {id: 1, title: "t", date: null}) { id } }')
    (call,) = calls(folder)
    assert (call["id"], call["type"], sorted(call["inputFields"])) == (1, "Image.Update.Post", ["date", "id", "title"])
    assert set(call["input"]) == ALL_OF_AN_IMAGE
    assert {name: value for name, value in call["input"].items() if value is not None} == {"id": "1", "title": "t"}


EVENTS: dict[str, tuple[str, list[tuple[int, str, Any]]]] = {
    "bulk, once for each image": (
        "mutation { bulkImageUpdate(input: {ids: [1, 2], rating100: 5}) { id } }",
        [(each, "Image.Update.Post", {"ids": ["1", "2"], "rating100": 5}) for each in (1, 2)],
    ),
    "lists with a mode, without what is empty": (
        "mutation { bulkImageUpdate(input: {ids: [1], tag_ids: {ids: [], mode: ADD}}) { id } }",
        [(1, "Image.Update.Post", {"ids": ["1"], "tag_ids": {"mode": "ADD"}})],
    ),
    "a new tag, without what is empty": (
        'mutation { tagCreate(input: {name: "a", aliases: [], parent_ids: []}) { id } }',
        [(1, "Tag.Create.Post", {"name": "a"})],
    ),
    "a changed tag": (
        "mutation { tagUpdate(input: {id: 1, description: null}) { id } }",
        [(1, "Tag.Update.Post", {"id": "1"})],
    ),
    "a merge": (
        'mutation { tagCreate(input: {name: "b"}) { id } tagsMerge(input: {source: [2], destination: 1}) { id } }',
        [(2, "Tag.Create.Post", {"name": "b"}), (1, "Tag.Merge.Post", {"source": ["2"], "destination": "1"})],
    ),
    "a counter, silently": ("mutation { imageIncrementO(id: 1) }", []),
    "a refused change, silently": ("mutation { imageUpdate(input: {id: 99}) { id } }", []),
    "a change that was taken back, silently": (
        "mutation { imagesUpdate(input: [{id: 1, rating100: 7}, {id: 99}]) { id } }",
        [],
    ),
    "a removal": (
        "mutation { imageDestroy(input: {id: 3, delete_file: true}) }",
        [
            (
                3,
                "Image.Destroy.Post",
                {"id": "3", "delete_file": True, "delete_generated": None, "checksum": "", "path": ""},
            )
        ],
    ),
}


@pytest.mark.parametrize(("query", "expected"), EVENTS.values(), ids=EVENTS)
def test_events(hooked: tuple[FakeStash, str], query: str, expected: list[tuple[int, str, Any]]) -> None:
    fake, folder = hooked
    fake.execute(query)
    assert [(call["id"], call["type"], call["input"]) for call in calls(folder)] == expected


def test_a_scan_waits_for_its_hooks(tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    for name in ("a.png", "b.png"):
        Image.new("RGB", (ord(name[0]), 3)).save(library / name)
    folder = write_plugin(tmp_path / "script", NOTE, hooks=HOOK)
    with FakeStash(library=str(library), plugin=folder) as fake:
        fake.scan()
        fake.wait_idle()
        assert [(call["type"], call["input"]) for call in calls(folder)] == [("Image.Create.Post", None)] * 2
        fake.scan()
        fake.wait_idle()
        assert calls(folder) == []


def test_a_hook_that_causes_itself_stops(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path / "script", UPDATE_AGAIN, hooks=[{"triggeredBy": ["Image.Update.Post"]}])
    with FakeStash(plugin=folder, images=1) as fake:
        query = 'mutation { imageUpdate(input: {id: 1, title: "t"}) { id } }'
        requests.post(f"{fake.url}/graphql", json={"query": query}, timeout=60)
        assert len(calls(folder)) == 10
        assert len([line for line in fake.logs.messages("Debug") if "cyclic loop detected" in line]) == 1


def test_a_hook_that_fails_harms_nobody(tmp_path: Path) -> None:
    code = 'print(json.dumps({"error": "no"}))\nsys.exit(1)\n'
    folder = write_plugin(tmp_path / "script", code, hooks=HOOK)
    with FakeStash(plugin=folder, images=1) as fake:
        body = fake.execute('mutation { imageUpdate(input: {id: 1, title: "t"}) { title } }')
        assert body == {"data": {"imageUpdate": {"title": "t"}}}
        assert fake.logs.messages("Error") == ["Image.Update.Post [Script]: returned error: no"]
