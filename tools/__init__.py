"""Programs that build, measure and demonstrate the plugin. They aren't part of the package."""
