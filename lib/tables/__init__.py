"""Images as tables: CSV, JSON and JSON lines, out of Stash and back into a plan."""
