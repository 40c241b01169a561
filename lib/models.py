"""Kept for one release: `from lib.models import Image` is now `from lib.client import Image`."""

from lib.client.models import *  # noqa: F403 - a shim re-exports all there is
