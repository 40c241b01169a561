"""Read an image file's metadata: find the blocks of its format, parse each, and merge them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import BinaryIO, TypeAlias

from lib.metadata.blocks.exif import read_exif
from lib.metadata.blocks.iptc import read_iptc, read_resources
from lib.metadata.blocks.xmp import read_xmp
from lib.metadata.containers import gif, heif, jpeg, png, webp
from lib.metadata.containers.reader import MAX_BLOCK, BoundedReader
from lib.metadata.model import Block, LimitExceededError, MalformedError, Metadata
from lib.metadata.text import clean, decode

# A parser takes a block's bytes, and returns the blocks of other kinds inside.
_Inner: TypeAlias = Iterable[tuple[str, bytes]]

_HEAD = 12
_MAX_TEXTS = 256
_MAX_BLOCKS = 4  # of any other kind; real files have one or two
_MAX_PROBLEMS = 20


def _tiff(reader: BoundedReader) -> Iterator[Block]:
    """Yield a TIFF file as one block; its directories must be in the first megabytes."""
    yield Block("exif", ((0, min(reader.size, MAX_BLOCK)),))


# Offset and bytes of a signature -> a function that yields the blocks of its format.
_FORMATS: tuple[tuple[int, bytes, Callable[[BoundedReader], Iterator[Block]]], ...] = (
    (0, b"\xff\xd8", jpeg.blocks),
    (0, png.SIGNATURE, png.blocks),
    (0, b"GIF8", gif.blocks),
    (8, b"WEBP", webp.blocks),
    (4, b"ftyp", heif.blocks),
    (0, b"II*\0", _tiff),
    (0, b"MM\0*", _tiff),
)


def read_metadata(file: BinaryIO, size: int | None = None) -> Metadata:
    """Read the metadata of a JPEG, PNG, GIF, WebP, AVIF or HEIF; its signature determines the format, not its name.

    file: a seekable binary file. size: its length, if known. Pixels are skipped. Malformed content isn't an error:
    the result has the readable parts, and `problems` lists the others. An OSError of `file` is raised.
    """
    collector = _Collector(BoundedReader(file, size))
    collector.collect()
    return collector.metadata


class _Collector:
    """Merges the blocks of a file; the first of two values with the same name is kept."""

    def __init__(self, reader: BoundedReader) -> None:
        self.metadata = Metadata()
        self._reader = reader
        self._counts: Counter[str] = Counter()
        self._in_exif: list[tuple[str, bytes]] = []  # parsed last: blocks outside EXIF have priority
        self._parsers: dict[str, Callable[[bytes], _Inner]] = {
            "exif": self._exif,
            "heif-exif": lambda data: self._exif(heif.tiff_block(data)),
            "xmp": self._xmp,
            "iptc": self._iptc,
            "photoshop": read_resources,
            **{kind: partial(self._text, kind) for kind in png.TEXT_CHUNKS},
        }

    def collect(self) -> None:
        try:
            with self._recording():
                for block in self._blocks():
                    with self._recording():
                        self._parse(block.kind, self._reader.load(block))
            for kind, data in self._in_exif:
                self._parse(kind, data)
        except LimitExceededError as error:
            self._record(str(error))

    def _parse(self, kind: str, data: bytes) -> None:
        """Parse a block and the blocks inside: a PNG text can contain Photoshop's block, and that IPTC or XMP."""
        self._counts[kind] += 1
        limit = _MAX_TEXTS if kind in png.TEXT_CHUNKS else _MAX_BLOCKS
        with self._recording():
            if self._counts[kind] > limit:
                raise MalformedError(f"more than {limit} blocks of {kind}; the others are skipped")
            for inner_kind, inner in self._parsers[kind](data):
                self._parse(inner_kind, inner)

    def _blocks(self) -> Iterator[Block]:
        head = self._reader.window(0, _HEAD)
        for offset, signature, blocks in _FORMATS:
            if head.startswith(signature, offset):
                return blocks(self._reader)
        raise MalformedError(
            "unsupported image format (supported: JPEG, PNG, GIF, WebP, AVIF, HEIF)" if head else "the file is empty"
        )

    @contextmanager
    def _recording(self) -> Iterator[None]:
        """Record a malformed part as a problem, and go to the next part."""
        try:
            yield
        except LimitExceededError:
            raise
        except MalformedError as error:
            self._record(str(error))

    def _record(self, *problems: str) -> None:
        for problem in problems:
            if problem not in self.metadata.problems and len(self.metadata.problems) < _MAX_PROBLEMS:
                self.metadata.problems.append(problem)

    def _exif(self, data: bytes) -> _Inner:
        exif = read_exif(data.removeprefix(jpeg.EXIF))
        self._record(*exif.problems)
        self.metadata.exif = exif.values | self.metadata.exif
        self._in_exif += exif.blocks
        return ()

    def _xmp(self, data: bytes) -> _Inner:
        values, problems = read_xmp(data)
        self._record(*problems)
        self.metadata.xmp = values | self.metadata.xmp
        return ()

    def _iptc(self, data: bytes) -> _Inner:
        values, problems = read_iptc(data)
        self._record(*problems)
        self.metadata.iptc = values | self.metadata.iptc
        return ()

    def _text(self, kind: str, data: bytes) -> _Inner:
        keyword, text = png.TEXT_CHUNKS[kind](data)
        self._reader.spend(max(0, len(text) - len(data)))
        block = png.embedded_block(keyword, text)
        if block:
            return [block]
        self.metadata.png.setdefault(keyword, clean(decode(text)))
        return ()
