"""One server and its library, put back between cases, and the plugin's tasks run on it as Stash would start them."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lib.client import StashClient
from lib.log import Progress
from lib.plugin import PluginInput
from lib.stash.address import Address
from lib.stash.connection import Connection
from lib.tasks import Context
from tests.faults.faults import TIMEOUT
from tests.faults.proxy import FaultProxy
from tests.support.server import Server, serve

PAUSES = (0.02, 0.05, 0.1, 0.2)
SINGLE = ("title", "code", "date", "rating100", "details", "photographer", "organized")
FIELDS = f"""id {" ".join(SINGLE)} o_counter urls
 studio {{ name }} tags {{ name }} performers {{ name }} visual_files {{ ... on BaseFile {{ path }} }}"""
STATE = f"""{{ findImages(filter: {{per_page: -1, sort: "id"}}) {{ images {{ {FIELDS} }} }}
 allTags {{ id name }} allStudios {{ id name }} allPerformers {{ id name }} }}"""
KINDS = {"allTags": "tags", "allStudios": "studios", "allPerformers": "performers"}
GOES, STAYS = "Goes", "Stays"
"""Tags of every other image: one that is taken off, one that nobody touches."""


@dataclass
class State:
    """What a library shows: each image's values by id, and the names of tags, studios and performers."""

    images: dict[str, dict[str, Any]]
    names: set[tuple[str, str]]

    def changed_since(self, before: State) -> set[tuple[str, str]]:
        """(image id, field) of what is not as it was; an image that is new has the field `id`."""
        return {
            (id_, name)
            for id_, image in self.images.items()
            for name, value in image.items()
            if before.images.get(id_, {}).get(name) != value
        }

    def comparable(self) -> tuple[dict[str, dict[str, Any]], set[tuple[str, str]]]:
        """All that shows, with images by their files: what is made anew has another id."""
        return {"|".join(image["file"]) or id_: image for id_, image in self.images.items()}, self.names


@dataclass
class Environment:
    """`context` goes through the proxy; `direct` does not."""

    stash: Server
    proxy: FaultProxy
    directory: str = ""
    """The plugin's `Dir`, where that is not the server's."""
    begin: State = field(init=False)

    def __post_init__(self) -> None:
        self.directory = self.directory or self.stash.folder
        self.begin = self.state()

    @property
    def folder(self) -> str:
        """`<Dir>/image_tools`."""
        return os.path.join(self.directory, "image_tools")

    @property
    def history(self) -> str:
        """`runs.sqlite`."""
        return os.path.join(self.folder, "runs.sqlite")

    @contextlib.contextmanager
    def context(self, *, direct: bool = False, impatient: bool = False) -> Iterator[Context]:
        """What a task gets, by way of the proxy, or with `direct` past it; `impatient` waits for no answer that is late."""
        url = self.stash.url if direct else self.proxy.url
        with open_context(url, self.directory, TIMEOUT if impatient else 60.0) as context:
            yield context

    def state(self) -> State:
        """What the library shows now."""
        shown = self.stash.ask(STATE)
        images = {image.pop("id"): _plain(image) for image in shown["findImages"]["images"]}
        return State(images, {(kind, item["name"]) for key, kind in KINDS.items() for item in shown[key]})

    def wait_idle(self) -> None:
        """Wait until the server has done what it was asked, late or not."""
        self.proxy.wait_idle()
        self.stash.wait_idle()

    def reset(self) -> None:
        """Make library and folder what they were in the beginning."""
        self.wait_idle()
        shutil.rmtree(self.folder, ignore_errors=True)
        os.mkdir(self.folder)
        shown = self.stash.ask(STATE)
        new = [image["id"] for image in shown["findImages"]["images"] if image["id"] not in self.begin.images]
        for image in new:
            self._do("imageDestroy", "ImageDestroyInput!", {"id": image, "delete_file": True})
        shutil.rmtree(os.path.join(self.stash.library, "image_tools"), ignore_errors=True)
        for key, kind in KINDS.items():
            made = [item["id"] for item in shown[key] if (kind, item["name"]) not in self.begin.names]
            if made:
                self._do(f"{kind}Destroy", "[ID!]!", made, "ids")
        ids = {(kind, item["name"]): item["id"] for key, kind in KINDS.items() for item in shown[key]}
        given = [{"id": image, **_input(values, ids)} for image, values in self.begin.images.items()]
        self._do("imagesUpdate", "[ImageUpdateInput!]!", given)
        for image in shown["findImages"]["images"]:
            if image["o_counter"]:
                self._do("imageResetO", "ID!", image["id"], "id")
        assert self.state() == self.begin

    def write(self, name: str, text: str) -> str:
        """A file in the user's folder; its path."""
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        return path

    def journal(self) -> Journal:
        """What the plugin's own memory says of all its runs."""
        return Journal.read(self.history)

    def _do(self, mutation: str, kind: str, given: Any, name: str = "input") -> None:
        inner = " { id }" if mutation == "imagesUpdate" else ""
        self.stash.ask(f"mutation($x: {kind}) {{ {mutation}({name}: $x){inner} }}", {"x": given})


@dataclass(frozen=True)
class Journal:
    """Read with sqlite3 alone, as a user would who trusts nobody."""

    runs: list[dict[str, Any]]
    sent: set[tuple[str, str]]
    """(image id, field) of all that was sent, or may have been."""
    names: set[tuple[str, str]]
    """(kind, name) of all that was made, or may have been."""
    doubtful: set[tuple[str, str]]
    """Those of which no answer told whether they were made."""
    states: set[str]
    """Those of all images of all plans."""

    def status(self, run: int) -> str:
        """What the history says of a run."""
        return next(str(each["status"]) for each in self.runs if each["id"] == run)

    @classmethod
    def read(cls, path: str) -> Journal:
        nothing = cls([], set(), set(), set(), set())
        if not os.path.exists(path):
            return nothing
        with contextlib.closing(sqlite3.connect(path)) as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master").fetchall():
                return nothing  # killed before the tables were made
            connection.row_factory = sqlite3.Row
            runs = [
                dict(row) | {"counts": json.loads(row["counts"])} | ({"status": "undone"} if row["undone"] else {})
                for row in connection.execute("SELECT * FROM runs")
            ]
            sent = connection.execute(
                "SELECT images.image, field FROM images JOIN changes USING (plan, image) "
                "WHERE previewed = '' AND state IN ('sent', 'changed', 'partly', 'failed')"
            )
            names = connection.execute("SELECT kind, name, state FROM names").fetchall()
            states = connection.execute("SELECT DISTINCT state FROM images").fetchall()
            return cls(
                runs,
                {(str(image), name) for image, name in sent},
                {(kind, name) for kind, name, state in names if state not in ("planned", "preview")},
                {(kind, name) for kind, name, state in names if state in ("making", "theirs")},
                {state for (state,) in states},
            )


def _input(values: dict[str, Any], ids: dict[tuple[str, str], str]) -> dict[str, Any]:
    """What makes an image what it was."""
    return {
        **{name: values[name] for name in (*SINGLE, "urls")},
        "tag_ids": [ids["tags", name] for name in values["tags"]],
        "performer_ids": [ids["performers", name] for name in values["performers"]],
        "studio_id": values["studio"] and ids["studios", values["studio"]],
    }


def add_values(stash: Server) -> None:
    """Give every other image values to lose."""
    tags = [stash.create("tag", name) for name in (GOES, STAYS)]
    studio = stash.create("studio", "Old Studio")
    urls = ["https://example.org/old/b", "https://example.org/old/a"]
    for number, image in enumerate(sorted(stash.ids().values(), key=int)[::2]):
        stash.update(image, title=f"Old {number}", rating100=20, urls=urls, tag_ids=tags, studio_id=studio)


def _plain(image: dict[str, Any]) -> dict[str, Any]:
    for kind in ("tags", "performers"):
        image[kind] = sorted(each["name"] for each in image[kind])
    image["studio"] = image["studio"] and image["studio"]["name"]
    image["file"] = [each["path"] for each in image.pop("visual_files")]
    return image


@contextlib.contextmanager
def open_context(url: str, folder: str, timeout: float) -> Iterator[Context]:
    """What a task gets that talks to this address and keeps its things in this folder."""
    with StashClient(Connection(Address.parse(url), timeout=timeout, pauses=PAUSES)) as client:
        yield Context(client, PluginInput({"Dir": folder}, {}), Progress())


@contextlib.contextmanager
def open_environment(*, filled: bool = True) -> Iterator[Environment]:
    """A server with the sample library, scanned and, unless it shall be blank, filled, and a proxy before it."""
    with serve(plugin=False) as stash:
        if filled:
            add_values(stash)
        proxy = FaultProxy(stash.url)
        with proxy:
            yield Environment(stash, proxy)
