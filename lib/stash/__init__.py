"""Everything asked of a Stash server: one transport, and small typed questions. Empty, so that the hook loads no requests."""
