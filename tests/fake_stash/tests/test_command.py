"""The fake server as a program, and in the hands of tests."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.fake_stash import FakeStash
from tests.support.sample_library import KEPT, lay_out, truth_file

ROOT = Path(__file__).parents[3]


@contextmanager
def program(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The program while it runs, and the address that it prints."""
    command = [sys.executable, "-m", "tests.fake_stash", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.terminate()
            process.wait(10)


def test_it_prints_its_address_and_ends_when_told(tmp_path: Path) -> None:
    with program("--library", str(tmp_path)) as (process, url):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url)
        body = {"query": "{ version { version } systemStatus { status } }"}
        answer = requests.post(f"{url}/graphql", json=body, timeout=10).json()
        assert answer["data"] == {"version": {"version": "v0.30.1"}, "systemStatus": {"status": "OK"}}
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_options_reach_the_server(tmp_path: Path) -> None:
    options = ("--library", str(tmp_path), "--images", "1000", "--version", "v0.29.0", "--username", "u")
    with program(*options, "--password", "p") as (_, url):
        assert requests.post(f"{url}/graphql", json={"query": "{ version { version } }"}, timeout=10).status_code == 401
        with requests.Session() as session:
            session.post(f"{url}/login", data={"username": "u", "password": "p"}, timeout=10)
            body = {"query": "{ version { version } findImages { count } }"}
            answer = session.post(f"{url}/graphql", json=body, timeout=10).json()
    assert answer["data"] == {"version": {"version": "v0.29.0"}, "findImages": {"count": 1000}}


def test_made_up_images() -> None:
    with FakeStash(images=3) as fake:
        query = '{ findImages(filter: {sort: "id"}) { count images { id title visual_files { __typename } } } }'
        found = fake.execute(query)["data"]["findImages"]
    assert found["count"] == 3
    assert found["images"][2] == {"id": "3", "title": "Image 3", "visual_files": []}


def test_stand_ins_side_by_side() -> None:
    with FakeStash(images=1) as one, FakeStash(images=2) as other:
        assert one.url != other.url
        counts = [fake.execute("{ findImages { count } }")["data"]["findImages"]["count"] for fake in (one, other)]
    assert counts == [1, 2]


def test_nothing_is_left_behind() -> None:
    with FakeStash() as fake:
        home = os.path.dirname(fake.library)
        assert os.path.isdir(home)
    assert not os.path.exists(home)


def test_the_library_has_its_true_names(tmp_path: Path) -> None:
    lay_out(str(tmp_path / "library"))
    laid_out = {str(path.relative_to(tmp_path / "library")) for path in (tmp_path / "library").rglob("*")}
    assert "misc/new\nline.png" in laid_out
    assert "misc/new_line.png" not in laid_out
    assert "truth.json" not in laid_out
    assert not any(set(name) & set('\n"*:<>?|') for name in kept_names())


def kept_names() -> list[str]:
    """The names of the kept library's files."""
    return [name for _, _, names in os.walk(KEPT) for name in names]


def test_the_truth_names_what_is_laid_out(tmp_path: Path) -> None:
    lay_out(str(tmp_path))
    truth = json.loads(Path(truth_file()).read_text(encoding="utf-8"))
    assert [path for path, known in truth.items() if not known.get("zip") and not (tmp_path / path).exists()] == []


OLDER = {
    "a field of v0.30 in v0.29": ("v0.29.2", "{ findImages(image_filter: {files_filter: {}}) { count } }", False),
    "the same in v0.30": ("v0.30.1", "{ findImages(image_filter: {files_filter: {}}) { count } }", True),
    "a query of v0.29 in v0.25": ("v0.25.1", "{ findFiles { count } }", False),
    "rescan in v0.25": ("v0.25.1", "mutation { metadataScan(input: {rescan: true}) }", False),
    "the same in v0.26": ("v0.26.0", "mutation { metadataScan(input: {rescan: true}) }", True),
    "a job's error in v0.25": ("v0.25.1", "{ jobQueue { error } }", False),
}


BY_IDS = {
    "an id twice in v0.30": ("v0.30.1", "[1, 1]", "validating ids: duplicate id found: 1"),
    "an id twice in v0.29": ("v0.29.0", "[1, 1]", "image with id 1 not found"),
    "no id in v0.30": ("v0.30.1", '["x"]', 'converting ids: strconv.Atoi: parsing "x": invalid syntax'),
    "no id in v0.29": ("v0.29.0", '["x"]', 'strconv.Atoi: parsing "x": invalid syntax'),
    "an unknown id in v0.26": ("v0.26.0", "[1, 9]", "image with id 9 not found"),
    "an unknown id in v0.25": ("v0.25.1", "[1, 9]", None),
}


@pytest.mark.parametrize(("version", "wanted", "message"), BY_IDS.values(), ids=BY_IDS)
def test_images_by_ids_in_older_versions(version: str, wanted: str, message: str | None) -> None:
    with FakeStash(version=version, images=1) as fake:
        body = fake.execute(f"{{ findImages(ids: {wanted}) {{ count images {{ id }} }} }}")
    if message is None:
        assert body["data"]["findImages"] == {"count": 0, "images": []}
    else:
        assert [error["message"] for error in body["errors"]] == [message]


@pytest.mark.parametrize(("version", "status"), [("v0.28.1", 422), ("v0.29.0", 400)])
def test_the_accept_header_in_older_versions(version: str, status: int) -> None:
    with FakeStash(version=version) as fake:
        body, headers = {"query": "{ nonsense }"}, {"Accept": "*/*"}
        assert requests.post(f"{fake.url}/graphql", json=body, headers=headers, timeout=10).status_code == status


@pytest.mark.parametrize(("version", "query", "served"), OLDER.values(), ids=OLDER)
def test_older_versions(version: str, query: str, served: bool) -> None:
    with FakeStash(version=version) as fake:
        assert ("errors" not in fake.execute(query)) == served
        assert fake.execute("{ version { version } }")["data"] == {"version": {"version": version}}
