"""Play the recorded steps on a server and compare: `python -m tools.record --stash-bin BINARY [--write]`.

The same player compares the fake server with the recordings, and renews them for a new release of Stash.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.support.real_stash import RealStash, real_stash
from tests.support.sample_library import KEPT, lay_out
from tools import record_protocol

Pair = tuple[dict[str, Any], dict[str, Any]]

RECORDINGS = Path(__file__).resolve().parents[1] / "tests" / "data" / "recordings"
IMAGE_API = RECORDINGS / "image-api.json"
MORE = RECORDINGS / "image-api-more.json"
TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
STAMP = re.compile(r"\?t=\d+")

# Steps whose answer differs between two runs of the same server.
UNKNOWABLE = {
    "sort by file_mod_time": "the order depends on file times, which a copy of the library doesn't keep",
}
# Messages that clients rely on. For others, only path and code are compared.
EXACT = re.compile(r"not found|does not exist in|strconv|duplicate id|must be defined|unknown field")


@dataclass
class Player:
    """Send steps to a server. `library` is the folder of its library."""

    url: str
    library: str

    def play(self, step: dict[str, Any]) -> dict[str, Any]:
        """Return the step with the server's answer, with placeholders for paths and times."""
        if "scan" in step:
            self.scan(step["scan"])
            return step
        body = step["raw"].encode() if "raw" in step else self._body(step)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        answer = requests.post(f"{self.url}/graphql", data=body, headers=headers, timeout=60)
        return {**step, "status": answer.status_code, "reply": json.loads(self.without_places(answer.text))}

    def _body(self, step: dict[str, Any]) -> bytes:
        text = json.dumps({"query": step["query"], "variables": step["variables"]})
        return text.replace("<root>", json.dumps(self.library)[1:-1]).encode()

    def without_places(self, text: str) -> str:
        """Replace values that differ between runs with placeholders."""
        text = text.replace(json.dumps(self.library)[1:-1], "<root>").replace(self.url, "<url>")
        return STAMP.sub("?t=<t>", TIME.sub("<time>", text))

    def scan(self, paths: list[str]) -> None:
        """Scan folders in the library and wait for the end."""
        folders = [f"{self.library}/{path}" if path else self.library for path in paths]
        document = "mutation($i: ScanMetadataInput!) { metadataScan(input: $i) }"
        self._ask(document, {"i": {"paths": folders}})
        while self._ask("{ jobQueue { id } }", {})["jobQueue"]:
            time.sleep(0.02)

    def _ask(self, document: str, variables: dict[str, Any]) -> dict[str, Any]:
        body = {"query": document, "variables": variables}
        answer = requests.post(f"{self.url}/graphql", json=body, timeout=60)
        data: dict[str, Any] = answer.json()["data"]
        return data


def difference(recorded: dict[str, Any], played: dict[str, Any]) -> str | None:
    """Return the difference between two answers to a step, or None if they are equal."""
    if "scan" in recorded:
        return None
    if recorded["status"] != played["status"]:
        return f"status {played['status']} instead of {recorded['status']}: {played['reply']}"
    if recorded["reply"].get("data") != played["reply"].get("data"):
        return f"data {played['reply']} instead of {recorded['reply']}"
    expected, actual = (
        [_comparable(error) for error in step["reply"].get("errors", [])] for step in (recorded, played)
    )
    for old, new in zip(expected, actual, strict=False):
        if old[1:] != new[1:] or (EXACT.search(old[0]) and old[0] != new[0]):
            return f"error {new} instead of {old}"
    return None if len(expected) == len(actual) else f"errors {actual} instead of {expected}"


def _comparable(error: dict[str, Any]) -> tuple[str, Any, Any]:
    return error["message"], error.get("path"), error.get("extensions", {}).get("code")


def recorded_steps(file: Path = IMAGE_API) -> list[dict[str, Any]]:
    """Return the steps of a recording of the image API."""
    steps: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["steps"]
    return steps


def replay(player: Player, file: Path = IMAGE_API) -> Iterator[Pair]:
    """Yield each recorded step with the same step played on a server with a fresh library."""
    player.scan([""])
    for step in recorded_steps(file):
        yield step, player.play(step)


def play_image_api(stash: RealStash) -> tuple[Path, list[Pair]]:
    """Play the image API on a real server with the sample library."""
    return IMAGE_API, list(replay(Player(stash.url, stash.library)))


def play_more(stash: RealStash) -> tuple[Path, list[Pair]]:
    """Play the additional steps, mainly errors."""
    return MORE, list(replay(Player(stash.url, stash.library), MORE))


def play_protocol(stash: RealStash) -> tuple[Path, list[Pair]]:
    """Play the plugin protocol on a real server with two images."""
    record_protocol.lay_out_probe(stash.folder)
    player = record_protocol.ProtocolPlayer(stash.url, stash.folder)
    requests.post(f"{stash.url}/graphql", json={"query": "mutation { reloadPlugins }"}, timeout=60)
    return record_protocol.RECORDING, list(record_protocol.replay(player))


def show(name: str, pairs: list[Pair]) -> None:
    """Print each step whose answer has changed."""
    compare = record_protocol.difference if name == record_protocol.RECORDING.name else difference
    different = 0
    for recorded, played in pairs:
        text = compare(recorded, played)
        if text:
            different += 1
            print(f"{recorded['name']}: {text}")
    print(f"{name}: {len(pairs)} steps, {different} different", file=sys.stderr)


def write(file: Path, pairs: list[Pair]) -> None:
    """Save the played steps as the new recording."""
    recording = json.loads(file.read_text(encoding="utf-8"))
    recording["steps"] = [played for _, played in pairs]
    if "server" in recording:
        recording["server"] = pairs[0][1]["reply"]["data"]["version"]["version"]  # the first step requests it
    file.write_text(json.dumps(recording, indent=1, ensure_ascii=False), encoding="utf-8")


def main() -> int:
    """Play the steps on a real server. With --write, save its answers as the new recordings."""
    parser = argparse.ArgumentParser(description="Compare a real Stash with the recordings, or renew them.")
    parser.add_argument("--stash-bin", required=True, metavar="BINARY", help="a Stash binary")
    parser.add_argument("--write", action="store_true", help="renew the recordings")
    options = parser.parse_args()
    for fill, play in ((lay_out, play_image_api), (lay_out, play_more), (_lay_out_two, play_protocol)):
        with tempfile.TemporaryDirectory(prefix="library-") as library:
            fill(library)
            with real_stash(options.stash_bin, library=library) as stash:
                file, pairs = play(stash)
        show(file.name, pairs)
        if options.write:
            write(file, pairs)
    return 0


def _lay_out_two(library: str) -> None:
    record_protocol.lay_out_pictures(library, KEPT)


if __name__ == "__main__":
    sys.exit(main())
