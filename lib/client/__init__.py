"""The public Python API: `StashClient` with the eleven image methods, their objects and their errors."""

from __future__ import annotations

from lib.client.client import StashClient
from lib.client.models import (
    BulkImageUpdateInput,
    BulkUpdateIdMode,
    BulkUpdateIds,
    BulkUpdateStrings,
    FindImagesResultType,
    Fingerprint,
    Gallery,
    Image,
    ImageDestroyInput,
    ImagesDestroyInput,
    ImageUpdateInput,
    Performer,
    SortDirectionEnum,
    Studio,
    Tag,
    VisualFile,
)
from lib.errors import (
    DataError,
    TransportConnectionFailed,
    TransportError,
    TransportQueryError,
    TransportServerError,
)

__all__ = [
    "BulkImageUpdateInput",
    "BulkUpdateIdMode",
    "BulkUpdateIds",
    "BulkUpdateStrings",
    "DataError",
    "FindImagesResultType",
    "Fingerprint",
    "Gallery",
    "Image",
    "ImageDestroyInput",
    "ImageUpdateInput",
    "ImagesDestroyInput",
    "Performer",
    "SortDirectionEnum",
    "StashClient",
    "Studio",
    "Tag",
    "TransportConnectionFailed",
    "TransportError",
    "TransportQueryError",
    "TransportServerError",
    "VisualFile",
]
