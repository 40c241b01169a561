"""Image Tools for Stash: what the entrypoint, and any other Python program, builds on."""
