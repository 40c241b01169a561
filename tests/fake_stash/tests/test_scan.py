"""What a scan makes of a folder: sizes, formats, twins, members of zips, and what it refuses."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.fake_stash import FakeStash
from tests.support.sample_library import lay_out

IMAGES = """{ findImages(filter: {per_page: -1, sort: "id"}) { images { id galleries { id } visual_files {
  __typename ... on ImageFile { id path width height format } ... on VideoFile { id path width height format duration }
} } } }"""
GALLERIES = '{ findGalleries(filter: {per_page: -1, sort: "id"}) { galleries { id image_count folder { path } } } }'


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """An empty library."""
    folder = tmp_path / "library"
    folder.mkdir()
    return folder


@pytest.fixture
def fake(library: Path) -> Iterator[FakeStash]:
    """A fake server over it."""
    with FakeStash(library=str(library)) as fake:
        yield fake


def picture(path: Path, width: int = 40, height: int = 30, orientation: int = 1) -> None:
    """A picture; same sizes are same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("RGB", (width, height), "red")
    exif = image.getexif()
    exif[0x0112] = orientation
    image.save(path, exif=exif if orientation != 1 else Image.Exif())


def scanned(fake: FakeStash, *paths: Path, rescan: bool = False) -> list[dict[str, Any]]:
    """All images after a scan."""
    fake.scan([str(path) for path in paths], rescan=rescan)
    fake.wait_idle()
    found: list[dict[str, Any]] = fake.execute(IMAGES)["data"]["findImages"]["images"]
    return found


def files(images: list[dict[str, Any]]) -> list[list[str]]:
    """The base names of each image's files, the primary one first."""
    return [[os.path.basename(file["path"]) for file in image["visual_files"]] for image in images]


TURNED = {
    "a JPEG on its side": ("a.jpg", 6, (30, 40)),
    "a JPEG upside down": ("a.jpg", 3, (40, 30)),
    "a WebP on its side, which the server does not see": ("a.webp", 6, (40, 30)),
    "a PNG on its side, which the server does not see": ("a.png", 6, (40, 30)),
}


@pytest.mark.parametrize(("name", "orientation", "size"), TURNED.values(), ids=TURNED)
def test_orientation(fake: FakeStash, library: Path, name: str, orientation: int, size: tuple[int, int]) -> None:
    picture(library / name, orientation=orientation)
    ((file,),) = (image["visual_files"] for image in scanned(fake))
    assert (file["width"], file["height"]) == size


CONTENTS: dict[str, tuple[str, bytes, list[tuple[str, str, int, int]]]] = {
    "a text that calls itself a JPEG": ("a.jpg", b"hello", [("ImageFile", "mjpeg", 0, 0)]),
    "a text that calls itself a WebP": ("a.webp", b"hello", [("ImageFile", "webp", 0, 0)]),
    "a text that calls itself a GIF": ("a.gif", b"hello", []),
    "a text that calls itself an AVIF": ("a.avif", b"hello", []),
    "nothing at all": ("a.jpg", b"", []),
    "another ending": ("a.txt", b"hello", []),
    "a zip that is none": ("a.zip", b"hello", []),
}


@pytest.mark.parametrize(("name", "content", "expected"), CONTENTS.values(), ids=CONTENTS)
def test_what_is_no_picture(
    fake: FakeStash, library: Path, name: str, content: bytes, expected: list[tuple[str, str, int, int]]
) -> None:
    (library / name).write_bytes(content)
    found = [file for image in scanned(fake) for file in image["visual_files"]]
    assert [(file["__typename"], file["format"], file["width"], file["height"]) for file in found] == expected


def test_a_gif_is_a_film(fake: FakeStash, library: Path) -> None:
    frames = [Image.new("P", (8, 6), color) for color in range(3)]
    frames[0].save(library / "a.gif", save_all=True, append_images=frames[1:], duration=[100, 200, 300])
    ((file,),) = (image["visual_files"] for image in scanned(fake))
    assert (file["__typename"], file["format"], file["width"], file["height"]) == ("VideoFile", "gif", 8, 6)
    assert file["duration"] == pytest.approx(0.6)


def apng_without_delay(path: Path) -> None:
    frames = [Image.new("RGB", (8, 6), color) for color in ("red", "blue")]
    frames[0].save(path.with_suffix(".png"), save_all=True, append_images=frames[1:], duration=0)


def zip_with_a_broken_member(path: Path) -> None:
    picture(path.with_suffix(".jpg"))
    with zipfile.ZipFile(path.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path.with_suffix(".jpg"), "a.jpg")
        start = archive.getinfo("a.jpg").header_offset + 35
    path.with_suffix(".jpg").unlink()
    data = bytearray(path.with_suffix(".zip").read_bytes())
    data[start : start + 40] = b"\xff" * 40
    path.with_suffix(".zip").write_bytes(data)


# What makes the file, how many files the scan takes beside the sound one, and what the log shows of it.
UNPROBEABLE = {
    "an APNG whose delay is 0": (apng_without_delay, [("apng", 8, 6)], ""),
    "a zip with a broken member": (zip_with_a_broken_member, [], "error processing"),
}


@pytest.mark.parametrize(("make", "expected", "message"), UNPROBEABLE.values(), ids=UNPROBEABLE)
def test_a_file_that_cannot_be_probed_ends_no_scan(
    fake: FakeStash, library: Path, make: Callable[[Path], None], expected: list[tuple[str, int, int]], message: str
) -> None:
    make(library / "a")
    picture(library / "b.jpg")
    images = [file for image in scanned(fake) for file in image["visual_files"]]
    assert [(file["format"], file["width"], file["height"]) for file in images] == [*expected, ("mjpeg", 40, 30)]
    logs = [line["message"] for line in fake.execute("{ logs { message } }")["data"]["logs"]]
    assert any(message in line for line in logs)
    assert "Scan finished" in logs


def test_twins_are_one_image(fake: FakeStash, library: Path) -> None:
    picture(library / "a.png")
    picture(library / "b.png", 41)
    shutil.copy(library / "a.png", library / "c.png")
    assert files(scanned(fake)) == [["a.png", "c.png"], ["b.png"]]


def test_members_of_a_zip(fake: FakeStash, library: Path) -> None:
    picture(library / "x" / "a.png", 20, 10)
    picture(library / "x" / "b.jpg", 20, 10, orientation=6)
    with zipfile.ZipFile(library / "book.cbz", "w") as archive:
        for name in ("a.png", "b.jpg"):
            archive.write(library / "x" / name, f"inside/{name}")
        archive.writestr("readme.txt", "no picture")
    shutil.rmtree(library / "x")
    images = scanned(fake)
    found = [(file["path"], file["format"], file["width"]) for image in images for file in image["visual_files"]]
    assert found == [
        (f"{library}/book.cbz/inside/a.png", "png", 20),
        (f"{library}/book.cbz/inside/b.jpg", "jpeg", 10),
    ]
    assert [image["galleries"] for image in images] == [[{"id": "1"}]] * 2


def test_nobody_knows_the_time_of_a_folder_in_a_zip(fake: FakeStash, library: Path) -> None:
    with zipfile.ZipFile(library / "book.zip", "w") as archive:
        archive.writestr("a.png", "hello")
    scanned(fake)
    body = fake.execute("{ findFolders { folders { path mod_time } } }")
    assert body["data"] is None
    (error,) = body["errors"]
    assert error["message"] == "the requested element is null which the schema does not allow"
    assert error["path"][-1] == "mod_time"


def test_an_unchanged_library_stays_as_it_is(fake: FakeStash, library: Path) -> None:
    picture(library / "a.png")
    before = scanned(fake)
    assert scanned(fake) == before
    assert fake.execute("{ findFiles { count } }")["data"]["findFiles"]["count"] == 1


def moved(library: Path) -> None:
    os.rename(library / "a.png", library / "z.png")


def changed(library: Path) -> None:
    picture(library / "a.png", 50, 60)
    os.utime(library / "a.png", (1, 1))


def changed_unseen(library: Path) -> None:
    before = os.stat(library / "a.png")
    picture(library / "a.png", 50, 60)
    os.utime(library / "a.png", (before.st_atime, before.st_mtime))


def removed(library: Path) -> None:
    os.remove(library / "a.png")


LATER: dict[str, tuple[Callable[[Path], None], bool, tuple[str, int]]] = {
    "a file that moved is the same": (moved, False, ("z.png", 40)),
    "a file that changed is the same": (changed, False, ("a.png", 50)),
    "a change that its time does not tell": (changed_unseen, False, ("a.png", 40)),
    "the same with rescan": (changed_unseen, True, ("a.png", 50)),
    "a file that is gone stays known": (removed, False, ("a.png", 40)),
}


@pytest.mark.parametrize(("change", "rescan", "expected"), LATER.values(), ids=LATER)
def test_later_scans(
    fake: FakeStash, library: Path, change: Callable[[Path], None], rescan: bool, expected: tuple[str, int]
) -> None:
    picture(library / "a.png")
    (first,) = scanned(fake)
    change(library)
    (second,) = scanned(fake, rescan=rescan)
    (file,) = second["visual_files"]
    assert (os.path.basename(file["path"]), file["width"]) == expected
    assert (second["id"], file["id"]) == (first["id"], first["visual_files"][0]["id"])


PARTS = {
    "one file": ("a/one.png", [["one.png"]]),
    "a folder": ("a", [["one.png"], ["two.png"]]),
    "a folder below an unknown one": ("b/deep", [["three.png"]]),
    "a file in an unknown folder": ("b/deep/three.png", []),
    "what is not there": ("nowhere", []),
}


@pytest.mark.parametrize(("part", "expected"), PARTS.values(), ids=PARTS)
def test_parts_of_the_library(fake: FakeStash, library: Path, part: str, expected: list[list[str]]) -> None:
    (library / "a").mkdir()
    assert scanned(fake) == []  # now the folder is known
    for number, name in enumerate(("a/one.png", "a/two.png", "b/deep/three.png"), 10):
        picture(library / name, number)
    assert files(scanned(fake, library / part)) == expected


def test_what_is_outside_is_left_alone(fake: FakeStash, tmp_path: Path) -> None:
    picture(tmp_path / "other" / "a.png")
    assert scanned(fake, tmp_path / "other") == []
    assert fake.logs.messages("Warning") == [f"{tmp_path}/other is not in the configured stash paths"]


def test_a_link_to_a_folder_is_followed(fake: FakeStash, library: Path, tmp_path: Path) -> None:
    picture(tmp_path / "other" / "a.png")
    (library / "link").symlink_to(tmp_path / "other")
    (library / "dangling.jpg").symlink_to(tmp_path / "nowhere")
    (image,) = scanned(fake)
    assert image["visual_files"][0]["path"] == f"{library}/link/a.png"
    assert "dangling.jpg" in fake.logs.messages("Error")[0]


def test_a_folder_becomes_a_gallery_where_it_is_marked(fake: FakeStash, library: Path) -> None:
    for folder in ("plain", "marked"):
        picture(library / folder / "a.png", ord(folder[0]))
    (library / "marked" / ".forcegallery").touch()
    scanned(fake)
    galleries = fake.execute(GALLERIES)["data"]["findGalleries"]["galleries"]
    assert galleries == [{"id": "1", "image_count": 1, "folder": {"path": f"{library}/marked"}}]


def test_several_workers(tmp_path: Path) -> None:
    lay_out(str(tmp_path))
    counts = []
    for workers in (1, 4):
        with FakeStash(library=str(tmp_path), parallel_tasks=workers) as fake:
            counts.append(sorted(tuple(sorted(names)) for names in files(scanned(fake))))  # twins come in either order
    assert counts[0] == counts[1]


def test_a_scan_can_be_stopped(fake: FakeStash, library: Path) -> None:
    for number in range(1, 200):
        picture(library / f"{number}.png", number)
    job = fake.scan()
    fake.core.jobs.stop_job(job)
    fake.wait_idle()
    found = fake.core.jobs.find(job)
    assert found
    assert found.status == "CANCELLED"


def test_cleaning_forgets_what_is_gone(fake: FakeStash, library: Path) -> None:
    for name in ("a.png", "b.png"):
        picture(library / name, ord(name[0]))
    scanned(fake)
    os.remove(library / "a.png")
    for dry, left in ((True, [["a.png"], ["b.png"]]), (False, [["b.png"]])):
        fake.execute("mutation($dry: Boolean!) { metadataClean(input: {dryRun: $dry}) }", {"dry": dry})
        fake.wait_idle()
        assert files(fake.execute(IMAGES)["data"]["findImages"]["images"]) == left
