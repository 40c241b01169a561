"""The user's `rules.yaml`: where it lies, made from the sample on first use, read and written whole."""

from __future__ import annotations

import hashlib
import os

from lib.errors import DataError, StoreError
from lib.plugin import FOLDER
from lib.util import files

NAME = "rules.yaml"
SAMPLE = os.path.join(FOLDER, "assets", "rules-sample.yaml")
LARGEST = 1_000_000
"""Bytes: far more than anybody types."""


def read(folder: str) -> tuple[str, str]:
    """The text of the rules and its etag, which changes with every change of the file."""
    data = content(folder)
    try:
        return data.decode("utf-8-sig"), etag(data)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(
            f"{os.path.join(folder, NAME)}, line {line}: the file is not UTF-8. Save it again with the encoding UTF-8."
        ) from error


def content(folder: str) -> bytes:
    """The file as it is; made from the sample on first use."""
    path = os.path.join(folder, NAME)
    try:
        if not os.path.exists(path):
            os.makedirs(folder, exist_ok=True)
            _write(path, _bytes(SAMPLE))
        return _bytes(path)
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}.") from error


def save(folder: str, text: str, known: str) -> str:
    """Write the rules if the file is still the one whose etag is `known`; returns the new etag."""
    data = text.encode()
    if len(data) > LARGEST:
        raise DataError(f"text: {len(data):,} bytes are not allowed; {LARGEST:,} are.")
    _, now = read(folder)
    if known != now:
        raise DataError("etag: the rules were changed by somebody else since they were read. Read them again first.")
    path = os.path.join(folder, NAME)
    try:
        _write(path, data)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}.") from error
    return etag(data)


def etag(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _bytes(path: str) -> bytes:
    if os.path.exists(path) and not os.path.isfile(path):
        raise StoreError(f"{path} is no regular file.")  # to open a pipe is to wait for its other end
    with open(path, "rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise DataError(f"{path} is larger than {LARGEST:,} bytes.")
    return data


def _write(path: str, data: bytes) -> None:
    with files.atomic_write(os.path.realpath(path)) as file:  # who keeps the rules elsewhere has a link here
        file.write(data.decode())
