"""Requests to a Stash server: one connection, and small typed queries. Empty, so that the hook imports no requests."""
