"""Image statistics: counts by format, resolution and missing field. Each is one small query; none pages through images."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lib.client.criteria import RESOLUTIONS
from lib.log import Progress, logger
from lib.stash import capabilities
from lib.stash.connection import Connection
from lib.tasks import Context, Operation
from lib.tasks.summary import log_first

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
    """Count all images, by format, resolution and missing field, and list the five largest."""
    connection = context.connection
    queries = list(_queries(capabilities.get_libraries(connection).image_extensions))
    sums = connection.execute(_SUMS)["findImages"]
    counts: dict[str, Any] = {"images": sums["count"], "megapixels": sums["megapixels"], "bytes": sums["filesize"]}
    counts |= _count(connection, queries, context.progress)
    largest = connection.execute(_LARGEST, {"count": MAX_LARGEST})["findImages"]["images"]
    counts["largest"] = [_file_size(image) for image in largest if image["visual_files"]]
    log_summary(counts)
    return counts


def _queries(extensions: tuple[str, ...]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield (group, name, image filter) of each count."""
    for extension in extensions:
        pattern = rf"(?i)\.{re.escape(extension)}$"
        yield "formats", extension, {"path": {"value": pattern, "modifier": "MATCHES_REGEX"}}
    for resolution in RESOLUTIONS:
        yield "resolutions", resolution, {"resolution": {"value": resolution, "modifier": "EQUALS"}}
    for name in MISSING:
        yield "missing", name, {"is_missing": name}
    yield "organized", "organized", {"organized": True}
    yield "several_files", "several_files", {"file_count": {"value": 1, "modifier": "GREATER_THAN"}}


def _count(
    connection: Connection, queries: list[tuple[str, str, dict[str, Any]]], progress: Progress
) -> dict[str, Any]:
    counts: dict[str, Any] = {}
    for done, (group, name, image_filter) in enumerate(queries, start=1):
        count = connection.execute(_COUNT, {"filter": image_filter})["findImages"]["count"]
        if group == name:
            counts[name] = count
        else:
            counts.setdefault(group, {})[name] = count
        progress(done, len(queries) + 1)
    return counts


def _file_size(image: dict[str, Any]) -> dict[str, Any]:
    file = image["visual_files"][0]
    return {"id": image["id"], "path": file["path"], "bytes": file["size"]}


def log_summary(counts: dict[str, Any]) -> None:
    """Log the counts, and the total in the last line."""
    logger.info("Formats: %s", _format_counts(counts["formats"]))
    logger.info("Resolutions: %s", _format_counts(counts["resolutions"]))
    largest = [
        f"Large: {_format_bytes(file['bytes'])}, image {file['id']}, {file['path']}" for file in counts["largest"]
    ]
    log_first(logger.info, largest)
    logger.info("Missing: %s", _format_counts(counts["missing"]))
    logger.info("%s images, %s, %s organized", counts["images"], _format_bytes(counts["bytes"]), counts["organized"])


def _format_bytes(size: float) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.1f} kB"


def _format_counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items() if count) or "none"


OPERATIONS = {"statistics": Operation(statistics)}
