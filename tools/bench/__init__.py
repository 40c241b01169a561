"""Benchmarks: `make bench`, on the fake server, or on a real server with STASH_BIN."""
