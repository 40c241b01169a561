"""One image under evaluation: its JSON, path, files, sidecars and pending values."""
