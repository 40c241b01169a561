"""The fake server's web UI, which gives plugins what Stash's own does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.fake_stash import FakeStash
from tests.fake_stash.web import host

PACKAGES = json.loads((host.MODULES.parent / "package.json").read_text(encoding="utf-8"))["devDependencies"]
STASH = {
    "react": "17.0.2",
    "react-dom": "17.0.2",
    "react-router-dom": "5.3.4",
    "react-bootstrap": "1.6.6",
    "bootstrap": "4.6.2",
    "mousetrap": "1.6.5",
}
"""The libraries of Stash v0.30 in its versions, which its ui/v2.5/package.json names."""


@pytest.fixture(scope="module")
def serving() -> Iterator[FakeStash]:
    with FakeStash() as fake:
        yield fake


def get(fake: FakeStash, path: str, **headers: str) -> requests.Response:
    return requests.get(f"{fake.url}{path}", headers=headers, timeout=10)


def test_libraries_are_those_of_stash() -> None:
    assert {name: PACKAGES[name] for name in STASH} == STASH


def test_lock_has_hashes_and_no_addresses() -> None:
    lock = json.loads((host.MODULES.parent / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert {name for name, package in packages.items() if "integrity" not in package or "resolved" in package} == set()


needs_libraries = pytest.mark.skipif(not host.has_libraries(), reason="node_modules is missing: run make setup")


@needs_libraries
@pytest.mark.parametrize("path", ["/", "/plugins/any", "/plugins/any/", "/images/12", "/settings?tab=plugins"])
def test_the_ui_is_at_every_place(serving: FakeStash, path: str) -> None:
    assert '<base href="/">' in get(serving, path).text


@needs_libraries
def test_a_prefix_becomes_the_base(serving: FakeStash) -> None:
    assert '<base href="/stash/">' in get(serving, "/", **{"X-Forwarded-Prefix": "/stash"}).text


@needs_libraries
def test_everything_that_the_page_names_is_there(serving: FakeStash) -> None:
    names = re.findall(r'(?:href|src)="(assets/[^"]+)"', get(serving, "/").text)
    assert len(names) == len(host.LIBRARIES) + len(host.OWN)
    assert {get(serving, f"/{name}").status_code for name in names} == {200}


@pytest.mark.parametrize("name", ["missing.js", "../routes.py", "%2e%2e/routes.py", "react/package.json", ""])
def test_nothing_else_is(serving: FakeStash, name: str) -> None:
    assert get(serving, f"/assets/{name}").status_code == 404


def test_without_libraries_it_says_what_to_do(
    serving: FakeStash, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "MODULES", tmp_path)
    assert "run make setup" in get(serving, "/plugins/any").text
