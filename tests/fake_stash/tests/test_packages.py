"""Packages: installed from an index, made newer, removed."""

from __future__ import annotations

import functools
import hashlib
import http.server
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fake_stash import FakeStash

INSTALLED = """{ installedPackages(type: Plugin) {
  package_id version date metadata sourceURL source_package { version requires { package_id } }
} }"""
MANIFEST = "name: Hello\nexec: [python]\ninterface: raw\n"


@dataclass
class Shop:
    """A folder with packages and their index, also served over HTTP."""

    folder: Path
    address: str

    def offer(self, version: str = "1.0", day: str = "2024-01-02", sha256: str = "", **files: str) -> None:
        """Offer a package in this version, and no other."""
        archive = self.folder / "hello.zip"
        with zipfile.ZipFile(archive, "w") as packed:
            for name, content in {"hello.yml": MANIFEST, **files}.items():
                packed.writestr(name, content)
        wanted = sha256 or hashlib.sha256(archive.read_bytes()).hexdigest()
        index = (
            f"- id: hello\n  name: Hello\n  version: {version}\n  date: {day} 03:04:05\n"
            f"  path: hello.zip\n  sha256: {wanted}\n  metadata: {{description: says hello, number: 5}}\n"
        )
        (self.folder / "index.yml").write_text(index, encoding="utf-8")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop with a package."""
    folder = tmp_path / "shop"
    folder.mkdir()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        shop = Shop(folder, f"http://127.0.0.1:{server.server_port}/index.yml")
        shop.offer(data="first", old="gone soon")
        yield shop
        server.shutdown()


@pytest.fixture
def fake(shop: Shop, tmp_path: Path) -> Iterator[FakeStash]:
    """A fake server that knows the shop."""
    with FakeStash(config=str(tmp_path / "config")) as fake:
        for kind in ("file", "http"):
            source = {"name": kind, "url": address(shop, kind), "local_path": kind}
            fake.core.config.general["pluginPackageSources"].append(source)
        yield fake


def address(shop: Shop, kind: str) -> str:
    """Where the index is, as a file or over HTTP."""
    return shop.address if kind == "http" else f"file://{shop.folder}/index.yml"


def change(fake: FakeStash, verb: str, shop: Shop, kind: str = "file", package: str = "hello") -> dict[str, Any]:
    """Install, update or uninstall; the job when it is over."""
    query = f"mutation($p: [PackageSpecInput!]!) {{ job: {verb}Packages(type: Plugin, packages: $p) }}"
    wanted = [{"id": package, "sourceURL": address(shop, kind)}]
    job = fake.execute(query, {"p": wanted})["data"]["job"]
    fake.wait_idle()
    found: dict[str, Any] = fake.execute(f"{{ findJob(input: {{id: {job}}}) {{ status description }} }}")["data"]
    return found["findJob"]  # type: ignore[no-any-return]  # an answer's part


@pytest.mark.parametrize("kind", ["file", "http"])
def test_install(fake: FakeStash, shop: Shop, kind: str) -> None:
    assert change(fake, "install", shop, kind) == {"status": "FINISHED", "description": "Installing packages..."}
    (package,) = fake.execute(INSTALLED)["data"]["installedPackages"]
    assert package == {
        "package_id": "hello",
        "version": "1.0",
        "date": "2024-01-02T03:04:05Z",
        "metadata": {"description": "says hello", "number": 5},
        "sourceURL": address(shop, kind),
        "source_package": {"version": "1.0", "requires": []},
    }
    place = Path(fake.core.config.general["pluginsPath"], kind, "hello")
    assert sorted(each.name for each in place.iterdir()) == ["data", "hello.yml", "manifest", "old"]
    assert [plugin.id for plugin in fake.core.plugins.loaded] == ["hello"]


def test_update_keeps_what_is_not_of_the_package(fake: FakeStash, shop: Shop) -> None:
    change(fake, "install", shop)
    place = Path(fake.core.config.general["pluginsPath"], "file", "hello")
    (place / "settings").write_text("mine")
    shop.offer("1.1", "2024-02-01", data="second")
    fake.execute("mutation { updatePackages(type: Plugin) }")
    fake.wait_idle()
    assert sorted(each.name for each in place.iterdir()) == ["data", "hello.yml", "manifest", "settings"]
    assert (place / "data").read_text() == "second"


def test_only_the_date_makes_a_package_newer(fake: FakeStash, shop: Shop) -> None:
    change(fake, "install", shop)
    shop.offer("9.9", "2024-01-02", data="second")
    fake.execute("mutation { updatePackages(type: Plugin) }")
    fake.wait_idle()
    assert fake.execute(INSTALLED)["data"]["installedPackages"][0]["version"] == "1.0"


def test_uninstall(fake: FakeStash, shop: Shop) -> None:
    change(fake, "install", shop)
    change(fake, "uninstall", shop)
    assert fake.execute(INSTALLED)["data"]["installedPackages"] == []
    assert fake.core.plugins.loaded == []
    assert not Path(fake.core.config.general["pluginsPath"], "file", "hello").exists()


def test_a_wrong_checksum_installs_nothing(fake: FakeStash, shop: Shop) -> None:
    shop.offer(sha256="00")
    assert change(fake, "install", shop)["status"] == "FINISHED"
    assert "does not match expected SHA256 (00)" in fake.logs.messages("Error")[0]
    assert fake.execute(INSTALLED)["data"]["installedPackages"] == []


def test_an_unknown_package_fails(fake: FakeStash, shop: Shop) -> None:
    assert change(fake, "install", shop, package="nothing")["status"] == "FAILED"


def test_an_index_that_is_not_there(fake: FakeStash) -> None:
    answer = fake.execute('{ availablePackages(type: Plugin, source: "file:///nowhere") { package_id } }')
    assert answer["errors"][0]["message"].endswith("open /nowhere: no such file or directory")
