"""The public Python API: the eleven image methods, validated before sending, and what they take and return."""

from __future__ import annotations

from lib.client.client import StashClient

__all__ = ["StashClient"]
