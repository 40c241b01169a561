"""The user's `rules.yaml`: created from the sample on first use, read and written as a whole."""

from __future__ import annotations

import codecs
import hashlib
import os

from lib.errors import DataError, StoreError
from lib.plugin import FOLDER
from lib.util import files

NAME = "rules.yaml"
SAMPLE = os.path.join(FOLDER, "assets", "rules-sample.yaml")
MAX_SIZE = 1_000_000
"""Bytes; far more than users type."""


def read(folder: str) -> tuple[str, str]:
    """Return the text of the rules and its etag, which changes with the content."""
    data = content(folder)
    try:
        return data.decode("utf-8-sig"), etag(data)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{os.path.join(folder, NAME)}, line {line}: the file isn't UTF-8. Save it with the encoding UTF-8."
        ) from error


def content(folder: str) -> bytes:
    """Return the content of the file; creates it from the sample on first use."""
    path = os.path.join(folder, NAME)
    try:
        if not os.path.exists(path):
            os.makedirs(folder, exist_ok=True)
            _write(path, _bytes(SAMPLE))
        return _bytes(path)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}.") from error


def save(folder: str, text: str, expected_etag: str) -> str:
    """Write the rules if the file still has the expected etag; a byte order mark stays. Returns the new etag."""
    data = text.encode()
    if len(data) > MAX_SIZE:
        raise DataError(f"text: the rules have {len(data):,} bytes (maximum: {MAX_SIZE:,}).")
    _, current_etag = read(folder)
    check_etag(expected_etag, current_etag)
    if content(folder).startswith(codecs.BOM_UTF8) and not data.startswith(codecs.BOM_UTF8):
        data = codecs.BOM_UTF8 + data
    path = os.path.join(folder, NAME)
    try:
        _write(path, data)
    except OSError as error:
        raise StoreError(f"{path} can't be written: {error.strerror}.") from error
    return etag(data)


def check_etag(expected_etag: str, current_etag: str) -> None:
    """Raise a DataError if the file has changed since its expected etag was read."""
    if expected_etag != current_etag:
        raise DataError("etag: the rules were changed by another user since they were read. Read them again first.")


def etag(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _bytes(path: str) -> bytes:
    if os.path.exists(path) and not os.path.isfile(path):
        raise StoreError(f"{path} isn't a regular file.")  # opening a pipe would block
    with open(path, "rb") as file:
        data = file.read(MAX_SIZE + 1)
    if len(data) > MAX_SIZE:
        raise DataError(f"{path} is larger than {MAX_SIZE:,} bytes.")
    return data


def _write(path: str, data: bytes) -> None:
    with files.atomic_write(os.path.realpath(path)) as file:  # the file may be a link
        file.write(data.decode())
