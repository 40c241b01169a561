"""Read the metadata of an image file: EXIF, XMP, IPTC and PNG texts. Independent of the server and of rules."""

from __future__ import annotations

from lib.metadata.blocks.xmp import read_xmp
from lib.metadata.fields import FIELDS, with_sidecar
from lib.metadata.model import Metadata
from lib.metadata.read import read_metadata

__all__ = ["FIELDS", "Metadata", "read_metadata", "read_xmp", "with_sidecar"]
