"""What may become an image: regular files that begin like a picture."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lib.client.create import source
from lib.errors import DataError
from tests.client.create.pictures import picture

EXTENSIONS = ("png", "jpg", "jpeg", "gif", "webp", "avif", "jxl")
FORMATS = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp", "AVIF": "avif", "BMP": "png", "TIFF": "jpg"}


@pytest.mark.parametrize(("kind", "extension"), FORMATS.items(), ids=FORMATS)
def test_pictures_are_taken(tmp_path: Path, kind: str, extension: str) -> None:
    data = picture(kind)
    path = tmp_path / f"a.{extension.upper()}"
    path.write_bytes(data)
    with source.open_image(str(path), EXTENSIONS) as file:
        assert source.md5(file) == hashlib.md5(data).hexdigest()


def _write(name: str, data: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return make


def _linked(folder: Path) -> Path:
    (folder / "real.png").write_bytes(picture())
    os.symlink(folder / "real.png", folder / "link.png")
    return folder / "link.png"


def _folder(folder: Path) -> Path:
    (folder / "folder.png").mkdir()
    return folder / "folder.png"


def _fifo(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.png")
    return folder / "pipe.png"


REFUSED = {
    "nothing": (lambda folder: folder / "none.png", "cannot be read: No such file"),
    "a link": (_linked, "is a symbolic link"),
    "a folder": (_folder, "isn't a regular file"),
    "a pipe": (_fifo, "isn't a regular file"),
    "in a file": (lambda folder: _write("a.zip", b"PK")(folder) / "b.png", "cannot be read: Not a directory"),
    "no extension": (_write("picture", picture()), "have one of Stash's image extensions: png, jpg"),
    "another extension": (_write("a.txt", picture()), "have one of Stash's image extensions"),
    "hidden": (_write(".png", picture()), "have one of Stash's image extensions"),
    "empty": (_write("a.png", b""), "isn't an image: its first bytes"),
    "text": (_write("a.jpg", b"not a picture"), "isn't an image"),
    "a page": (_write("a.webp", b"<html>"), "isn't an image"),
    "sound": (_write("a.webp", b"RIFF\0\0\0\0WAVE"), "isn't an image"),
    "a film": (_write("a.avif", b"\0\0\0\x20ftypisom"), "isn't an image"),
}


@pytest.mark.parametrize(("make", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_picture_is_refused(tmp_path: Path, make: Callable[[Path], Path], said: str) -> None:
    with pytest.raises(DataError, match=said), source.open_image(str(make(tmp_path)), EXTENSIONS):
        pass


@pytest.mark.parametrize("path", ["a.png", "./a.png", "../a.png", "", "/a\0.png"])
def test_a_path_is_absolute(path: str) -> None:
    with pytest.raises(DataError, match="expected an absolute path"):
        source.absolute(path)


@pytest.mark.parametrize(("path", "said"), [("/a/../b//c.png", "/b/c.png"), ("/a/./b.png", "/a/b.png")])
def test_a_path_is_made_plain(path: str, said: str) -> None:
    assert source.absolute(path) == said
