"""What is in a file: the server asks ffprobe, and Go's own decoders inside a zip; measured, and done here with Pillow."""

from __future__ import annotations

import io
import os
import re
import struct
from dataclasses import dataclass

from PIL import Image

GIF_DELAY = re.compile(rb"\x21\xf9\x04.(..).\x00", re.DOTALL)  # in hundredths of a second
SHORTEST_DELAY, USUAL_DELAY = 2, 10  # shorter ones are not believed
ORIENTATION = 0x0112
TURNED = (5, 6, 7, 8)  # EXIF orientations that swap width and height

# ffprobe takes such paths for those of numbered pictures, finds none, and the server decodes the file itself.
NUMBERED = re.compile(r"(?<!%)(%%)*%\d*d|%.*[*?{]|[*?{].*%")
# Pillow's names and the server's: on the disk, and inside a zip, where what is not named is no picture.
CODECS = {"JPEG": "mjpeg", "MPO": "mjpeg", "PNG": "png", "WEBP": "webp", "BMP": "bmp", "AVIF": "avif"}
IN_ZIP = {"JPEG": "jpeg", "MPO": "jpeg", "PNG": "png", "WEBP": "webp", "GIF": "gif"}
APNG_RATE = 15.0
"""Frames a second where a delay is missing or 0: FFmpeg's APNG demuxer, `default_fps`."""
UNREADABLE = (
    *(OSError, EOFError, LookupError, SyntaxError, ValueError, ArithmeticError),
    *(struct.error, Image.DecompressionBombError),
)
"""What Pillow raises for files made by hand or cut off. A scan reports such a file and goes on to the next."""
# What an unreadable file of this extension still counts as; others are refused.
BY_EXTENSION = {".jpg": "mjpeg", ".jpeg": "mjpeg", ".png": "png", ".webp": "webp"}


class NoPicture(Exception):  # noqa: N818 - a finding about the file
    """The file cannot be used at all."""


@dataclass(frozen=True)
class Media:
    """A picture, or a film if `video_codec` is set; a picture that cannot be read is 0 x 0."""

    format: str
    width: int = 0
    height: int = 0
    video_codec: str = ""
    duration: float = 0.0
    frame_rate: float = 0.0
    bit_rate: int = 0


def probe(path: str, content: bytes) -> Media:
    """The medium in a file on the disk; NoPicture if the server would make no file of it."""
    extension = os.path.splitext(path)[1].lower()
    try:
        with Image.open(io.BytesIO(content)) as image:
            if NUMBERED.search(path):
                return _picture(image, IN_ZIP[image.format or ""])
            return _film(image, content) or _picture(image, CODECS[image.format or ""])
    except UNREADABLE as error:
        if extension not in BY_EXTENSION:
            raise NoPicture(f'decoding image file "{path}": image: unknown format') from error
    width, height = _size_in_header(content)
    return Media(BY_EXTENSION[extension], width, height)


def probe_in_zip(path: str, content: bytes) -> Media:
    """The picture in a zip member, which is never a film; NoPicture if the server would make no file of it."""
    if path.lower().endswith(".avif"):
        raise NoPicture(f"AVIF images in zip files is unsupported: {path}")
    try:
        with Image.open(io.BytesIO(content)) as image:
            return _picture(image, IN_ZIP[image.format or ""])
    except UNREADABLE as error:
        width, height = _size_in_header(content)
        if width:
            return Media("png" if content.startswith(b"\x89PNG") else "jpeg", width, height)
        raise NoPicture(f'decoding image file "{path}": image: unknown format') from error


def _picture(image: Image.Image, codec: str) -> Media:
    width, height = image.size
    if image.format in ("JPEG", "MPO") and image.getexif().get(ORIENTATION) in TURNED:
        width, height = height, width
    return Media(codec, width, height)


def _film(image: Image.Image, content: bytes) -> Media | None:
    width, height = image.size
    if image.format == "TIFF":
        return Media("tiff_pipe", width, height, "tiff", frame_rate=25.0)
    if image.format == "PNG" and getattr(image, "n_frames", 1) > 1:
        delay = image.info.get("duration")
        return Media("apng", width, height, "apng", frame_rate=round(1000 / delay, 2) if delay else APNG_RATE)
    if image.format != "GIF":
        return None
    delays = [int.from_bytes(delay, "little") for delay in GIF_DELAY.findall(content)]
    seconds = [(delay if delay >= SHORTEST_DELAY else USUAL_DELAY) / 100 for delay in delays]
    total = round(sum(seconds), 2)
    if not total:
        return Media("gif", width, height, "gif")
    unsaid = [USUAL_DELAY / 100] * (getattr(image, "n_frames", 1) - len(seconds))
    rate = _frame_rate([*unsaid, *seconds][2:])
    return Media("gif", width, height, "gif", total, rate, int(len(content) * 8 / total))


def _frame_rate(seconds: list[float]) -> float:
    """Frames in a second: ffprobe counts from the third frame on, and takes a usual rate that is within a hundredth."""
    if not seconds:
        return 0.0
    rate = len(seconds) / sum(seconds)
    usual = round(rate * 12) / 12 if rate <= 30 else round(rate)
    return round(usual if usual and abs(rate / usual - 1) < 0.01 else rate, 2)


def _size_in_header(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG or JPEG that breaks off behind them; 0 x 0 if they are not there."""
    if content.startswith(b"\x89PNG") and len(content) >= 33:
        return struct.unpack(">II", content[16:24])
    if not content.startswith(b"\xff\xd8"):
        return 0, 0
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return 0, 0
