"""What things cost: `make bench`, on the stand-in or with STASH_BIN on a real server."""
