"""StashClient: the eleven image methods on a connection of their own, for the plugin and for any Python program."""

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
    """One Stash. `connect` for a program, `from_plugin` for what Stash starts; neither makes a request."""

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
        """The Stash at this address. An API key is needed where a password is set (Settings > Security).

        `timeout`: seconds that one answer may take; one that changes many images is given more.
        `import_folder`: where `create_image` puts pictures from outside; without it, where the plugin's setting says.
        """
        return cls(Connection(Address.parse(url), api_key=api_key, timeout=timeout), import_folder)

    @classmethod
    def from_plugin(cls, server_connection: dict[str, Any]) -> StashClient:
        """The Stash that started this plugin, by the `server_connection` it wrote to stdin.

        Its session cookie goes along with every request: it carries Stash's guard against endless hooks.
        """
        api_key = server_connection.get("ApiKey")
        address = Address.of_plugin(server_connection)
        return cls(Connection(address, api_key=api_key, cookie=session_cookie(server_connection)))

    @cached_property
    def tools(self) -> Tools:
        """stashapp-tools' StashInterface on this connection, made on first use."""
        # Imported late: 30 ms that no task of ours needs at its start.
        from lib.client.stashapp_tools import Tools

        return Tools(self.connection)

    def execute(self, document: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """The data of any GraphQL document. It is sent once."""
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
