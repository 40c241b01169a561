"""Images as the server would give them, with values that tables have been known to mangle."""

from __future__ import annotations

from typing import Any

HOSTILE = {
    "leading zeros": "007",
    "a number": "40.0",
    "digits": "1234567890123456789",
    "a formula": '=HYPERLINK("http://example.org","x")',
    "a minus": "-",
    "a dash and more": "- a",
    "a plus": "+49 30",
    "an at": "@name",
    "an apostrophe": "'tis",
    "two apostrophes": "''",
    "an apostrophe and a dash": "'-",
    "quotes": 'a "quoted" word',
    "line breaks": "one\n\ntwo, three",
    "a tab": "a\tb",
    "semicolons": "a; b;c",
    "a backslash": "C:\\new\\",
    "a list look-alike": "[1, 2]",
    "emoji": "🌅 👨‍👩‍👧",
    "scripts": "夏 Łódź שלום",
    "true": "true",
    "null": "null",
    "nan": "NaN",
    "a date": "2021-07-04",
    "half a date": "1-2",
    "long": "x" * 10_000,
}


def image(id_: str = "5", **fields: Any) -> dict[str, Any]:
    """An image with all that a table asks for, empty but for these fields."""
    empty = dict.fromkeys(("title", "code", "photographer", "details"), "")
    lists: dict[str, Any] = {name: [] for name in ("performers", "tags", "galleries", "urls")}
    file = {"path": f"/library/{id_}.png", "size": 1000, "width": 640, "height": 480, "fingerprints": []}
    single = {"date": None, "rating100": None, "organized": False, "studio": None}
    moment = {"updated_at": "2025-11-23T12:00:00+01:00"}
    return {"id": id_, "visual_files": [file], **empty, **single, **lists, **moment, **fields}


def of_text(id_: str, text: str) -> dict[str, Any]:
    """An image that has this text everywhere."""
    return image(
        id_,
        title=text,
        code=text,
        details=text,
        photographer=text,
        studio={"id": "1", "name": text},
        tags=[{"id": "1", "name": text}, {"id": "2", "name": "other"}],
        performers=[
            {"id": "1", "name": text, "disambiguation": "one"},
            {"id": "2", "name": text, "disambiguation": ""},
        ],
        galleries=[{"id": "1", "title": text, "folder": None, "files": []}],
        urls=[text, text],
    )


IMAGES = [of_text(str(number), text) for number, text in enumerate(HOSTILE.values(), start=1)] + [image("1000")]
