"""Compare `lib.metadata` with exiftool: missing values, wrong values, and speed.

    python -m tools.metadata_accuracy FOLDER...

Requires exiftool, and optionally ExifRead. Neither is part of the test run. docs/metadata.md names the folders. The output is
that page's tables, and every difference.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

from lib.metadata import FIELDS, Metadata, read_metadata, read_xmp

Tags: TypeAlias = dict[str, Any]
Reader: TypeAlias = Callable[[Path], Metadata]

PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif")  # Stash's default image extensions
# exiftool's names of these formats. A TIFF or a video with the extension of an image is skipped.
TYPES = ("JPEG", "PNG", "APNG", "GIF", "WEBP", "Extended WEBP", "AVIF", "HEIC", "XMP")
EXIFTOOL = ("exiftool", "-quiet", "-json", "-G1:4", "-a", "-n", "-struct", "-@", "-")
COMPARED = ("date", "title", "creator", "keywords", "rating")


# The fields from exiftool's output: the same sources in the same order with the same validation, but without our code. Only
# dates that exiftool could parse count: YYYY:MM:DD.


def reference(tags: Tags) -> dict[str, Any]:
    """Return the fields from exiftool's tags of one file. None for a missing value."""
    return {
        "date": next(filter(None, map(_day, _values(tags, _DATES))), None),
        "title": next(_values(tags, ("XMP-dc:Title", *_translations(tags), "IPTC:ObjectName", "IFD0:XPTitle")), None),
        "creator": next((", ".join(_list(tags[tag])) for tag in _CREATORS if _list(tags.get(tag))), None),
        "keywords": list(_keywords(tags)),
        "rating": _rating(tags),
    }


_EXIF = ("ExifIFD", "IFD0")
_DATES = (
    *(f"{group}:DateTimeOriginal" for group in _EXIF),
    *("XMP-exif:DateTimeOriginal", "XMP-photoshop:DateCreated", "IPTC:DateCreated"),
    *(f"{group}:CreateDate" for group in _EXIF),
    *("XMP-xmp:CreateDate", "PNG:CreationTime"),
)
_CREATORS = ("XMP-dc:Creator", "IPTC:By-line", "IFD0:Artist")
_PERCENT = {0: 0, 1: 1, 25: 2, 50: 3, 75: 4, 99: 5}


def _list(value: object) -> list[str]:
    """Return the texts of a tag, one or many, stripped and without empty ones."""
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [text for text in (str(item).strip() for item in values) if text]


def _values(tags: Tags, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        yield from _list(tags.get(name))


def _translations(tags: Tags) -> Iterator[str]:
    """Yield the tags of titles in other languages than the default one."""
    return (name for name in tags if name.startswith("XMP-dc:Title-"))


def _day(text: str) -> str | None:
    match = re.match(r"(\d{4}):(\d\d):(\d\d)(?!\d)", text)
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
    return day.isoformat() if day and day.year >= 1826 else None


def _keywords(tags: Tags) -> Iterator[str]:
    yield from _values(tags, ("XMP-dc:Subject", "IPTC:Keywords"))
    yield from (path.split("|")[-1].strip() for path in _list(tags.get("XMP-lr:HierarchicalSubject")))
    yield from (path.split("/")[-1].strip() for path in _list(tags.get("XMP-digiKam:TagsList")))
    for words in _list(tags.get("IFD0:XPKeywords")):
        yield from _list(words.split(";"))


def _rating(tags: Tags) -> float | None:
    for name in ("XMP-xmp:Rating", "IFD0:Rating"):
        if name in tags and -1 <= float(tags[name]) <= 5:
            return float(tags[name])
    return _PERCENT.get(tags.get("XMP-microsoft:RatingPercent", -1))


# The two readers that are compared.


def ours(path: Path) -> Metadata:
    """B: our own reader for all formats."""
    if path.suffix == ".xmp":
        return Metadata(xmp=read_xmp(path.read_bytes())[0])
    with path.open("rb") as file:
        return read_metadata(file)


def with_exifread(path: Path) -> Metadata:
    """A: ExifRead for EXIF, the rest as in B."""
    exifread = import_module("exifread")
    with path.open("rb") as file:
        tags = exifread.process_file(file, details=False)
    names = {"DateTimeDigitized": "CreateDate"}
    texts = {tag.rpartition(" ")[2]: str(value) for tag, value in tags.items() if not tag.startswith("Thumbnail")}
    return replace(ours(path), exif={names.get(name, name): value.strip() for name, value in texts.items()})


class Score:
    """One reader against the reference: counts by field, and each difference as a line."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.differences: list[str] = []
        self.raised: dict[Path, str] = {}
        self.seconds = 0.0

    def compare(self, path: Path, field: str, actual: set[str], tags: Tags) -> None:
        expected = as_set(reference(tags)[field])
        invented = {value for value in actual - expected if not _anywhere(field, value, tags)}
        self.counts.update({(field, "expected"): len(expected), (field, "found"): len(actual & expected)})
        self.counts.update({(field, "other"): len(actual - expected - invented), (field, "invented"): len(invented)})
        if actual != expected:
            self.differences.append(f"{field}: {path}\n    ours:     {actual}\n    exiftool: {expected}")

    def row(self, name: str, files: int) -> str:
        cells = []
        for field in COMPARED:
            count = {name: self.counts[field, name] for name in ("found", "expected", "other", "invented")}
            cells.append("{found} of {expected}, {other}, {invented}".format(**count))
        return f"| {name} | {' | '.join(cells)} | {len(self.raised)} | {self.seconds * 1000 / files:.2f} |"


def as_set(value: Any) -> set[str]:
    """Return the values of a field: keywords in lower case, one value or none for other fields."""
    if isinstance(value, (list, set)):
        return {str(word).casefold() for word in value}
    return set() if value is None else {str(float(value) if isinstance(value, (int, float)) else value)}


def _anywhere(field: str, value: str, tags: Tags) -> bool:
    """Return whether exiftool has this value in another tag, such as that of a second block of the same kind."""
    for text in (text for name in tags for text in _list(tags[name])):
        if (_day(text) if field == "date" else text.casefold() if field == "keywords" else text) == value:
            return True
    return False


def measure(reader: Reader, paths: list[Path], tags: dict[str, Tags]) -> Score:
    """Return the reader's score on these files. Its seconds are those of a second pass, with cached files."""
    score = Score()
    for path in paths:
        try:
            metadata = reader(path)
        except Exception as error:  # noqa: BLE001 - how often a library raises, and what, is the question
            score.raised[path] = repr(error)
            metadata = Metadata()
        for field in COMPARED:
            score.compare(path, field, as_set(FIELDS[field](metadata)), tags.get(str(path), {}))
    sound = [path for path in paths if path not in score.raised]
    begin = time.perf_counter()
    for path in sound:
        reader(path)
    score.seconds = time.perf_counter() - begin
    return score


def exiftool(paths: list[Path]) -> dict[str, Tags]:
    """Return exiftool's tags of each file by path."""
    output = subprocess.run(
        EXIFTOOL, input="\n".join(map(str, paths)), capture_output=True, text=True, check=False
    ).stdout
    return {tags["SourceFile"]: _first_of_each(tags) for tags in json.loads(output)}


def _first_of_each(tags: Tags) -> Tags:
    """Add copies such as XMP-dc:Copy1:Subject under their plain name, if it isn't used yet."""
    bare: Tags = {}
    for name, value in tags.items():
        bare.setdefault(re.sub(r":Copy\d+:", ":", name), value)
    return tags | bare


def files(folders: list[Path]) -> list[Path]:
    return sorted(
        Path(parent, name)
        for folder in folders
        for parent, _, names in os.walk(folder)
        for name in names
        if "/.git/" not in f"{parent}/"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    everything = files(parser.parse_args().folders)
    paths = [path for path in everything if path.suffix.lower() in (*PICTURES, ".xmp")]
    tags = exiftool(paths)
    paths = [path for path in paths if tags.get(str(path), {}).get("File:FileType", TYPES[0]) in TYPES]
    print(f"{len(paths)} images and sidecars: {dict(Counter(path.suffix.lower() for path in paths))}\n")
    readers = {"B: our own": ours, **({"A: ExifRead": with_exifread} if find_spec("exifread") else {})}
    scores = {name: measure(reader, paths, tags) for name, reader in readers.items()}
    print(f"| reader | {' | '.join(COMPARED)} | raised | ms a file |\n|{'---|' * (len(COMPARED) + 3)}")
    for name, score in scores.items():
        print(score.row(name, len(paths)))
    for name, score in scores.items():
        print(f"\n{name}: {len(score.differences)} differences\n" + "\n".join(score.differences))
        print("\n".join(f"{path}: {error}" for path, error in score.raised.items()))
    times = {path: hostile(path) for path in everything if path.is_file()}
    slowest = max(times, key=lambda path: times[path])
    print(f"\nEvery file, {len(times)} of all kinds: none raised, the slowest took {times[slowest]:.3f} s: {slowest}")


def hostile(path: Path) -> float:
    """Return the seconds for reading one file of any kind. An exception ends the program."""
    begin = time.perf_counter()
    ours(path)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
