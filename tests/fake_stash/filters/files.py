"""What files and folders are found by, and how they are sorted."""

from __future__ import annotations

from typing import Any

from tests.fake_stash.filters import criteria, pictures, relations, trees
from tests.fake_stash.filters.builder import Filter, Join
from tests.fake_stash.filters.find import Kind, Sort, joined, related

FOLDER_JOIN = Join("folders", "folders.id = files.parent_folder_id")
PICTURE = joined("image_files", "image_files.file_id = files.id")
FILM = joined("video_files", "video_files.file_id = files.id")


def _joined_text(column: str, join: criteria.Joiner) -> criteria.Criterion:
    return criteria.text(column, join)


def _part(parts: dict[str, criteria.Criterion]) -> criteria.Criterion:
    """A filter of its own on the part of a file that only pictures or only films have."""

    def criterion(wanted: Filter, given: dict[str, Any]) -> None:
        for name, part in parts.items():
            if given.get(name) is not None:
                part(wanted, given[name])

    return criterion


def _zip_file(table: str) -> criteria.Criterion:
    column = f"{table}.zip_file_id"

    def criterion(wanted: Filter, given: dict[str, Any]) -> None:
        modifier, value = given["modifier"], given.get("value") or []
        if modifier in relations.NULLNESS:
            wanted.where(f"{column} IS {relations.NULLNESS[modifier]} NULL")
        elif value and modifier in ("INCLUDES", "EXCLUDES"):
            negation = "NOT " if modifier == "EXCLUDES" else ""
            wanted.where(f"{column} {negation}IN {relations.binding(len(value))}", *value)

    return criterion


def _joined_filter(name: str, table: str, other: str) -> criteria.Criterion:
    return related(name, f"{table}.{other}", joined(table, f"{table}.file_id = files.id", kind="INNER"))


def _size(table: str, join: criteria.Joiner) -> dict[str, criteria.Criterion]:
    sides = (f"{table}.width", f"{table}.height")
    return {
        "resolution": pictures.resolution(*sides, join),
        "orientation": pictures.orientation(*sides, join),
        "format": criteria.text(f"{table}.format", join),
    }


FILES = Kind(
    table="files",
    criteria={
        "video_file_filter": _part(
            {
                **_size("video_files", FILM),
                "duration": criteria.number("cast(video_files.duration as int)", FILM),
                "framerate": criteria.number("cast(ROUND(video_files.frame_rate) as int)", FILM),
                "bitrate": criteria.number("video_files.bit_rate", FILM),
                "video_codec": criteria.text("video_files.video_codec", FILM),
                "audio_codec": criteria.text("video_files.audio_codec", FILM),
            }
        ),
        "image_file_filter": _part(_size("image_files", PICTURE)),
        "path": criteria.path("folders.path", "files.basename"),
        "basename": criteria.text("files.basename"),
        "dir": criteria.text("folders.path"),
        "mod_time": criteria.timestamp("files.mod_time"),
        "parent_folder": trees.in_tree("files.parent_folder_id", trees.FOLDER_TREE),
        "zip_file": _zip_file("files"),
        "scene_count": criteria.joined_count("scenes_files", "file_id", "files"),
        "image_count": criteria.joined_count("images_files", "file_id", "files"),
        "gallery_count": criteria.joined_count("galleries_files", "file_id", "files"),
        "created_at": criteria.timestamp("files.created_at"),
        "updated_at": criteria.timestamp("files.updated_at"),
        "images_filter": _joined_filter("images", "images_files", "image_id"),
        "galleries_filter": _joined_filter("galleries", "galleries_files", "gallery_id"),
    },
    search_columns=("folders.path || '/' || files.basename",),
    search_joins=(FOLDER_JOIN,),
    sorts={
        **{name: Sort(f"files.{name} {{}}") for name in ("created_at", "id", "updated_at")},
        "path": Sort("folders.path {}, files.basename {}", (FOLDER_JOIN,)),
        "random": Sort(""),
    },
)


def _ignored(_wanted: Filter, _given: Any) -> None:
    """The schema has this criterion, and the server does not look at it."""


FOLDERS = Kind(
    table="folders",
    criteria={
        "path": criteria.text("folders.path"),
        "mod_time": criteria.timestamp("folders.mod_time"),
        "parent_folder": trees.in_tree("folders.parent_folder_id", trees.FOLDER_TREE),
        "zip_file": _zip_file("folders"),
        "gallery_count": criteria.joined_count("galleries", "folder_id", "folders"),
        "created_at": criteria.timestamp("folders.created_at"),
        "updated_at": criteria.timestamp("folders.updated_at"),
        "galleries_filter": related(
            "galleries", "galleries.id", joined("galleries", "galleries.folder_id = folders.id", kind="INNER")
        ),
        "files_filter": _ignored,
    },
    search_columns=("folders.path",),
    sorts={
        **{name: Sort(f"folders.{name} {{}}") for name in ("created_at", "id", "path", "updated_at")},
        "random": Sort(""),
    },
)
