"""Packages: listed in an index, installed into folders, each with a file `manifest` that names its files."""

from __future__ import annotations

import hashlib
import io
import os
import posixpath
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import requests
import yaml

from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.server.logs import Logs

MANIFEST = "manifest"
DATE = "%Y-%m-%d %H:%M:%S"
NO_DATE = "0001-01-01 00:00:00"
TIMEOUT = 60  # seconds

Source = dict[str, Any]


@dataclass(frozen=True)
class Package:
    """A package as an index or a manifest describes it; `source` is the address of the index."""

    id: str
    name: str
    source: str
    version: str = ""
    date: datetime | None = None
    path: str = ""
    sha256: str = ""
    requires: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """What identifies it."""
        return self.id, self.source


class Packages:
    """The packages of one type below a folder; `sources` tells which index installs into which folder there."""

    def __init__(self, folder: str, sources: Callable[[], list[Source]], logs: Logs) -> None:
        self._folder = folder
        self._logs = logs
        self._sources = sources

    def installed(self) -> list[Package]:
        """The packages that the configured sources have installed, by id."""
        found = {}
        for place in dict.fromkeys(source.get("local_path") or "" for source in self._sources()):
            for package in self._manifests(os.path.join(self._folder, place)):
                found[package.key] = package
        return in_order(found.values())

    def available(self, url: str, context: str = "") -> list[Package]:
        """What an index lists, by id; of each package the newest. A ServerError, after `context`, if it is unreadable."""
        try:
            text = _read(url)
            listed = [_package(plain, typed, url) for plain, typed in _entries(text)]
        except (OSError, ValueError, yaml.YAMLError) as error:
            raise ServerError(f"{context}listing remote packages: failed to get package list: {error}") from error
        newest: dict[tuple[str, str], Package] = {}
        for package in listed:
            known = newest.get(package.key)
            if known is None or not later(known, package):
                newest[package.key] = package
        return in_order(newest.values())

    def remotes(self, installed: list[Package]) -> dict[tuple[str, str], Package]:
        """What the indexes list from which these were installed; one that cannot be read lists nothing."""
        found = {}
        for source in dict.fromkeys(package.source for package in installed):
            try:
                found.update({package.key: package for package in self.available(source)})
            except ServerError as error:
                self._logs.add("Warning", f"error listing remote package {source}: {error}")
        return found

    def upgradable(self) -> list[Package]:
        """The installed packages of which the index has a later one."""
        installed = self.installed()
        remotes = self.remotes(installed)
        return [each for each in installed if each.key in remotes and later(remotes[each.key], each)]

    def install(self, package: Package) -> None:
        """Fetch the package and put its files into its folder, those of an earlier version being removed first."""
        try:
            content = _read(_resolved(package.source, package.path), listed_in=package.source)
        except OSError as error:
            raise ServerError(f"getting remote package: failed to get package file: {error}") from error
        sha256 = hashlib.sha256(content).hexdigest()
        if sha256 != package.sha256:
            raise ServerError(f"package data ({sha256}) does not match expected SHA256 ({package.sha256})")
        try:
            archive = zipfile.ZipFile(io.BytesIO(content))
        except zipfile.BadZipFile as error:
            raise ServerError("reading zip data: zip: not a valid zip file") from error
        folder = self._folder_of(package.id, package.source)
        if os.path.exists(os.path.join(folder, MANIFEST)):
            self._remove_files(folder)
        _unpack(archive, folder, package)

    def uninstall(self, package_id: str, source: str) -> None:
        """Remove the files of a package, and its folder if nothing else is in it."""
        folder = self._folder_of(package_id, source)
        self._remove_files(folder)
        if not os.listdir(folder):
            os.rmdir(folder)

    def _folder_of(self, package_id: str, source: str) -> str:
        places = (each.get("local_path") or "" for each in self._sources() if each.get("url") == source)
        return os.path.join(self._folder, next(places, ""), package_id)

    def _remove_files(self, folder: str) -> None:
        try:
            manifest = _manifest(folder)
        except OSError as error:
            path = os.path.join(folder, MANIFEST)
            raise ServerError(
                f'deleting local package: getting manifest: reading manifest file "{path}": open {path}:'
                f" {(error.strerror or '').lower()}"
            ) from error
        for name in [*manifest.files, MANIFEST]:
            if os.path.isfile(os.path.join(folder, name)):
                os.remove(os.path.join(folder, name))

    @staticmethod
    def _manifests(place: str) -> Iterator[Package]:
        for name in sorted(os.listdir(place)) if os.path.isdir(place) else ():
            folder = os.path.join(place, name)
            if os.path.isfile(os.path.join(folder, MANIFEST)):
                yield _manifest(folder)


def in_order(packages: Any) -> list[Package]:
    """Packages sorted as the server shows them."""
    return sorted(packages, key=lambda each: (each.id.lower(), each.id, each.source))


def later(one: Package, other: Package) -> bool:
    """Is the first the newer one? Only the dates count."""
    never = datetime.min.replace(tzinfo=timezone.utc)
    return (one.date or never) > (other.date or never)


def _manifest(folder: str) -> Package:
    with open(os.path.join(folder, MANIFEST), "rb") as file:
        content = file.read()
    plain, typed = yaml.load(content, yaml.BaseLoader), yaml.safe_load(content)
    return _package(plain, typed, plain.get("source_repository") or "")


def _entries(text: bytes) -> Iterator[tuple[Any, Any]]:
    """Each entry of an index twice: all values as texts, and with their types, which metadata keeps."""
    return zip(yaml.load(text, yaml.BaseLoader) or [], yaml.safe_load(text) or [], strict=True)


def _package(plain: dict[str, Any], typed: dict[str, Any], source: str) -> Package:
    return Package(
        id=plain["id"],
        name=plain.get("name") or "",
        source=source,
        version=plain.get("version") or "",
        date=_date(plain.get("date")),
        path=plain.get("path") or "",
        sha256=plain.get("sha256") or "",
        requires=plain.get("requires") or [],
        files=plain.get("files") or [],
        metadata=typed.get("metadata") or {},
    )


def _date(text: str | None) -> datetime | None:
    if text is None or text == NO_DATE:
        return None
    for suffix in (" +0000", ""):  # only the old form names its zone
        try:
            found = datetime.strptime(f"{text}{suffix}", f"{DATE} %z")
        except ValueError:
            continue
        return found.astimezone(timezone.utc)
    raise ValueError(f'parsing time "{text}" as "2006-01-02 15:04:05": cannot parse "{text}"')


def _resolved(index: str, path: str) -> str:
    """The address of a package's zip: as given, or from where the index is."""
    given, base = urlsplit(path), urlsplit(index)
    if given.scheme and (given.scheme == "file" or given.netloc):
        return path
    place = path if path.startswith("/") else posixpath.join(posixpath.dirname(base.path), path)
    return urlunsplit(base._replace(path=place))


def _read(url: str, listed_in: str = "file:") -> bytes:
    """The content behind an address; local files only for lists that are local files themselves."""
    if not url.startswith("file:"):
        try:
            reply = requests.get(url, timeout=TIMEOUT)
        except requests.ConnectionError as error:
            place = urlsplit(url).netloc
            reason = f'Get "{url}": dial tcp {place}: connect: connection refused'
            raise OSError(f"failed to get remote file: {reason}") from error
        if reply.status_code >= 400:
            raise OSError(f"failed to get remote file: {reply.status_code} {reply.reason}")
        return reply.content
    if not listed_in.startswith("file:"):
        raise OSError(f"{url} is invalid for a remotely hosted package list")
    path = unquote(urlsplit(url).path)
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        reason = f"open {path}: {(error.strerror or '').lower()}"
        raise OSError(f'failed to get file "{path}": {reason}') from error


def _unpack(archive: zipfile.ZipFile, folder: str, package: Package) -> None:
    files = []
    for member in archive.infolist():
        if member.is_dir():
            continue
        name = posixpath.normpath(member.filename)
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(archive.read(member))
        os.chmod(path, member.external_attr >> 16 & 0o777)
        files.append(name)
    manifest = {
        "id": package.id,
        "name": package.name,
        "metadata": package.metadata,
        "version": package.version,
        "date": package.date.strftime(DATE) if package.date else NO_DATE,
        "requires": [],
        "source_repository": package.source,
        "files": files,
    }
    path = os.path.join(folder, MANIFEST)
    with open(path, "w", encoding="utf-8") as listing:
        yaml.safe_dump(manifest, listing, sort_keys=False)
    os.chmod(path, 0o755)  # the server's mode
