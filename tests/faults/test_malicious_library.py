"""A library made to hurt, in a real process: each trap is named, nothing from outside comes in, the rest is done."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.client.create.pictures import picture
from tests.fake_stash import FakeStash
from tests.metadata import factories
from tests.support.server import ROOT

pytestmark = pytest.mark.timeout(600)

MOST_STEPS, MOST_MEGABYTES = 10_000_000, 200
"""For all traps together: lines of Python, and memory."""
SECRET = "the text of a file outside of the library"
FORMULA = "=cmd|' /C calc'!A0"
HTML = "<img src=x onerror=alert(1)>"
RULES = r"""
version: 1
rules:
- {name: endless, match: {name: {regex: '(a+)+$'}}, set: {code: never}}
- name: title
  set: {title: ['{sidecar.title}', '{png.Title}', '{meta.title}', '{path.stem}']}
- name: details
  set: {details: '{sidecar.details}'}
"""
RUN = f"""
import sys
from lib.dispatch import handle
from tests.support.steps import steps_at_most
with steps_at_most({MOST_STEPS}) as steps:
    text, code = handle(sys.stdin.buffer.read())
sys.stdout.buffer.write(text)
status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
with open(sys.argv[1], "w") as figures:
    figures.write(str(steps.count) + " " + str(int(status["VmHWM"].split()[0]) / 1024))
"""


def laughs() -> str:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "lol">{entities}]><x>&a9;</x>'


def external() -> str:
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file://{__file__}">]><x>&a;</x>'


def shared_list() -> str:
    """XMP with a list of thousands of items, which thousands of properties say is theirs."""
    properties = "".join(f'<dc:p{number} rdf:nodeID="x"/>' for number in range(12_000))
    items = '<rdf:Bag rdf:nodeID="x">' + "<rdf:li>a</rdf:li>" * 12_000 + "</rdf:Bag></rdf:RDF>"
    return factories.xmp(properties).decode().replace("</rdf:RDF>", items)


def zipped(beside: Path) -> None:
    """The picture in a zip; its sidecar follows it when the scan is over."""
    with zipfile.ZipFile(beside.with_suffix("").with_suffix(".zip"), "w") as archive:
        archive.writestr(beside.stem, picture())


def pack(archive: Path, method: int) -> None:
    """Put in a sidecar of 64 MB, which takes some hundred bytes; what LZMA needs to unpack it is damaged."""
    name = f"{archive.stem}.png.json"
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr(name, bytes(64 << 20), compress_type=method)
        at = file.getinfo(name).header_offset + 30 + len(name)
    if method == zipfile.ZIP_LZMA:
        whole = bytearray(archive.read_bytes())
        whole[at + 4 : at + 9] = b"\xff" * 5
        archive.write_bytes(whole)


# The sidecar of a sound picture, or what else lies there; and what must be said of it.
SIDECARS: dict[str, tuple[str, str | Callable[[Path], object], str]] = {
    "XML that laughs": (".xmp", laughs(), "laughs.png.xmp"),
    "XML that looks elsewhere": (".xmp", external(), "external.png.xmp"),
    "brackets": (".json", "[" * 1_000_000, "brackets.png.json"),
    "five megabytes": (".json", '{"title": "' + "x" * 5_000_000 + '"}', "larger than"),
    "no UTF-8": (".json", lambda path: path.write_bytes(b'{"title": "\xff"}'), "utf8.png.json"),
    "a link out of the library": (".json", lambda path: path.symlink_to(path.parents[2] / "secret.json"), "link"),
    "a link to itself": (".json", lambda path: path.symlink_to(path), "loop.png.json"),
    "a pipe": (".json", os.mkfifo, "isn't a regular file"),
    "a list of many properties": (".xmp", shared_list(), "the same list"),
    "bzip2 in a zip": (".json", zipped, "unsupported compression method"),
    "LZMA in a zip": (".json", zipped, "unsupported compression method"),
}
STEMS = ("laughs", "external", "brackets", "five", "utf8", "link", "loop", "pipe", "list", "bzip2", "lzma")
NAMES = {
    "a line break": "two\nlines",
    "control characters": "red\x1b[31m\x07",
    "from right to left": "\u202egpj.exe",
    "a formula": FORMULA.replace("/", ""),
    "HTML": HTML,
    "a rule that never ends": "a" * 60 + "!",
    "no UTF-8": os.fsdecode(b"caf\xe9"),
    "braces": "{path} $(reboot) `x` %s",
}


def fill(library: Path) -> None:
    for stem, (ending, content, _) in zip(STEMS, SIDECARS.values(), strict=True):
        (library / f"{stem}.png").write_bytes(picture())
        beside = library / f"{stem}.png{ending}"
        if callable(content):
            content(beside)
        else:
            beside.write_text(content, encoding="utf-8")
    for stem in NAMES.values():
        (library / f"{stem}.png").write_bytes(picture())
    (library / "html.png").write_bytes(picture())
    (library / "html.png.json").write_text(json.dumps({"title": FORMULA, "details": HTML}))
    (library / "half.png").write_bytes(picture())
    (library / "half.png.json").write_text(r'{"title": "\ud800x", "\udc00": [1e999, "a\u0000b"]}')
    (library / "wide.png").write_bytes(picture())
    deep(library)
    with zipfile.ZipFile(library / "slip.zip", "w") as archive:
        for name in ("ok.png", "../../secret.png", f"{library.parent}/secret.png"):
            archive.writestr(name, picture())


def deep(library: Path) -> None:
    """A path of nearly 4 KiB, made step by step: no call takes it whole."""
    here = os.open(library, os.O_RDONLY)
    length = len(str(library))
    while length + 201 < 4000:
        os.mkdir("d" * 200, dir_fd=here)
        inner = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here, length = inner, length + 201
    file = os.open("deep.png", os.O_WRONLY | os.O_CREAT, dir_fd=here)
    os.write(file, picture())
    os.close(file)
    os.close(here)


@dataclass
class Finished:
    """What a process answered and wrote, how many lines it ran and how much memory it took."""

    answer: dict[str, Any]
    log: str
    steps: int
    megabytes: float


@dataclass
class MaliciousLibrary:
    """A server on that library."""

    stash: FakeStash
    config: Path

    def run(self, **args: Any) -> Finished:
        given = {"server_connection": self.stash.server_connection(), "args": args}
        figures = self.config / "figures"
        done = subprocess.run(
            [sys.executable, "-c", RUN, figures],
            input=json.dumps(given).encode(),
            capture_output=True,
            cwd=ROOT,
            timeout=300,
            check=True,
        )
        steps, megabytes = figures.read_text().split()
        return Finished(json.loads(done.stdout), done.stderr.decode(), int(steps), float(megabytes))

    def images(self) -> dict[str, dict[str, Any]]:
        document = "{ findImages(filter: {per_page: -1}) { images { id title details code files { path } } } }"
        images = self.stash.execute(document)["data"]["findImages"]["images"]
        return {image["files"][0]["path"].rpartition("/")[2]: image for image in images}


@pytest.fixture(scope="module")
def malicious_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MaliciousLibrary]:
    place = tmp_path_factory.mktemp("traps")
    library, config = place / "library", place / "config"
    library.mkdir()
    (config / "image_tools").mkdir(parents=True)
    (config / "image_tools" / "rules.yaml").write_text(RULES)
    for name in ("secret.json", "secret.png.json"):
        (place / name).write_text(json.dumps({"title": SECRET}))
    fill(library)
    with FakeStash(library=str(library), config=str(config)) as stash:
        stash.scan()
        stash.wait_idle()
        # Only now: the fake server unpacks everything, which a rule never does.
        (library / "wide.png").write_bytes(factories.png((b"tEXt", b"Title\0Wide"), side=100_000))
        pack(library / "bzip2.zip", zipfile.ZIP_BZIP2)
        pack(library / "lzma.zip", zipfile.ZIP_LZMA)
        yield MaliciousLibrary(stash, config)


@pytest.fixture(scope="module")
def previewed(malicious_library: MaliciousLibrary) -> Finished:
    """What Preview rules made of it, which reads everything."""
    return malicious_library.run(mode="rules_preview")


@pytest.fixture(scope="module")
def applied(malicious_library: MaliciousLibrary, previewed: Finished) -> Finished:
    """What Apply rules made of that plan."""
    assert previewed.answer["output"]["plan"]
    return malicious_library.run(mode="rules_apply", confirm=True)


def test_the_rest_is_done(malicious_library: MaliciousLibrary, applied: Finished) -> None:
    assert applied.answer["output"]["counts"]["failed"] == 0
    images = malicious_library.images()
    assert {name: image["title"] for name, image in images.items() if not image["title"]} == {}
    assert images[os.fsdecode(b"caf\xe9.png")]["title"] == "caf\ufffd"
    assert images["html.png"]["title"] == FORMULA
    assert images["wide.png"]["title"] == "Wide"
    assert images["half.png"]["title"] == "\ufffdx"
    assert {"ok.png", "secret.png"} <= set(images)
    assert images["html.png"]["details"] == HTML
    assert images["deep.png"]["title"] == "deep"
    assert len(images) >= len(STEMS) + len(NAMES) + 3


@pytest.mark.parametrize("name", ["previewed", "applied"])
def test_it_took_little(name: str, request: pytest.FixtureRequest) -> None:
    ended = request.getfixturevalue(name)
    assert ended.steps < MOST_STEPS
    assert ended.megabytes < MOST_MEGABYTES


@pytest.fixture(scope="module")
def notes(malicious_library: MaliciousLibrary, previewed: Finished) -> list[str]:
    """The notes of that preview, as the page shows them."""
    run = malicious_library.run(mode="run", run=previewed.answer["output"]["plan"]).answer["output"]
    return [note["text"] for note in run["notes"]]


@pytest.mark.parametrize(("stem", "name"), list(zip(STEMS, SIDECARS, strict=True)), ids=SIDECARS)
def test_each_malicious_file_is_reported(notes: list[str], stem: str, name: str) -> None:
    assert any(SIDECARS[name][2] in text for text in notes if f"{stem}.png" in text), notes


def test_what_no_json_can_hold_is_explained(malicious_library: MaliciousLibrary) -> None:
    explained = malicious_library.run(mode="rules_explain", id=malicious_library.images()["half.png"]["id"]).answer
    assert explained["output"]["sources"]["sidecar.\ufffd"] == [None, "a\0b"]


def test_nothing_from_outside_comes_in(
    malicious_library: MaliciousLibrary, previewed: Finished, applied: Finished
) -> None:
    everything = json.dumps([malicious_library.images(), previewed.answer, previewed.log, applied.answer, applied.log])
    assert SECRET not in everything
    assert "a library made to hurt" not in everything.lower()


def test_a_pattern_that_never_ends_is_switched_off_with_its_name(
    malicious_library: MaliciousLibrary, previewed: Finished, applied: Finished
) -> None:
    assert "'endless' was switched off for this run" in previewed.log
    assert applied.answer["output"]
    assert "never" not in {image["code"] for image in malicious_library.images().values()}


@pytest.mark.usefixtures("applied")
def test_no_table_holds_a_formula(malicious_library: MaliciousLibrary) -> None:
    malicious_library.run(mode="export_images", format="csv")
    tables = list((malicious_library.config / "image_tools" / "exports").glob("*.csv"))
    assert len(tables) == 2
    for table in tables:
        with table.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")] == []
        assert any(FORMULA in cell for cell in cells)
