"""One image file to its Metadata: find the blocks of its format, read each, put them together."""

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

# A parser takes a block's bytes and hands on the blocks of other kinds that it found inside.
_Inner: TypeAlias = Iterable[tuple[str, bytes]]

_HEAD = 12
_MAX_TEXTS = 256
_MAX_BLOCKS = 4  # of each other kind; real files have one or two
_MAX_PROBLEMS = 20


def _tiff(picture: BoundedReader) -> Iterator[Block]:
    """A TIFF under another name, as far as its directories stand in its first megabytes."""
    yield Block("exif", ((0, min(picture.size, MAX_BLOCK)),))


# Which bytes stand where -> what finds the blocks of that format.
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
    """All that a JPEG, PNG, GIF, WebP, AVIF or HEIF carries; the format is told by its content, not by its name.

    `file` is any seekable binary file, `size` its length where the caller knows it. Pixels are passed over. Broken
    content is no error: what can be read is there, and `problems` says the rest. An OSError of `file` is the caller's.
    """
    collector = _Collector(BoundedReader(file, size))
    collector.collect()
    return collector.metadata


class _Collector:
    """Puts the blocks of one file together; of two that say the same, the first counts."""

    def __init__(self, picture: BoundedReader) -> None:
        self.metadata = Metadata()
        self._picture = picture
        self._seen: Counter[str] = Counter()
        self._carried: list[tuple[str, bytes]] = []  # in EXIF; what stands in its own place counts first
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
            with self._noting():
                for block in self._blocks():
                    with self._noting():
                        self._parse(block.kind, self._picture.load(block))
            for kind, data in self._carried:
                self._parse(kind, data)
        except LimitExceededError as error:
            self._note(str(error))

    def _parse(self, kind: str, data: bytes) -> None:
        """Read a block and those inside it: a PNG's text may hold Photoshop's block, that IPTC or XMP, these no more."""
        self._seen[kind] += 1
        most = _MAX_TEXTS if kind in png.TEXT_CHUNKS else _MAX_BLOCKS
        with self._noting():
            if self._seen[kind] > most:
                raise MalformedError(f"more than {most} blocks of {kind}; the others are not read")
            for inner_kind, inner in self._parsers[kind](data):
                self._parse(inner_kind, inner)

    def _blocks(self) -> Iterator[Block]:
        head = self._picture.window(0, _HEAD)
        for offset, signature, blocks in _FORMATS:
            if head.startswith(signature, offset):
                return blocks(self._picture)
        raise MalformedError(
            "no JPEG, PNG, GIF, WebP, AVIF or HEIF by its first bytes" if head else "the file is empty"
        )

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """A part that is broken becomes a problem, and the others are read all the same."""
        try:
            yield
        except LimitExceededError:
            raise
        except MalformedError as error:
            self._note(str(error))

    def _note(self, *problems: str) -> None:
        for problem in problems:
            if problem not in self.metadata.problems and len(self.metadata.problems) < _MAX_PROBLEMS:
                self.metadata.problems.append(problem)

    def _exif(self, data: bytes) -> _Inner:
        found = read_exif(data.removeprefix(jpeg.EXIF))
        self._note(*found.problems)
        self.metadata.exif = found.values | self.metadata.exif
        self._carried += found.blocks
        return ()

    def _xmp(self, data: bytes) -> _Inner:
        values, problems = read_xmp(data)
        self._note(*problems)
        self.metadata.xmp = values | self.metadata.xmp
        return ()

    def _iptc(self, data: bytes) -> _Inner:
        values, problems = read_iptc(data)
        self._note(*problems)
        self.metadata.iptc = values | self.metadata.iptc
        return ()

    def _text(self, kind: str, data: bytes) -> _Inner:
        keyword, text = png.TEXT_CHUNKS[kind](data)
        self._picture.spend(max(0, len(text) - len(data)))
        block = png.embedded_block(keyword, text)
        if block:
            return [block]
        self.metadata.png.setdefault(keyword, clean(decode(text)))
        return ()
