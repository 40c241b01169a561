"""Every feature of the plugin, shown on the fake server: `make demo`."""
