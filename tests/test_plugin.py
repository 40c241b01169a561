"""What Stash writes to stdin, and what else may come in its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lib import plugin
from lib.errors import DataError
from tests.support.ids import shown

CONNECTION = {"Scheme": "http", "Host": "localhost", "Port": 9999, "SessionCookie": None, "Dir": "/config"}


@pytest.mark.parametrize(
    ("args", "read"),
    [({"mode": "setup"}, {"mode": "setup"}), ({}, {}), (None, {})],
    ids=shown,
)
def test_the_input_is_read(args: Any, read: dict[str, Any]) -> None:
    raw = json.dumps({"server_connection": CONNECTION, "args": args}).encode()
    assert plugin.read_input(raw) == plugin.PluginInput(CONNECTION, read)


def test_a_byte_order_mark_and_letters_of_any_script() -> None:
    raw = json.dumps({"server_connection": CONNECTION, "args": {"q": "夏"}}, ensure_ascii=False).encode("utf-8-sig")
    assert plugin.read_input(raw).args == {"q": "夏"}


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "not JSON"),
        (b"nonsense", "not JSON"),
        (b"\xff\xfe{", "not JSON"),
        (b'{"server_connection": {}} {}', "not JSON"),
        (b"[]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"{}", "no server_connection object"),
        (b'{"server_connection": null}', "no server_connection object"),
        (b'{"server_connection": "http://localhost"}', "no server_connection object"),
        (b'{"server_connection": {}, "args": []}', "args is not an object"),
        (b"[" * 100_000, "nested too deeply"),
    ],
    ids=shown,
)
def test_other_input_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        plugin.read_input(raw)


def test_the_users_folder_lies_in_stashs() -> None:
    assert Path(plugin.PluginInput(CONNECTION, {}).user_folder) == Path("/config/image_tools")


@pytest.mark.parametrize("folder", [None, "", 5])
def test_without_a_folder_there_is_no_users_folder(folder: Any) -> None:
    with pytest.raises(DataError, match=r"server_connection\.Dir"):
        _ = plugin.PluginInput({**CONNECTION, "Dir": folder}, {}).user_folder


def test_the_plugins_id_is_the_manifests_name(tmp_path: Path) -> None:
    (tmp_path / "image_tools.yml").write_text("name: x\nversion: 1.2.3\n", encoding="utf-8")
    (tmp_path / "sample.yaml").touch()
    assert plugin.plugin_id(str(tmp_path)) == "image_tools"
    assert plugin.version(str(tmp_path)) == "1.2.3"


@pytest.mark.parametrize("names", [[], ["a.yml", "b.yml"]])
def test_there_is_one_manifest(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(DataError, match=f"found: {', '.join(names) or 'none'}"):
        plugin.plugin_id(str(tmp_path))
