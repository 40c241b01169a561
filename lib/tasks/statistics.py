"""Image statistics: counts by format, size and what is missing. Each is one small question, none walks the library."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lib.client.criteria import RESOLUTIONS
from lib.log import Progress, logger
from lib.stash import capabilities
from lib.stash.connection import Connection
from lib.tasks import Context, Operation

MAX_LARGEST = 5
MISSING = ("title", "date", "rating", "studio", "performers", "tags", "galleries")

_SUMS = "query Sums { findImages(filter: {per_page: 0}) { count megapixels filesize } }"
_COUNT = "query Count($filter: ImageFilterType) { findImages(filter: {per_page: 0}, image_filter: $filter) { count } }"
_LARGEST = """query Largest($count: Int) {
  findImages(filter: {per_page: $count, sort: "filesize", direction: DESC}) {
    images { id title visual_files { ... on BaseFile { path size } } }
  }
}"""


def statistics(context: Context) -> dict[str, Any]:
    """Counts of all images: in all, by format, by resolution, of each missing field, and the largest five."""
    connection = context.connection
    questions = list(_questions(capabilities.get_libraries(connection).image_extensions))
    total = connection.execute(_SUMS)["findImages"]
    found: dict[str, Any] = {"images": total["count"], "megapixels": total["megapixels"], "bytes": total["filesize"]}
    found |= _counted(connection, questions, context.progress)
    largest = connection.execute(_LARGEST, {"count": MAX_LARGEST})["findImages"]["images"]
    found["largest"] = [_large(image) for image in largest if image["visual_files"]]
    _tell(found)
    return found


def _questions(extensions: tuple[str, ...]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for extension in extensions:
        pattern = rf"(?i)\.{re.escape(extension)}$"
        yield "formats", extension, {"path": {"value": pattern, "modifier": "MATCHES_REGEX"}}
    for resolution in RESOLUTIONS:
        yield "resolutions", resolution, {"resolution": {"value": resolution, "modifier": "EQUALS"}}
    for name in MISSING:
        yield "missing", name, {"is_missing": name}
    yield "organized", "organized", {"organized": True}
    yield "several_files", "several_files", {"file_count": {"value": 1, "modifier": "GREATER_THAN"}}


def _counted(
    connection: Connection, questions: list[tuple[str, str, dict[str, Any]]], progress: Progress
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for done, (group, name, image_filter) in enumerate(questions, start=1):
        count = connection.execute(_COUNT, {"filter": image_filter})["findImages"]["count"]
        if group == name:
            found[name] = count
        else:
            found.setdefault(group, {})[name] = count
        progress(done, len(questions) + 1)
    return found


def _large(image: dict[str, Any]) -> dict[str, Any]:
    file = image["visual_files"][0]
    return {"id": image["id"], "path": file["path"], "bytes": file["size"]}


def _tell(found: dict[str, Any]) -> None:
    logger.info("Formats: %s", _listed(found["formats"]))
    logger.info("Resolutions: %s", _listed(found["resolutions"]))
    for image in found["largest"]:
        logger.info("Large: %s, image %s, %s", _size(image["bytes"]), image["id"], image["path"])
    logger.info("Missing: %s", _listed(found["missing"]))
    logger.info("%s images, %s; %s organized", found["images"], _size(found["bytes"]), found["organized"])


def _size(count: float) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e6 else f"{count / 1e3:.1f} kB"


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items() if count) or "none"


OPERATIONS = {"statistics": Operation(statistics)}
