"""The old place of the client's objects, kept for one release. Import them from `lib.client`."""

from lib.client.models import *  # noqa: F403 - a shim re-exports everything
