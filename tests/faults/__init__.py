"""Faults, kills and hostile input by the hundred: `make torture` runs all, `make test` a part (docs/reliability.md)."""
