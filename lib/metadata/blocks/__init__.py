"""Parsers of metadata blocks: EXIF, IPTC, XMP."""
