"""create_image on a server: from Python, as an operation and as a task."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from lib.client import StashClient
from lib.client.models import Gallery, Image, Performer, Studio, Tag
from lib.errors import DataError, TransportError
from tests.client.create.pictures import draw
from tests.support.server import Server


@pytest.fixture
def outside(tmp_path: Path) -> str:
    """A folder that lies in no library."""
    return str(tmp_path)


@pytest.fixture
def import_folder(stash: Server) -> Iterator[str]:
    """The plugin's import folder, set for one test."""
    folder = os.path.join(stash.library, "imports")
    stash.configure(importFolder=folder)
    yield folder
    stash.configure()


def path_of(image: Image) -> str:
    assert image.visual_files
    return str(image.visual_files[0].path)


def files(folder: str) -> set[str]:
    return {os.path.join(place, name) for place, _, names in os.walk(folder) for name in names}


@pytest.mark.parametrize(
    "place", ["new.png", "misc/beside.png", "unknown folder/new.png", "deep/down/below/new.png", "ünï 夏/a%_b.png"]
)
def test_a_file_in_a_library_becomes_an_image(stash: Server, client: StashClient, place: str) -> None:
    path = draw(stash.library, *place.split("/"))
    before = files(stash.library)
    image = client.create_image(Image(title="New", path=path))
    assert (path_of(image), image.title) == (path, "New")
    assert files(stash.library) == before


@pytest.mark.since("v0.30.0")  # before, a scan takes the % in a path for any text
def test_a_path_means_no_other_that_is_like_it(stash: Server, client: StashClient) -> None:
    other = client.create_image(Image(title="Other", path=draw(stash.library, "alike", "axb.png")))
    path = draw(stash.library, "alike", "a_B.png")
    image = client.create_image(Image(title="New", path=path))
    assert (path_of(image), image.id != other.id) == (path, True)
    assert stash.image(str(other.id), "title") == {"title": "Other"}


@pytest.mark.parametrize("name", ["b%C.png", "b*C.png"])
def test_a_file_that_stash_would_mistake_is_refused(stash: Server, client: StashClient, name: str) -> None:
    other = client.create_image(Image(title="Other", path=draw(stash.library, "mistaken", "bxxc.png")))
    path = draw(stash.library, "mistaken", name)
    with pytest.raises(DataError, match=f"would take the file of image {other.id}, .*Rename the file"):
        client.create_image(Image(title="New", path=path))
    assert path_of(other) == str(
        stash.image(str(other.id), "visual_files { ... on BaseFile { path } }")["visual_files"][0]["path"]
    )
    os.remove(path)


def test_only_an_unknown_folder_is_scanned(stash: Server, client: StashClient) -> None:
    path = draw(stash.library, "unknown one", "a.png")
    draw(stash.library, "unknown other", "b.png")
    client.create_image(Image(title="New", path=path))
    assert "unknown other/b.png" not in stash.ids()


@pytest.mark.since("v0.29.0")
def test_in_a_known_folder_only_the_file_is_scanned(stash: Server, client: StashClient) -> None:
    other = draw(stash.library, "misc", "not asked for.png")
    client.create_image(Image(title="New", path=draw(stash.library, "misc", "asked for.png")))
    assert "misc/not asked for.png" not in stash.ids()
    os.remove(other)


def test_every_field_is_set_by_id_and_by_name(stash: Server, client: StashClient, outside: str) -> None:
    ids = {kind: stash.create(kind, f"id {kind}") for kind in ("tag", "performer", "studio", "gallery")}
    names = {kind: stash.create(kind, f"Name {kind}") for kind in ("tag", "performer", "gallery")}
    image = client.create_image(
        {
            "title": "All of it",
            "path": draw(outside, "all.jpg", kind="JPEG"),
            "code": "007",
            "rating100": 80,
            "date": "2021-07-04",
            "details": "Two\nlines",
            "photographer": "Ansel",
            "organized": True,
            "urls": ["https://example.org/1", "https://example.org/2"],
            "tags": [ids["tag"], "name TAG"],
            "performers": [Performer(id=ids["performer"]), Performer(name="Name performer")],
            "studio": {"name": "ID Studio"},
            "galleries": [{"id": ids["gallery"]}, {"title": "Name gallery"}],
        }
    )
    shown = stash.image(str(image.id), "title code rating100 date details photographer organized urls")
    assert shown == {
        "title": "All of it",
        "code": "007",
        "rating100": 80,
        "date": "2021-07-04",
        "details": "Two\nlines",
        "photographer": "Ansel",
        "organized": True,
        "urls": ["https://example.org/1", "https://example.org/2"],
    }
    tags = sorted(image.tags or [], key=lambda tag: str(tag.id))
    assert tags == [Tag(id=ids["tag"], name="id tag"), Tag(id=names["tag"], name="Name tag")]
    assert [performer.id for performer in image.performers or ()] == [ids["performer"], names["performer"]]
    assert image.studio == Studio(id=ids["studio"], name="id studio")
    assert sorted(image.galleries or (), key=lambda gallery: int(gallery.id or 0)) == [
        Gallery(id=ids["gallery"], title="id gallery"),
        Gallery(id=names["gallery"], title="Name gallery"),
    ]


def test_a_picture_from_outside_is_copied(stash: Server, client: StashClient, outside: str) -> None:
    path = draw(outside, "sunset.png")
    data = Path(path).read_bytes()
    image = client.create_image(Image(title="Sunset", path=path))
    assert path_of(image) == os.path.join(stash.library, "image_tools", "sunset.png")
    assert Path(path_of(image)).read_bytes() == data
    assert files(outside) == {path}


def test_a_copy_gets_a_safe_and_free_name(stash: Server, client: StashClient, outside: str) -> None:
    made = [client.create_image(Image(title="x", path=draw(outside, str(number), "aux.png"))) for number in range(3)]
    names = [os.path.basename(path_of(image)) for image in made]
    assert names == ["_aux.png", "_aux (2).png", "_aux (3).png"]
    assert len({image.id for image in made}) == 3
    assert not [name for name in files(stash.library) if name.endswith(".part")]


def test_a_race_for_a_name_makes_an_image_each(stash: Server, outside: str) -> None:
    def create(number: int) -> str:
        with StashClient.connect(stash.url) as client:
            return path_of(client.create_image(Image(title="x", path=draw(outside, str(number), "race.png"))))

    with ThreadPoolExecutor(4) as pool:
        paths = list(pool.map(create, range(8)))
    assert len(set(paths)) == 8


@pytest.mark.parametrize("where", ["outside", "in the library", "the very file"])
def test_bytes_that_are_known_change_nothing(
    stash: Server, client: StashClient, outside: str, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    known = client.create_image(Image(title="Known", path=draw(stash.library, "known", f"{where}.png"), rating100=40))
    folder = outside if where == "outside" else os.path.join(stash.library, "twins")
    path = path_of(known) if where == "the very file" else os.path.join(folder, "twin.png")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    Path(path).write_bytes(Path(path_of(known)).read_bytes())
    before = files(stash.library)
    with caplog.at_level(logging.INFO, "image_tools"):
        image = client.create_image(Image(title="Other", path=path, rating100=80))
    assert image == known
    assert stash.image(str(known.id), "title rating100") == {"title": "Known", "rating100": 40}
    assert files(stash.library) == before
    assert f"has the same bytes as image {known.id}, which is unchanged" in caplog.text


def test_the_import_folder_takes_what_is_from_outside(client: StashClient, outside: str, import_folder: str) -> None:
    image = client.create_image(Image(title="x", path=draw(outside, "into imports.png")))
    assert path_of(image) == os.path.join(import_folder, "into imports.png")


def test_a_program_says_its_import_folder(stash: Server, outside: str, import_folder: str) -> None:
    own = os.path.join(stash.library, "of the program")
    with StashClient.connect(stash.url, import_folder=own) as client:
        image = client.create_image(Image(title="x", path=draw(outside, "into own.png")))
    assert path_of(image) == os.path.join(own, "into own.png")
    assert not os.path.exists(os.path.join(import_folder, "into own.png"))


def test_a_title_alone_gets_a_placeholder(client: StashClient, import_folder: str) -> None:
    images = [client.create_image(Image(title="Only: a title?", rating100=60)) for _ in range(2)]
    assert [path_of(image) for image in images] == [
        os.path.join(import_folder, "Only_ a title_.png"),
        os.path.join(import_folder, "Only_ a title_ (2).png"),
    ]
    assert [(image.title, image.rating100) for image in images] == [("Only: a title?", 60)] * 2
    assert [file.width for image in images for file in image.visual_files or ()] == [256, 256]


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no title": ({}, "image needs title"),
    "a title alone, no import folder": ({"title": "x"}, "image.path is missing. A placeholder needs an import folder"),
    "an id": ({"title": "x", "id": "5"}, "image.id"),
    "a field that cannot be set": ({"title": "x", "o_counter": 3}, "image has no o_counter"),
    "a rating": ({"title": "x", "path": "{picture}", "rating100": 101}, "image.rating100"),
    "unknown names": (
        {"title": "x", "path": "{picture}", "tags": ["nope", "nada"], "studio": {"name": "none"}},
        "image.studio: 'none': .*; image.tags: 'nope': .*; image.tags: 'nada': doesn't exist",
    ),
    "a zip's gallery": ({"title": "x", "path": "{picture}", "galleries": ["Zip"]}, "'Zip': its images come from a zip"),
    "no file": ({"title": "x", "path": "{picture}.gone.png"}, "No such file"),
    "a relative path": ({"title": "x", "path": "picture.png"}, "expected an absolute path"),
    "half a character": ({"title": "x", "path": "/\ud800.png"}, "image.path: .* an unpaired surrogate"),
    "text named as a picture": ({"title": "x", "path": "{text}"}, "isn't an image"),
    "a link": ({"title": "x", "path": "{link}"}, "is a symbolic link"),
}


@pytest.mark.parametrize(("given", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_leaves_everything_as_it_is(
    stash: Server, client: StashClient, outside: str, given: dict[str, Any], said: str
) -> None:
    zipped = stash.ask("{ findGalleries { galleries { id files { path } } } }")["findGalleries"]["galleries"]
    zip_id = next(gallery["id"] for gallery in zipped if gallery["files"])
    stash.ask(
        "mutation($i: GalleryUpdateInput!) { galleryUpdate(input: $i) { id } }", {"i": {"id": zip_id, "title": "Zip"}}
    )
    places = {
        "picture": draw(outside, "p.png"),
        "text": os.path.join(outside, "t.png"),
        "link": os.path.join(outside, "l.png"),
    }
    Path(places["text"]).write_text("no picture")
    os.symlink(places["picture"], places["link"])
    before = files(stash.library), stash.ids()
    if "path" in given:
        given = {**given, "path": given["path"].format(**places)}
    with pytest.raises(DataError, match=said):
        client.create_image(given)
    assert (files(stash.library), stash.ids()) == before


@pytest.mark.parametrize("folder", ["{outside}", "relative", "{library}-beside", "{library}/../elsewhere"])
def test_an_import_folder_outside_the_libraries_is_refused(stash: Server, outside: str, folder: str) -> None:
    named = folder.format(outside=outside, library=stash.library)
    with StashClient.connect(stash.url, import_folder=named) as client, pytest.raises(DataError, match="isn't in one"):
        client.create_image(Image(title="x", path=draw(outside, "p.png")))
    assert files(outside) == {os.path.join(outside, "p.png")}


def test_a_library_that_this_program_does_not_see_is_said(stash: Server, outside: str) -> None:
    general = "configuration { general { stashes { path excludeVideo excludeImage } } }"
    stashes = stash.ask(f"{{ {general} }}")["configuration"]["general"]["stashes"]
    place = tempfile.mkdtemp()  # Stash checks that it exists when it is set
    elsewhere = {"path": place, "excludeVideo": False, "excludeImage": False}
    change = "mutation($input: ConfigGeneralInput!) { configureGeneral(input: $input) { stashes { path } } }"
    with StashClient.connect(stash.url, import_folder=place) as other:
        try:
            stash.ask(change, {"input": {"stashes": [elsewhere]}})
            os.rmdir(place)
            for given in (
                Image(title="x", path=f"{place}/a.png"),
                Image(title="x", path=draw(outside, "p.png")),
            ):
                with pytest.raises(DataError, match="in a container or on another machine"):
                    other.create_image(given)
        finally:
            stash.ask(change, {"input": {"stashes": stashes}})


def test_a_scan_that_makes_no_image_is_an_error(stash: Server, client: StashClient) -> None:
    path = draw(stash.library, "excluded", "secret.png")
    change = "mutation($input: ConfigGeneralInput!) { configureGeneral(input: $input) { imageExcludes } }"
    stash.ask(change, {"input": {"imageExcludes": ["excluded"]}})
    try:
        with pytest.raises(TransportError, match="didn't create an image"):
            client.create_image(Image(title="x", path=path))
    finally:
        stash.ask(change, {"input": {"imageExcludes": []}})


def test_as_an_operation_it_waits(stash: Server, outside: str) -> None:
    image = stash.run_operation(
        mode="create_image", image={"title": "By an operation", "path": draw(outside, "o.png"), "tags": []}
    )
    assert stash.image(image["id"], "title") == {"title": "By an operation"}


def test_as_a_task_it_queues_what_makes_it(stash: Server, outside: str) -> None:
    tag = stash.create("tag", "by a task")
    given = {"title": "By a task", "path": draw(outside, "by a task.png"), "tags": ["By A Task"], "rating100": 20}
    stash.run_task(mode="create_image", image=given)
    shown = stash.image(stash.ids()["image_tools/by a task.png"], "title rating100 tags { id }")
    assert shown == {"title": "By a task", "rating100": 20, "tags": [{"id": tag}]}
    newest = stash.run_operation(mode="runs")[0]
    assert (newest["mode"], newest["status"], newest["counts"]["changed"]) == ("create_image", "done", 1)


def test_a_task_that_fails_is_in_the_history(stash: Server, outside: str) -> None:
    stash.run_task(mode="create_image", image={"title": "x", "path": os.path.join(outside, "none.png")})
    newest = stash.run_operation(mode="runs")[0]
    assert (newest["mode"], newest["status"]) == ("create_image", "failed")
    assert "No such file" in newest["error"]
