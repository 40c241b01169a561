"""A plugin that notes how it was called, and then does what `args.do` asks for."""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.request
from collections.abc import Callable
from typing import Any

HERE = os.path.dirname(os.path.abspath(__file__))


def note(given: dict[str, Any]) -> None:
    """Append this call to calls.jsonl beside this file."""
    call = {"stdin": given, "cwd": os.getcwd(), "argv": sys.argv, "PYTHONPATH": os.environ.get("PYTHONPATH")}
    with open(os.path.join(HERE, "calls.jsonl"), "a", encoding="utf-8") as file:
        file.write(json.dumps(call) + "\n")


def ask(connection: dict[str, Any], query: str) -> Any:
    """Ask the server that started this."""
    cookie = connection["SessionCookie"]
    request = urllib.request.Request(
        f"{connection['Scheme']}://{connection['Host']}:{connection['Port']}/graphql",
        json.dumps({"query": query}).encode(),
        {"Content-Type": "application/json", "Cookie": f"{cookie['Name']}={cookie['Value']}"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["data"]


def answer(text: str, code: int = 0) -> None:
    """Print the answer and end."""
    sys.stdout.write(text)
    sys.stdout.flush()
    sys.exit(code)


def log_all(given: dict[str, Any]) -> None:
    """A line of each level, a line without one, and half of the progress."""
    for level in "tdiwe":
        sys.stderr.write(f"\x01{level}\x02level {level}\n")
    sys.stderr.write("no level\n\x01p\x020.5\n")
    sys.stderr.flush()
    time.sleep(float(given["args"].get("sleep", 0)))


def long_line(_given: dict[str, Any]) -> None:
    """A line that ends the server's listening, and one more that finds nobody."""
    try:
        os.write(2, b"\x01i\x02" + b"x" * 70_000 + b"\n")
        os.write(2, b"\x01i\x02after the long line\n")
    except BrokenPipeError:
        pass
    answer('{"output": "long"}')


def crash(_given: dict[str, Any]) -> None:
    """An error that nobody catches."""
    raise RuntimeError("as asked")


def scan(given: dict[str, Any]) -> None:
    """Start a scan, wait a while for it, and answer in which states it was seen."""
    connection = given["server_connection"]
    job = ask(connection, "mutation { metadataScan(input: {}) }")["metadataScan"]
    seen: set[str] = set()
    ends = time.monotonic() + 1.5
    while time.monotonic() < ends and "FINISHED" not in seen:
        seen.add(ask(connection, f'{{ findJob(input: {{id: "{job}"}}) {{ status }} }}')["findJob"]["status"])
    answer(json.dumps({"output": sorted(seen)}))


def wait(_given: dict[str, Any]) -> None:
    """Until somebody kills it."""
    time.sleep(60)


def update(given: dict[str, Any]) -> None:
    """Change the image of this hook again, so that the hook leads to itself."""
    image_id = given["args"]["hookContext"]["id"]
    ask(given["server_connection"], f'mutation {{ imageUpdate(input: {{id: {image_id}, code: "again"}}) {{ id }} }}')


ACTIONS: dict[str, Callable[[dict[str, Any]], None]] = {
    "error": lambda _given: answer('{"error": "it went wrong"}'),
    "both": lambda _given: answer('{"output": 1, "error": "half of it went wrong"}'),
    "text": lambda _given: answer("this is no json\n"),
    "bare": lambda _given: answer('{"neither": 1}'),
    "nothing": lambda _given: answer(""),
    "exit": lambda _given: answer("", 3),
    "exit with output": lambda _given: answer('{"output": 1}', 3),
    "two": lambda _given: answer('{"output": 1}\n{"output": 2}\n'),
    "long": long_line,
    "crash": crash,
    "scan": scan,
    "log": log_all,
    "wait": wait,
}


def main() -> None:
    """Note the call, do what is asked for, and answer the arguments."""
    given = json.loads(sys.stdin.buffer.read())
    note(given)
    action = ACTIONS.get(given["args"].get("do"))
    if action:
        action(given)
    if "hookContext" in given["args"] and os.path.exists(os.path.join(HERE, "update-again")):
        update(given)
    answer(json.dumps({"output": {"args": given["args"]}}))


if __name__ == "__main__":
    main()
