"""The table of `meta.*`: for each field its sources, their order, and what is no value."""

from __future__ import annotations

from typing import Any

import pytest

from lib.metadata import FIELDS, Metadata, with_sidecar

# Each field's sources in their order, each with a value of its own: (part, name, what stands there, the field's value).
SOURCES: dict[str, list[tuple[str, str, Any, Any]]] = {
    "date": [
        ("exif", "DateTimeOriginal", "2001:01:01 10:00:00", "2001-01-01"),
        ("xmp", "exif:DateTimeOriginal", "2002-01-01T10:00:00+02:00", "2002-01-01"),
        ("xmp", "photoshop:DateCreated", "2003-01-01", "2003-01-01"),
        ("iptc", "DateCreated", "20040101", "2004-01-01"),
        ("exif", "CreateDate", "2005:01:01 10:00:00", "2005-01-01"),
        ("xmp", "xmp:CreateDate", "2006-01-01T10:00", "2006-01-01"),
        ("png", "Creation Time", "Mon, 1 Jan 2007 10:00:00 GMT", "2007-01-01"),
        ("png", "CreationTime", "2008:01:01 10:00:00", "2008-01-01"),
    ],
    "title": [
        ("xmp", "dc:title", "one", "one"),
        ("iptc", "ObjectName", "two", "two"),
        ("exif", "XPTitle", "three", "three"),
    ],
    "description": [
        ("xmp", "dc:description", "one", "one"),
        ("iptc", "Caption-Abstract", "two", "two"),
        ("exif", "ImageDescription", "three", "three"),
        ("exif", "UserComment", "four", "four"),
    ],
    "creator": [
        ("xmp", "dc:creator", ["Mary Shelley", "Ada Lovelace"], "Mary Shelley, Ada Lovelace"),
        ("iptc", "By-line", ["Joan Clarke"], "Joan Clarke"),
        ("exif", "Artist", "Émilie", "Émilie"),
    ],
    "rating": [
        ("xmp", "xmp:Rating", "1", 1),
        ("exif", "Rating", 2, 2),
        ("xmp", "MicrosoftPhoto:Rating", "50", 3),
    ],
    "camera": [
        ("exif", "Model", "EOS 5D", "EOS 5D"),
        ("xmp", "tiff:Model", "EOS 6D", "EOS 6D"),
    ],
    "lens": [
        ("exif", "LensModel", "one", "one"),
        ("xmp", "exifEX:LensModel", "two", "two"),
        ("xmp", "aux:Lens", "three", "three"),
    ],
    "software": [
        ("exif", "Software", "one", "one"),
        ("xmp", "xmp:CreatorTool", "two", "two"),
        ("png", "Software", "three", "three"),
    ],
    "latitude": [("exif", "GPSLatitude", 51.5, 51.5), ("xmp", "exif:GPSLatitude", "51,30.6S", -51.51)],
    "longitude": [("exif", "GPSLongitude", -0.1, -0.1), ("xmp", "exif:GPSLongitude", "10,30,36E", 10.51)],
}
ELSEWHERE = {"keywords", "prompt", "negative_prompt", "model", "loras"}  # below, and in test_prompts.py


def metadata(sources: list[tuple[str, str, Any, Any]]) -> Metadata:
    found = Metadata()
    for part, name, text, _ in sources:
        getattr(found, part)[name] = text
    return found


def test_each_field_has_its_row() -> None:
    assert FIELDS.keys() == SOURCES.keys() | ELSEWHERE


@pytest.mark.parametrize(
    ("field", "sources"),
    [(field, sources[start:]) for field, sources in SOURCES.items() for start in range(len(sources))],
    ids=lambda value: value if isinstance(value, str) else value[0][1],
)
def test_first_source_has_priority(field: str, sources: list[tuple[str, str, Any, Any]]) -> None:
    assert FIELDS[field](metadata(sources)) == sources[0][3]


@pytest.mark.parametrize("field", FIELDS)
def test_missing_value_is_none(field: str) -> None:
    assert FIELDS[field](Metadata()) is None


NEVER: dict[str, tuple[str, Metadata]] = {
    "when the file was changed": (
        "date",
        Metadata(exif={"ModifyDate": "2001:01:01 10:00:00"}, xmp={"xmp:ModifyDate": "2001-01-01"}),
    ),
    "the caption": ("title", Metadata(exif={"ImageDescription": "A caption"}, xmp={"photoshop:Headline": "x"})),
    "a structure": ("title", Metadata(xmp={"dc:title": {"a": "b"}})),
    "a rating beyond five": ("rating", Metadata(xmp={"xmp:Rating": "80"}, exif={"Rating": 99})),
    "a rating in words": ("rating", Metadata(xmp={"xmp:Rating": "nan", "MicrosoftPhoto:Rating": "good"})),
    "a graph of ComfyUI": ("camera", Metadata(exif={"Make": "workflow:{}", "Model": "prompt:{}"})),
    "notes of a generator": ("description", Metadata(exif={"UserComment": "a duck\nSteps: 15, Sampler: UniPC"})),
    "half a coordinate": ("latitude", Metadata(xmp={"exif:GPSLatitude": "51N"})),
}


@pytest.mark.parametrize(("field", "found"), NEVER.values(), ids=NEVER)
def test_ignored_values(field: str, found: Metadata) -> None:
    assert FIELDS[field](found) is None


STOCK = (
    *("OLYMPUS DIGITAL CAMERA         ", "KONICA MINOLTA DIGITAL CAMERA", "SANYO DIGITAL CAMERA", " DIGITAL CAMERA "),
    *("KODAK Digital Still Camera", "SONY DSC", "Minolta DSC", "EPSON DSC picture", "DCF 1.0", "Exif_JPEG_PICTURE"),
    *("<Digimax i50 MP3, Samsung #1 MP3>", "<KENOX S730  / Samsung S730>", "SAMSUNG CAMERA PICTURES", "hdr", "oznorCO"),
    *(r"DCIM\100GOPRO\GOPR0482.JPG", "Created with GIMP", "Created with The GIMP", "null", "default", "Screenshot"),
)


@pytest.mark.parametrize("text", STOCK)
def test_default_texts_are_not_a_description(text: str) -> None:
    copied = Metadata(xmp={"dc:description": text}, exif={"ImageDescription": text, "UserComment": "A day out"})
    assert FIELDS["description"](copied) == "A day out"


@pytest.mark.parametrize(
    "text", ["My first digital camera, 1999", "HDR of the bridge", "Samsung's tower", "The default"]
)
def test_text_similar_to_a_default_text_is_kept(text: str) -> None:
    assert FIELDS["description"](Metadata(exif={"ImageDescription": text})) == text


def test_keywords_are_merged_without_duplicates() -> None:
    found = Metadata(
        xmp={
            "dc:subject": ["Snow", "portrait", "snow", ""],
            "lr:hierarchicalSubject": ["Weather|Snow", "Places|Oslo"],
            "digiKam:TagsList": ["Places/Oslo", "People/Ada"],
        },
        iptc={"Keywords": ["SNOW", "b&w"]},
        exif={"XPKeywords": "ice; b&w ;"},
    )
    assert FIELDS["keywords"](found) == ["Snow", "portrait", "b&w", "Oslo", "Ada", "ice"]


def test_single_keyword_is_a_list() -> None:
    assert FIELDS["keywords"](Metadata(xmp={"dc:subject": "snow, ice"})) == ["snow, ice"]


PERCENT = {"0": 0, "1": 1, "12": 1, "13": 2, "25": 2, "50": 3, "75": 4, "99": 5, "100": None, "-1": None}


@pytest.mark.parametrize(("percent", "stars"), PERCENT.items())
def test_windows_percentages_are_stars(percent: str, stars: int | None) -> None:
    assert FIELDS["rating"](Metadata(xmp={"MicrosoftPhoto:Rating": percent})) == stars


@pytest.mark.parametrize(("text", "stars"), [("0", 0), ("-1", -1), ("4.5", 4.5), ("5.0", 5)])
def test_ratings_are_unchanged(text: str, stars: float) -> None:
    assert FIELDS["rating"](Metadata(xmp={"xmp:Rating": text}, exif={"Rating": 3})) == stars


CAMERAS = {
    ("Canon", "EOS 5D"): "Canon EOS 5D",
    ("Canon", "Canon EOS 5D"): "Canon EOS 5D",
    ("NIKON CORPORATION", "NIKON D70"): "NIKON D70",
    ("SONY", ""): "SONY",
}


@pytest.mark.parametrize(("tags", "camera"), CAMERAS.items(), ids=CAMERAS.values())
def test_camera_has_its_maker_once(tags: tuple[str, str], camera: str) -> None:
    assert FIELDS["camera"](Metadata(exif={"Make": tags[0], "Model": tags[1]})) == camera


def test_invalid_date_is_skipped() -> None:
    found = Metadata(exif={"DateTimeOriginal": "0000:00:00 00:00:00", "CreateDate": "2011:05:01 18:30:00"})
    assert FIELDS["date"](found) == "2011-05-01"


def test_sidecar_overrides_embedded_metadata() -> None:
    embedded = Metadata(
        exif={"DateTimeOriginal": "2001:01:01", "Artist": "Ada"},
        xmp={"dc:title": "inside", "dc:subject": ["snow", "ice"], "xmp:Rating": "4"},
        iptc={"Keywords": ["fog"]},
    )
    both = with_sidecar(embedded, {"exif:DateTimeOriginal": "2002-01-01", "dc:subject": ["snow"], "xmp:Rating": "0"})
    assert {name: value for name in FIELDS if (value := FIELDS[name](both)) is not None} == {
        "date": "2002-01-01",
        "title": "inside",
        "creator": "Ada",
        "keywords": ["snow"],
        "rating": 0,
    }
    assert both.xmp["dc:title"] == "inside"
    assert both.xmp["dc:subject"] == ["snow"]


def test_with_sidecar_does_not_change_its_argument() -> None:
    embedded = Metadata(xmp={"dc:title": "inside"})
    with_sidecar(embedded, {"dc:title": "beside"})
    assert FIELDS["title"](embedded) == "inside"
