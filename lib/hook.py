"""The scan hook: makes sure that the task for new images is queued. It does so at most once a minute.

It runs inside the scan, in a process for each new image, so it uses http.client of the standard library: importing
requests takes 117 ms an image (measured on v0.30.1). All other code uses lib.stash.connection.
"""

from __future__ import annotations

import json
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from lib.errors import DataError
from lib.plugin import NEW_IMAGES_TASK, QUEUE_TASK, PluginInput, plugin_id, read_input, session_cookie
from lib.stash.address import Address
from lib.util.redact import Redactor

MODE = "process_new_images"
TIMEOUT = 10
"""Seconds."""

_QUEUE = "query Queue { jobQueue { status description } }"


def queue_new_images(raw: bytes, flag: str) -> tuple[bytes, int]:
    """Queue the task unless it is queued, touch the flag, and return the plugin's answer as JSON and an exit code."""
    redactor = Redactor()
    try:
        plugin_input = read_input(raw)
        if cookie := session_cookie(plugin_input.server_connection):
            redactor.add(cookie[1])
        if not _is_queued(plugin_input):
            args = {"mode": MODE, "first": plugin_input.args["hookContext"]["id"]}
            _execute(plugin_input, QUEUE_TASK, {"id": plugin_id(), "name": NEW_IMAGES_TASK, "args": args})
    except (ValueError, OSError, HTTPException, LookupError, TypeError, AttributeError, RecursionError) as error:
        # http.client quotes headers in its messages, so only the kind of such an error is shown.
        is_safe = isinstance(error, (DataError, OSError))
        reason = redactor.redact(str(error)) if is_safe else f"no valid answer from Stash ({type(error).__name__})"
        message = f"Image Tools: new images were noticed, but their task could not be queued: {reason}"
        return json.dumps({"error": message}).encode(), 1
    _touch(flag)
    return b'{"output": "queued"}', 0


def _is_queued(plugin_input: PluginInput) -> bool:
    jobs = _execute(plugin_input, _QUEUE, {})["jobQueue"] or []
    return any(job["status"] == "READY" and job["description"].endswith(f": {NEW_IMAGES_TASK}") for job in jobs)


def _execute(plugin_input: PluginInput, document: str, variables: dict[str, Any]) -> dict[str, Any]:
    address = Address.of_plugin(plugin_input.server_connection)
    parts = urlsplit(address.base)
    host = parts.hostname or ""
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if cookie := session_cookie(plugin_input.server_connection):
        headers["Cookie"] = "=".join(cookie)
    connection: HTTPConnection = HTTPConnection(host, parts.port, timeout=TIMEOUT)
    if parts.scheme == "https":
        connection = HTTPSConnection(host, parts.port, timeout=TIMEOUT, context=_tls_context(address))
    try:
        body = json.dumps({"query": document, "variables": variables})
        connection.request("POST", f"{parts.path}/graphql", body, headers)
        response = connection.getresponse()
        content = response.read()
    finally:
        connection.close()
    if response.status != 200:
        raise DataError(f"{address.base} returned HTTP status {response.status}.")
    answer = json.loads(content.decode("utf-8", "replace"))
    if answer.get("errors"):
        raise DataError(f"{address.base}: {answer['errors'][0].get('message')}")
    data: dict[str, Any] = answer["data"]
    return data


def _tls_context(address: Address) -> ssl.SSLContext:
    # A certificate is never issued for 127.0.0.1.
    return ssl._create_unverified_context() if address.loopback else ssl.create_default_context()  # noqa: S323,SLF001 - loopback only


def _touch(flag: str) -> None:
    # If the folder is read-only, the next hook queries the queue again. The file is appended to, because it must not be
    # empty at any moment: another hook may read it.
    try:
        with open(flag, "ab") as file:
            file.write(b"queued\n")
    except OSError:
        return
