"""The fields `meta.*`: for each field the sources that are searched, in order of priority."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from lib.metadata.blocks.exif_tags import MAX_DEGREES
from lib.metadata.dates import parse_day
from lib.metadata.generators.prompts import EXIF_PREFIXES, is_generated, read_generation
from lib.metadata.model import Metadata, Number, XmpValue
from lib.metadata.text import clean

FieldValue: TypeAlias = "str | Number | list[str] | None"
Field: TypeAlias = Callable[[Metadata], FieldValue]

# Default texts that cameras, phones and programs write into every image, in lower case.
_STOCK = re.compile(
    r"(?:.* )?digital (?:still )?camera|kodak action cam|.* dsc|epson dsc picture|dcf 1\.0|exif[ _]jpeg(?:[ _]picture)?"
    r"|<.*samsung.*>|samsung(?: camera pictures)?|dcim\\.*|created with (?:the )?gimp|default|null|untitled|screenshot"
    # the modes of Huawei's and Honor's phones
    r"|dav|hdr|rhdr|sdr|oznor(?:co)?|rpt(?:nor)?|nor|cof|edf|fbt|mde|ptr|btf|bty|dig|smart"
)
_MAX_STOCK_LENGTH = 100
# Percentage -> stars up to it in Windows (System.Rating in its property schema).
_PERCENT_STARS = ((0, 0), (12, 1), (37, 2), (62, 3), (87, 4), (99, 5))
# 51,30.5N or 51,30,30N (Adobe's XMP specification, part 2, GPSCoordinate)
_COORDINATE = re.compile(r"(\d+),([\d.]+)(?:,([\d.]+))?([NSEW])")
_REJECTED, _BEST = -1, 5


def with_sidecar(metadata: Metadata, xmp: dict[str, XmpValue]) -> Metadata:
    """Return the metadata with the properties of a `.xmp` sidecar, which override embedded ones."""
    return replace(metadata, xmp={**metadata.xmp, **xmp}, sidecar=xmp)


def _sidecar_first(field: Field) -> Field:
    """Read a field only from the sidecar's XMP if that has it: keywords removed there must not return."""

    def read(metadata: Metadata) -> FieldValue:
        from_sidecar = field(Metadata(xmp=metadata.sidecar)) if metadata.sidecar else None
        return field(metadata) if from_sidecar is None else from_sidecar

    return read


def _text(value: object) -> str:
    """Return a text unchanged and the texts of a list joined; empty for a number or a structure."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_text, value)))
    return clean(value) if isinstance(value, str) else ""


def _texts(value: object) -> list[str]:
    """Return the texts of a list, or a single text as a list."""
    return list(filter(None, map(_text, value if isinstance(value, list) else [value])))


def _first(values: Iterable[object]) -> str | None:
    return next(filter(None, map(_text, values)), None)


def _date(metadata: Metadata) -> str | None:
    """Return the day when the image was taken or created, never the day of a later edit."""
    exif, xmp = metadata.exif, metadata.xmp
    sources = (
        exif.get("DateTimeOriginal"),
        xmp.get("exif:DateTimeOriginal"),
        xmp.get("photoshop:DateCreated"),
        metadata.iptc.get("DateCreated"),
        exif.get("CreateDate"),  # exiftool's name for DateTimeDigitized
        xmp.get("xmp:CreateDate"),
        metadata.png.get("Creation Time"),
        metadata.png.get("CreationTime"),  # as ImageMagick has it
    )
    return next(filter(None, (parse_day(text) for source in sources for text in _texts(source))), None)


def _title(metadata: Metadata) -> str | None:
    """Return the title. ImageDescription isn't used: cameras write their brand there."""
    return _first((metadata.xmp.get("dc:title"), metadata.iptc.get("ObjectName"), metadata.exif.get("XPTitle")))


def _description(metadata: Metadata) -> str | None:
    """Return the description, without cameras' default texts and generators' parameters."""
    comment = _text(metadata.exif.get("UserComment"))
    texts = (
        _text(metadata.xmp.get("dc:description")),
        _text(metadata.iptc.get("Caption-Abstract")),
        _text(metadata.exif.get("ImageDescription")),
        "" if is_generated(metadata, comment) else comment,
    )
    return next((text for text in texts if text and not _is_stock(text)), None)


def _is_stock(text: str) -> bool:
    return len(text) <= _MAX_STOCK_LENGTH and bool(_STOCK.fullmatch(" ".join(text.lower().split())))


def _creator(metadata: Metadata) -> str | None:
    return _first((metadata.xmp.get("dc:creator"), metadata.iptc.get("By-line"), metadata.exif.get("Artist")))


def _keywords(metadata: Metadata) -> list[str] | None:
    """Return the keywords of all sources, without duplicates (ignoring case), in their first spelling."""
    keywords: dict[str, str] = {}
    for keyword in _all_keywords(metadata):
        if keyword.strip():
            keywords.setdefault(keyword.strip().casefold(), keyword.strip())
    return list(keywords.values()) or None


def _all_keywords(metadata: Metadata) -> Iterator[str]:
    yield from _texts(metadata.xmp.get("dc:subject"))
    yield from _texts(metadata.iptc.get("Keywords"))
    for path in _texts(metadata.xmp.get("lr:hierarchicalSubject")):
        yield path.rpartition("|")[2]
    for path in _texts(metadata.xmp.get("digiKam:TagsList")):
        yield path.rpartition("/")[2]
    yield from _text(metadata.exif.get("XPKeywords")).split(";")


def _rating(metadata: Metadata) -> Number | None:
    """Return 0 to 5 stars, or -1 for rejected. Windows' percentage is converted to stars."""
    for value in (metadata.xmp.get("xmp:Rating"), metadata.exif.get("Rating")):
        stars = _number(value)
        if stars is not None and _REJECTED <= stars <= _BEST:
            return stars
    percent = _number(metadata.xmp.get("MicrosoftPhoto:Rating"))
    if percent is None or percent < 0:
        return None
    return next((stars for limit, stars in _PERCENT_STARS if percent <= limit), None)


def _number(value: object) -> Number | None:
    """Return a number or a number's text as an int if possible, else as a float. NaN fails every range check."""
    try:
        number = float(value) if isinstance(value, (str, int, float)) else None
    except ValueError:
        return None
    return int(number) if number is not None and number.is_integer() else number


def _camera(metadata: Metadata) -> str | None:
    """Join make and model without repetition: Canon, EOS 5D -> Canon EOS 5D; NIKON CORPORATION, NIKON D70 -> NIKON D70."""
    make, model = (
        _first((_camera_tag(metadata, name), metadata.xmp.get(f"tiff:{name}"))) or "" for name in ("Make", "Model")
    )
    maker = make.split(" ")[0].lower()
    return (model if maker and model.lower().startswith(maker) else f"{make} {model}".strip()) or None


def _camera_tag(metadata: Metadata, name: str) -> str | None:
    """Return the tag's text, or None for a graph of ComfyUI, whose WebP node writes it to this tag."""
    text = _text(metadata.exif.get(name))
    return None if text.startswith(EXIF_PREFIXES[name]) else text


def _lens(metadata: Metadata) -> str | None:
    xmp = metadata.xmp
    return _first((metadata.exif.get("LensModel"), xmp.get("exifEX:LensModel"), xmp.get("aux:Lens")))


def _software(metadata: Metadata) -> str | None:
    return _first((metadata.exif.get("Software"), metadata.xmp.get("xmp:CreatorTool"), metadata.png.get("Software")))


def _coordinate(name: str, metadata: Metadata) -> float | None:
    """Return degrees, negative for south and west; None if they are out of range."""
    value = metadata.exif.get(name)
    if isinstance(value, (int, float)):
        return float(value)
    match = _COORDINATE.fullmatch(_text(metadata.xmp.get(f"exif:{name}")))
    parts = [_number(part) for part in match.groups()[:3]] if match else []
    if not match or parts[1] is None:
        return None
    degrees = sum((part or 0) / 60.0**power for power, part in enumerate(parts))
    if degrees > MAX_DEGREES[name]:
        return None
    return round(-degrees if match[4] in "SW" else degrees, 7)


# The name after `meta.` -> a function that returns its value, or None if the image doesn't have it.
FIELDS: dict[str, Field] = {
    "date": _sidecar_first(_date),
    "title": _sidecar_first(_title),
    "description": _sidecar_first(_description),
    "creator": _sidecar_first(_creator),
    "keywords": _sidecar_first(_keywords),
    "rating": _sidecar_first(_rating),
    "prompt": lambda metadata: clean(read_generation(metadata).prompt) or None,
    "negative_prompt": lambda metadata: clean(read_generation(metadata).negative_prompt) or None,
    "model": lambda metadata: clean(read_generation(metadata).model) or None,
    "loras": lambda metadata: [clean(name) for name in read_generation(metadata).loras] or None,
    "camera": _sidecar_first(_camera),
    "lens": _sidecar_first(_lens),
    "software": _sidecar_first(_software),
    "latitude": _sidecar_first(partial(_coordinate, "GPSLatitude")),
    "longitude": _sidecar_first(partial(_coordinate, "GPSLongitude")),
}
