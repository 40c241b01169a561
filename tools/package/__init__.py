"""Build the package that users install. This folder isn't part of it."""
