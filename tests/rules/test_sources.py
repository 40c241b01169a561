"""Sources (all modules of sources): the value of each, and None if it is missing."""

from __future__ import annotations

from typing import Any

import pytest

from lib.changes import Ref
from lib.rules.sources import SOURCES, find_source
from tests.rules.contexts import scope
from tests.rules.factories import image, refs
from tests.support.sample_library import KEPT

SAMPLE = (KEPT,)


def sample(path: str) -> dict[str, Any]:
    """An image of the sample library."""
    return image(f"{KEPT}/{path}", file={"zip_file_id": "3"} if ".zip/" in path else {})


DANBOORU = sample("gallery-dl/danbooru/someartist/danbooru_5228224_cddabb4f5d8c29a3c5c9fef98c1c9bf0.png")
PHOTO = sample("photos/2011/IMG_20110501_183000.jpg")
IN_ZIP = sample("comics/book.zip/page01.jpg")
PROMPT = sample("ai/a1111.png")
GALLERIES = [
    {"id": "1", "title": "Trip", "date": "2020", "studio": {"id": "1", "name": "Blue"}, "tags": [{"name": "sea"}]},
    {"id": "2", "title": "Trip", "date": "2021", "studio": None, "tags": [{"name": "sea"}]},
]

# group: [(source, image, what it finds)]
TABLE: dict[str, list[tuple[str, dict[str, Any], Any]]] = {
    "path": [
        ("path", image("a/b/c.jpg"), "/library/a/b/c.jpg"),
        ("path.dir", image("a/b/c.jpg"), "/library/a/b"),
        ("path.folder", image("a/b/c.jpg"), "b"),
        ("path.folder", image("c.jpg"), None),
        ("path.folders", image("a/b/c.jpg"), ["a", "b"]),
        ("path.folders", image("/elsewhere/a/c.jpg"), ["elsewhere", "a"]),
        ("path.name", image("a/c.tar.jpg"), "c.tar.jpg"),
        ("path.stem", image("a/c.tar.jpg"), "c.tar"),
        ("path.ext", image("a/c.JPG"), "JPG"),
        ("path.ext", image("a/c"), None),
        ("path.stem", image("a/.hidden"), ".hidden"),
        ("path.noext", image("a.b/c.jpg"), "/library/a.b/c"),
        ("path.zip", image("a/b.zip/c.jpg", file={"zip_file": {"path": "/library/a/b.zip"}}), "b"),
        ("path.zip", image("a/b.CBZ/c/d.jpg", file={"zip_file_id": "3"}), "b"),
        ("path.zip", image("a/c.jpg"), None),
        ("path.folders", image("a/b.zip/c/d.jpg", file={"zip_file_id": "3"}), ["a", "c"]),
        ("path.dir", image(visual_files=[]), None),
    ],
    "re": [("re.who", image(), "Ada"), ("re.none", image(), None)],
    "image": [
        ("image.title", image(title=" A "), "A"),
        ("image.title", image(), None),
        ("image.rating100", image(rating100=80), 80),
        ("image.tags", image(tags=refs("red", "blue")), ["red", "blue"]),
        ("image.tags", image(), None),
        ("image.studio", image(studio={"id": "1", "name": "Blue"}), "Blue"),
        ("image.galleries", image(galleries=refs("Trip")), ["Trip"]),
        ("image.urls", image(urls=["https://example.org"]), ["https://example.org"]),
        ("image.organized", image(organized=True), True),
        ("image.id", image(), "7"),
        ("image.o_counter", image(o_counter=3), 3),
        ("image.width", image(), 1600),
    ],
    "gallery": [
        ("gallery.title", image(galleries=GALLERIES[:1]), "Trip"),
        ("gallery.title", image(galleries=GALLERIES), "Trip"),
        ("gallery.date", image(galleries=GALLERIES), None),
        ("gallery.studio", image(galleries=GALLERIES[:1]), "Blue"),
        ("gallery.tags", image(galleries=GALLERIES), ["sea"]),
        ("gallery.title", image(), None),
    ],
    "meta": [
        ("meta.date", PHOTO, "2011-05-01"),
        ("meta.creator", PHOTO, "Émilie du Châtelet"),
        ("meta.rating", PHOTO, 4),
        ("meta.model", PROMPT, "someModel_v5"),
        ("meta.title", IN_ZIP, None),
        ("meta.title", image("not/there.jpg"), None),
    ],
    "exif": [
        ("exif.DateTimeOriginal", PHOTO, "2011:05:01 18:30:00"),
        ("exif.datetimeoriginal", PHOTO, "2011:05:01 18:30:00"),
    ],
    "xmp": [("xmp.dc:title", PHOTO, "A day out"), ("xmp.dc:none", PHOTO, None)],
    "iptc": [("iptc.By-line", sample("photos/iptc_only.jpg"), ["Joan Clarke"])],
    "png": [("png.parameters", PHOTO, None)],
    "sidecar": [
        ("sidecar.tags", DANBOORU, "1girl solo long_hair"),
        ("sidecar.tags_artist", DANBOORU, ["someartist"]),
        ("sidecar.id", DANBOORU, 5228224),
        ("sidecar.none", DANBOORU, None),
        ("sidecar.id", PHOTO, None),
    ],
    "file": [("file.mtime", image(), "2021-07-04T10:11:12+02:00")],
}
ROWS = [(name, *row) for name, rows in TABLE.items() for row in rows]


@pytest.mark.parametrize(("group", "name", "shown", "value"), ROWS, ids=[f"{row[1]}-{i}" for i, row in enumerate(ROWS)])
def test_source(group: str, name: str, shown: dict[str, Any], value: Any) -> None:
    assert name.partition(".")[0] == group
    assert find_source(name).value(scope(shown, libraries=("/library", *SAMPLE), groups={"who": "Ada"})) == value


def test_every_source_is_in_the_table() -> None:
    assert set(TABLE) == set(SOURCES)


def test_a_prompt_is_found_in_the_raw_text_too() -> None:
    text = find_source("png.parameters").value(scope(PROMPT, libraries=SAMPLE))
    assert text.startswith("masterpiece, best quality")


def test_image_source_is_the_planned_value() -> None:
    planned = scope(image(title="old"))
    planned.draft.put("title", "new", "rule")
    planned.draft.put("organized", True, "rule")
    planned.draft.add("tags", [Ref("1", "red")], "rule")
    names = ("image.title", "image.organized", "image.tags")
    assert [find_source(name).value(planned) for name in names] == ["new", False, ["red"]]
