"""Everything the plugin does, shown on the stand-in: `make demo`."""
