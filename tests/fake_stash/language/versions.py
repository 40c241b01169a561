"""What later releases of Stash added, so that the fake server can play an older one."""

from __future__ import annotations

import re
from contextvars import ContextVar

from graphql import DefinitionNode, DocumentNode

Number = tuple[int, ...]

ADDED = {
    # release: the fields, inputs and enum values that came with it, as far as images and what they refer to go;
    # read in the schemas of the releases
    "v0.26.0": """
        Job.error JobStatus.FAILED Mutation.downloadFFMpeg ScanMetadataInput.rescan
        SystemStatus.ffmpegPath SystemStatus.ffprobePath
        ConfigGeneralInput.ffmpegPath ConfigGeneralInput.ffprobePath
        ConfigGeneralResult.ffmpegPath ConfigGeneralResult.ffprobePath
        PerformerFilterType.play_count
        Studio.favorite StudioCreateInput.favorite StudioUpdateInput.favorite StudioFilterType.favorite
        Tag.favorite TagCreateInput.favorite TagUpdateInput.favorite TagFilterType.favorite
    """,
    "v0.27.0": """
        ImageFilterType.galleries_filter ImageFilterType.performers_filter
        ImageFilterType.studios_filter ImageFilterType.tags_filter
        GalleryFilterType.images_filter GalleryFilterType.performers_filter
        GalleryFilterType.studios_filter GalleryFilterType.tags_filter
        Gallery.image Gallery.paths Mutation.resetGalleryCover Mutation.setGalleryCover
        Performer.group_count Performer.urls PerformerCreateInput.urls PerformerUpdateInput.urls
        BulkPerformerUpdateInput.urls
        PerformerFilterType.galleries_filter PerformerFilterType.images_filter PerformerFilterType.tags_filter
        Studio.group_count Studio.tags StudioCreateInput.tag_ids StudioUpdateInput.tag_ids
        StudioFilterType.galleries_filter StudioFilterType.images_filter
        StudioFilterType.tag_count StudioFilterType.tags
        Tag.group_count Tag.movie_count Tag.studio_count Mutation.bulkTagUpdate
        TagFilterType.galleries_filter TagFilterType.images_filter
        TagFilterType.group_count TagFilterType.movie_count TagFilterType.studio_count
    """,
    "v0.28.0": """
        Performer.custom_fields PerformerCreateInput.custom_fields PerformerUpdateInput.custom_fields
        BulkPerformerUpdateInput.custom_fields PerformerFilterType.custom_fields
        Tag.sort_name TagCreateInput.sort_name TagUpdateInput.sort_name TagFilterType.sort_name
    """,
    "v0.29.0": """
        ImageFile.format Query.findFile Query.findFiles Query.findFolder Query.findFolders
        BaseFile.parent_folder Folder.parent_folder GalleryFile.parent_folder ImageFile.parent_folder
        VideoFile.parent_folder
        BaseFile.zip_file Folder.zip_file GalleryFile.zip_file ImageFile.zip_file VideoFile.zip_file
    """,
    "v0.30.0": """
        ConfigGeneralInput.deleteTrashPath ConfigGeneralResult.deleteTrashPath
        GalleryFilterType.files_filter GalleryFilterType.folders_filter ImageFilterType.files_filter
        Mutation.bulkStudioUpdate Studio.o_counter Studio.urls StudioCreateInput.urls StudioUpdateInput.urls
        Tag.stash_ids TagCreateInput.stash_ids TagUpdateInput.stash_ids TagFilterType.stash_id_endpoint
    """,
}

playing: ContextVar[str] = ContextVar("playing", default="v0.30.1")
"""The version of the fake server that serves the request of this thread."""


def since(release: str) -> bool:
    """Whether the version that is played has what came with this release."""
    return number(playing.get()) >= number(release)


def number(version: str) -> Number:
    """(0, 30, 1) of v0.30.1; a build without a number counts as the newest."""
    found = re.match(r"v?(\d+)\.(\d+)\.(\d+)", version)
    return tuple(map(int, found.groups())) if found else (999,)


def as_of(document: DocumentNode, version: str) -> DocumentNode:
    """The schema without what came after this version."""
    later = {name for release, names in ADDED.items() if number(release) > number(version) for name in names.split()}
    for definition in document.definitions:
        for part in ("fields", "values"):
            _drop(definition, part, later)
    return document


def _drop(definition: DefinitionNode, part: str, later: set[str]) -> None:
    members = getattr(definition, part, None)
    if members:
        type_ = definition.name.value  # type: ignore[attr-defined]  # what has members has a name
        setattr(definition, part, tuple(each for each in members if f"{type_}.{each.name.value}" not in later))
