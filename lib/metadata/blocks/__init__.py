"""What one block says: EXIF, IPTC, XMP."""
