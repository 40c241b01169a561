"""What the fake server serves besides GraphQL: pictures, thumbnails, plugins' files."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image

from tests.fake_stash import FakeStash
from tests.support.script_plugin import write_plugin

UI = {"javascript": ["a.js", "b.js"], "css": ["a.css"], "assets": {"/": "page", "/lib": "library"}}


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeStash]:
    """A fake server with a small and a big picture, a text that calls itself one, and a plugin with files."""
    home = tmp_path_factory.mktemp("home")
    library = home / "library"
    library.mkdir()
    Image.new("RGB", (40, 30)).save(library / "1small.png")
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (2000, 1000)).save(library / "2big.jpg", exif=exif)
    (library / "3text.jpg").write_text("hello")
    plugin = Path(write_plugin(home / "script", "", ui=UI))
    for name in ("a.js", "b.js", "a.css", "secret.txt", "page/index.html", "page/sub/index.html", "library/x.json"):
        (plugin / name).parent.mkdir(parents=True, exist_ok=True)
        (plugin / name).write_text(f"this is {name}")
    with FakeStash(library=str(library), plugin=str(plugin), images=0) as fake:
        fake.scan()
        fake.wait_idle()
        yield fake


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is UTF-8")
def test_a_name_that_is_no_utf8_goes_out_as_it_is(tmp_path: Path) -> None:
    for folder in (b"", b"f\xfe"):
        place = os.path.join(os.fsencode(tmp_path), folder)
        os.makedirs(place, exist_ok=True)
        Image.new("RGB", (1, len(folder) + 1)).save(os.fsdecode(os.path.join(place, b"caf\xe9.png")))
    with FakeStash(library=str(tmp_path)) as fake:
        fake.scan()
        fake.wait_idle()
        fake.scan()  # which knows them again
        fake.wait_idle()
        body = {"query": "{ findImages { images { visual_files { ... on BaseFile { path } } } } }"}
        answer = requests.post(f"{fake.url}/graphql", json=body, timeout=10).content
    assert answer.count(b"caf\xe9.png") == 2
    assert b"/f\xfe/caf\xe9.png" in answer


def test_half_a_pair_of_surrogates_is_no_character(serving: FakeStash) -> None:
    sent = r'{"query": "mutation($t: String) { imageUpdate(input: {id: 1, title: $t}) { title } }", "variables": {"t": "a\ud800b\ud83d\ude00"}}'
    headers = {"Content-Type": "application/json"}
    answer = requests.post(f"{serving.url}/graphql", data=sent, headers=headers, timeout=10).json()
    assert answer == {"data": {"imageUpdate": {"title": "a\ufffdb\U0001f600"}}}


def get(fake: FakeStash, path: str, **options: Any) -> requests.Response:
    """The answer to a GET."""
    return requests.get(fake.url + path, timeout=10, allow_redirects=False, **options)


def test_an_image_is_the_file_itself(serving: FakeStash) -> None:
    paths = serving.execute("{ findImage(id: 1) { paths { image thumbnail } } }")["data"]["findImage"]["paths"]
    assert paths["image"].startswith("http://")
    answer = get(serving, "/image/1/image")
    assert answer.content == Path(serving.library, "1small.png").read_bytes()
    assert answer.headers["Content-Type"] == "image/png"


def test_an_image_by_its_checksum(serving: FakeStash) -> None:
    query = '{ findFile(id: 1) { fingerprint(type: "md5") } }'
    checksum = serving.execute(query)["data"]["findFile"]["fingerprint"]
    assert get(serving, f"/image/{checksum}/image").content == get(serving, "/image/1/image").content


def test_a_thumbnail_is_small_and_upright(serving: FakeStash) -> None:
    answer = get(serving, "/image/2/thumbnail")
    assert answer.headers["Content-Type"] == "image/jpeg"
    with Image.open(io.BytesIO(answer.content)) as small:
        assert small.size == (320, 640)


@pytest.mark.parametrize("image", [1, 3], ids=["small enough", "no picture"])
def test_what_is_not_shrunk_is_sent_as_it_is(serving: FakeStash, image: int) -> None:
    assert get(serving, f"/image/{image}/thumbnail").content == get(serving, f"/image/{image}/image").content


MISSING = {
    "an unknown image": "/image/99/image",
    "no id": "/image/x/image",
    "another kind": "/image/1/nonsense",
    "an unknown plugin": "/plugin/nothing/assets/index.html",
    "an unknown file": "/plugin/script/assets/nothing.html",
    "a file that is not mapped": "/plugin/script/secret.txt",
    "a file beside the mapped folder": "/plugin/script/assets/../secret.txt",
    "the same, encoded": "/plugin/script/assets/%2e%2e/secret.txt",
    "anything else": "/nonsense",
}


@pytest.mark.parametrize("path", MISSING.values(), ids=MISSING)
def test_not_found(serving: FakeStash, path: str) -> None:
    prepared = requests.Request("GET", serving.url).prepare()
    prepared.url = serving.url + path  # as it is: not made tidy
    with requests.Session() as session:
        assert session.send(prepared, timeout=10).status_code == 404


FILES = {
    "the page": ("/plugin/script/assets/", "this is page/index.html", "text/html; charset=utf-8"),
    "the page by its name": ("/plugin/script/assets/index.html", "this is page/index.html", "text/html; charset=utf-8"),
    "a page below": ("/plugin/script/assets/sub/", "this is page/sub/index.html", "text/html; charset=utf-8"),
    "another mapping": ("/plugin/script/assets/lib/x.json", "this is library/x.json", "application/json"),
    "all scripts": ("/plugin/script/javascript", "this is a.js\nthis is b.js\n", "text/javascript"),
    "all styles": ("/plugin/script/css", "this is a.css\n", "text/css"),
}


@pytest.mark.parametrize(("path", "text", "kind"), FILES.values(), ids=FILES)
def test_files_of_a_plugin(serving: FakeStash, path: str, text: str, kind: str) -> None:
    answer = get(serving, path)
    assert (answer.text, answer.headers["Content-Type"]) == (text, kind)


ADDED = {"/css": ("text/css", ""), "/javascript": ("text/javascript", ""), "/customlocales": ("application/json", "{}")}


@pytest.mark.parametrize(("path", "expected"), ADDED.items(), ids=ADDED)
def test_what_users_add_to_the_pages(serving: FakeStash, path: str, expected: tuple[str, str]) -> None:
    answer = get(serving, path)
    assert (answer.status_code, (answer.headers["Content-Type"], answer.text)) == (200, expected)


def test_pictures_are_asked_for_again(serving: FakeStash) -> None:
    assert {get(serving, f"/image/1/{kind}").headers["Cache-Control"] for kind in ("image", "thumbnail")} == {
        "no-cache"
    }


def test_only_get_brings_pictures(serving: FakeStash) -> None:
    answer = requests.post(f"{serving.url}/image/1/image", timeout=10)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")


def test_a_folder_without_its_slash(serving: FakeStash) -> None:
    answer = get(serving, "/plugin/script/assets/sub")
    assert (answer.status_code, answer.headers["Location"]) == (301, "sub/")


def test_where_a_plugin_s_files_are(serving: FakeStash) -> None:
    shown = serving.execute("{ plugins { id paths { javascript css } } }")["data"]["plugins"]
    stem = f"{serving.url}/plugin/script"
    assert shown == [{"id": "script", "paths": {"javascript": [f"{stem}/javascript"], "css": [f"{stem}/css"]}}]


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    Image.new("RGB", (4, 3)).save(library / "a.png")
    with FakeStash(library=str(library)) as fake:
        fake.scan()
        fake.wait_idle()
        shutil.rmtree(library)
        assert get(fake, "/image/1/image").status_code == 500
        assert fake.execute("{ findImage(id: 1) { id } }")["data"]["findImage"] == {"id": "1"}
