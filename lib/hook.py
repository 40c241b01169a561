"""What a hook does once a minute at most: makes sure that the task for new images is queued.

It runs inside the scan, in a process of its own, so it takes http.client from the standard library: importing
requests costs 117 ms an image (measured on v0.30.1). Everything else goes through lib.stash.connection.
"""

from __future__ import annotations

import json
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from lib.errors import DataError
from lib.plugin import PluginInput, plugin_id, read_input, session_cookie
from lib.stash.address import Address
from lib.util.redact import Redactor

MODE = "process_new_images"
TASK = "Apply rules to new images"
"""The task's name in the manifest, by which a queued one is recognised."""
SECONDS = 10

_QUEUE = "query Queue { jobQueue { status description } }"
_RUN = """mutation Run($id: ID!, $name: String!, $args: Map!) {
  runPluginTask(plugin_id: $id, task_name: $name, args_map: $args)
}"""


def queue_new_images(raw: bytes, flag: str) -> tuple[bytes, int]:
    """Queue the task unless it is queued, touch the flag, and answer as a plugin does: JSON and an exit code."""
    secrets = Redactor()
    try:
        given = read_input(raw)
        secrets.add((session_cookie(given.server_connection) or ("", ""))[1])
        if not _is_queued(given):
            args = {"mode": MODE, "first": given.args["hookContext"]["id"]}
            _ask(given, _RUN, {"id": plugin_id(), "name": TASK, "args": args})
    except (ValueError, OSError, HTTPException, LookupError, TypeError, AttributeError, RecursionError) as error:
        # Of others only the kind is told: what http.client refuses it quotes, header and all.
        ours = isinstance(error, (DataError, OSError))
        what = secrets.redact(str(error)) if ours else f"no answer of Stash ({type(error).__name__})"
        text = f"Image Tools: new images were noticed, but their task could not be queued: {what}"
        return json.dumps({"error": text}).encode(), 1
    _touch(flag)
    return b'{"output": "queued"}', 0


def _is_queued(given: PluginInput) -> bool:
    jobs = _ask(given, _QUEUE, {})["jobQueue"] or []
    return any(job["status"] == "READY" and job["description"].endswith(f": {TASK}") for job in jobs)


def _ask(given: PluginInput, document: str, variables: dict[str, Any]) -> dict[str, Any]:
    address = Address.of_plugin(given.server_connection)
    parts = urlsplit(address.base)
    host = parts.hostname or ""
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if cookie := session_cookie(given.server_connection):
        headers["Cookie"] = "=".join(cookie)
    connection: HTTPConnection = HTTPConnection(host, parts.port, timeout=SECONDS)
    if parts.scheme == "https":
        connection = HTTPSConnection(host, parts.port, timeout=SECONDS, context=_tls(address))
    try:
        body = json.dumps({"query": document, "variables": variables})
        connection.request("POST", f"{parts.path}/graphql", body, headers)
        response = connection.getresponse()
        content = response.read()
    finally:
        connection.close()
    if response.status != 200:
        raise DataError(f"{address.base} answers {response.status}.")
    answer = json.loads(content.decode("utf-8", "replace"))
    if answer.get("errors"):
        raise DataError(f"{address.base}: {answer['errors'][0].get('message')}")
    data: dict[str, Any] = answer["data"]
    return data


def _tls(address: Address) -> ssl.SSLContext:
    # No certificate names 127.0.0.1.
    return ssl._create_unverified_context() if address.loopback else ssl.create_default_context()  # noqa: S323,SLF001 - loopback only


def _touch(flag: str) -> None:
    # A folder that cannot be written only means that the next hook asks again. Appended to: one that looks at that moment
    # must not find it empty.
    try:
        with open(flag, "ab") as file:
            file.write(b"queued\n")
    except OSError:
        return
