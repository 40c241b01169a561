"""StashClient: the eleven image methods on a connection, for the plugin and for any Python program."""

from __future__ import annotations

from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any

from lib.client.images import ImageClientMixin
from lib.plugin import session_cookie
from lib.stash.address import Address
from lib.stash.connection import READ_TIMEOUT, Connection

if TYPE_CHECKING:
    from lib.client.stashapp_tools import Tools


class StashClient(ImageClientMixin):
    """A client of one Stash. Use `connect` in a program and `from_plugin` in a plugin; neither sends a request."""

    def __init__(self, connection: Connection, import_folder: str | None = None) -> None:
        self.connection = connection
        self.import_folder = import_folder

    @classmethod
    def connect(
        cls,
        url: str = "http://localhost:9999",
        *,
        api_key: str | None = None,
        timeout: float = READ_TIMEOUT,
        import_folder: str | None = None,
    ) -> StashClient:
        """Return a client of the Stash at this URL. It needs an API key if a password is set (Settings > Security).

        `timeout`: seconds for one answer; requests that change many images get more.
        `import_folder`: the folder that `create_image` copies files from elsewhere to; by default the plugin's setting.
        """
        return cls(Connection(Address.parse(url), api_key=api_key, timeout=timeout), import_folder)

    @classmethod
    def from_plugin(cls, server_connection: dict[str, Any]) -> StashClient:
        """Return a client of the Stash that started this plugin, from the `server_connection` of its input.

        Every request carries its session cookie, by which Stash limits endless hooks.
        """
        api_key = server_connection.get("ApiKey")
        address = Address.of_plugin(server_connection)
        return cls(Connection(address, api_key=api_key, cookie=session_cookie(server_connection)))

    @cached_property
    def tools(self) -> Tools:
        """stashapp-tools' StashInterface on this connection, created on first use."""
        # Imported late: it takes 30 ms, and no task needs it.
        from lib.client.stashapp_tools import Tools

        return Tools(self.connection)

    def execute(self, document: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send any GraphQL document, without retries, and return its data."""
        return self.connection.execute(document, variables, idempotent=False)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def __enter__(self) -> StashClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
