"""Play the recorded plugin protocol on a server: the input of plugins, and the effect of their answers."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

RECORDING = Path(__file__).resolve().parents[1] / "tests" / "data" / "recordings" / "plugin-protocol.json"
PROBE = Path(__file__).resolve().parents[1] / "tests" / "data" / "probe"
COOKIE = re.compile(r"session=[^;]+")
HTTP_TIME = re.compile(r"\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT")
VERSION = "{version{version}}"
IN_SCAN = ("plain.png", "rotated.jpg")

PATIENCE = 10  # seconds to wait for a task to report progress
TASK = """mutation($name: String, $description: String, $args: Map) {
  runPluginTask(plugin_id: "probe", task_name: $name, description: $description, args_map: $args)
}"""
# The variables of TASK for steps whose recording contains only the result.
TASKS: dict[str, dict[str, Any]] = {
    "task, its default arguments": {"name": "Show"},
    "task, with args_map": {
        "name": "Show",
        "args": {"mode": "other", "list": [1, 2], "nested": {"a": None}},
    },
    "task without a name, while it runs": {"description": "My own words", "args": {"do": "log", "sleep": "0.5"}},
    **{
        f"task that answers: {answer}": {"description": "t", "args": {"do": answer}}
        for answer in ("error", "exit", "crash", "text", "scan")
    },
}


def lay_out_probe(folder: str) -> None:
    """Copy the probe plugin into the plugins of this configuration folder."""
    target = os.path.join(folder, "plugins", "probe")
    os.makedirs(target)
    shutil.copy(PROBE / "probe.py", target)
    shutil.copy(PROBE / "probe.yaml", os.path.join(target, "probe.yml"))


def lay_out_pictures(library: str, sample: str) -> None:
    """Copy the two images of the recording's first scan into the library."""
    os.makedirs(library, exist_ok=True)
    shutil.copy(os.path.join(sample, "misc", IN_SCAN[0]), library)
    shutil.copy(os.path.join(sample, "photos", IN_SCAN[1]), library)


@dataclass
class ProtocolPlayer:
    """Play steps on a server with the configuration folder `folder`, which contains the probe."""

    url: str
    folder: str
    key: str = ""
    cookie: str = ""
    plugin_cookie: str = ""
    _calls_seen: int = 0
    _session: requests.Session = field(default_factory=requests.Session)

    def play(self, step: dict[str, Any]) -> dict[str, Any]:
        """Return the step with its result on this server."""
        name = step["name"]
        played = {"name": name, **self._action(step)(step)}
        calls = self._calls()
        if "calls" in step:
            played["calls"] = calls
        marked: dict[str, Any] = json.loads(self._without_places(json.dumps(played)))
        return marked

    def _action(self, step: dict[str, Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
        if "query" in step:
            return self._query
        if step["name"] in TASKS:
            return self._task
        return getattr(self, "_" + re.sub(r"\W+", "_", step["name"]))  # type: ignore[no-any-return]  # the methods below

    def _query(self, step: dict[str, Any]) -> dict[str, Any]:
        answer = self._post(step["query"], step["variables"])
        time.sleep(0.05)
        self._wait_idle()
        return {
            "query": step["query"],
            "variables": step["variables"],
            "status": answer.status_code,
            "reply": answer.json(),
        }

    def _task(self, step: dict[str, Any]) -> dict[str, Any]:
        job = self._post(TASK, TASKS[step["name"]]).json()["data"]["runPluginTask"]
        played: dict[str, Any] = {}
        if "running" in step:
            played["running"] = self._progress_of_queue()
        self._wait_idle()
        return {**played, "job": self._job(job)}

    def _progress_of_queue(self) -> Any:
        """Return the queue once the running task has reported progress."""
        deadline = time.monotonic() + PATIENCE
        while True:
            queue = self._post("{jobQueue{id status progress description subTasks}}").json()
            jobs = queue["data"]["jobQueue"]
            if not jobs or jobs[0]["progress"] or time.monotonic() > deadline:
                return queue
            time.sleep(0.05)

    def _a_scan_of_two_new_pictures(self, _step: dict[str, Any]) -> dict[str, Any]:
        job = self._post("mutation { metadataScan(input: {}) }").json()["data"]["metadataScan"]
        self._wait_idle()
        return {"job": self._job(job)}

    def _no_credentials(self, _step: dict[str, Any]) -> dict[str, Any]:
        return {"reply": self._summary(self._bare("POST", "/graphql"), body=True)}

    def _a_page_without_credentials(self, _step: dict[str, Any]) -> dict[str, Any]:
        return {"reply": self._summary(self._bare("GET", "/plugin/probe/assets/x"))}

    def _log_in(self, _step: dict[str, Any]) -> dict[str, Any]:
        form = {"username": "u", "password": "secret"}
        answer = requests.post(f"{self.url}/login", data=form, timeout=10, headers={"Accept-Encoding": "identity"})
        self.cookie = answer.cookies["session"]
        key = "mutation { generateAPIKey(input: {}) }"
        cookies = {"session": self.cookie}
        response = requests.post(f"{self.url}/graphql", json={"query": key}, cookies=cookies, timeout=10)
        self.key = response.json()["data"]["generateAPIKey"]
        return {"reply": self._summary(answer, body=True)}

    def _the_right_API_key(self, _step: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - the step's name
        answer = self._bare("POST", "/graphql", ApiKey=self.key)
        return {"reply": [answer.status_code, answer.json()]}

    def _a_wrong_API_key(self, _step: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - the step's name
        return {"reply": self._summary(self._bare("POST", "/graphql", ApiKey="wrong"), body=True)}

    def _a_wrong_cookie(self, _step: dict[str, Any]) -> dict[str, Any]:
        return {"reply": self._summary(self._bare("POST", "/graphql", Cookie="session=wrong"), body=True)}

    def _an_operation_under_a_password(self, _step: dict[str, Any]) -> dict[str, Any]:
        document = 'mutation { runPluginOperation(plugin_id: "probe", args: {}) }'
        cookies = {"session": self.cookie}
        answer = requests.post(f"{self.url}/graphql", json={"query": document}, cookies=cookies, timeout=10)
        connection = self._raw_calls()[-1]["stdin"]["server_connection"]
        self.plugin_cookie = connection["SessionCookie"]["Value"]
        return {"status": answer.status_code, "cookie": connection["SessionCookie"]}

    def _the_cookie_that_a_plugin_gets_works(self, _step: dict[str, Any]) -> dict[str, Any]:
        answer = self._bare("POST", "/graphql", Cookie=f"session={self.plugin_cookie}")
        return {"reply": [answer.status_code, answer.json()]}

    def _post(self, query: str, variables: dict[str, Any] | None = None) -> requests.Response:
        body = {"query": query, "variables": variables or {}}
        return self._session.post(f"{self.url}/graphql", json=body, timeout=60)

    def _bare(self, method: str, path: str, **headers: str) -> requests.Response:
        sent = {"Accept-Encoding": "identity", "Content-Type": "application/json", **headers}
        body = json.dumps({"query": VERSION})
        return requests.request(method, self.url + path, data=body, headers=sent, timeout=10, allow_redirects=False)

    def _summary(self, answer: requests.Response, *, body: bool = False) -> list[Any]:
        summary = [answer.status_code, dict(answer.headers)]
        return [*summary, answer.text] if body else summary

    def _job(self, job: str) -> dict[str, Any]:
        document = f'{{ findJob(input: {{id: "{job}"}}) {{ status error progress description }} }}'
        state: dict[str, Any] = self._post(document).json()["data"]["findJob"]
        return state

    def _wait_idle(self) -> None:
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            answer = self._post("{ jobQueue { id } }")
            if answer.status_code != 200 or not answer.json()["data"]["jobQueue"]:
                return
            time.sleep(0.02)

    def _raw_calls(self) -> list[dict[str, Any]]:
        path = Path(self.folder, "plugins", "probe", "calls.jsonl")
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]

    def _calls(self) -> list[dict[str, Any]]:
        calls = self._raw_calls()
        new, first = calls[self._calls_seen :], self._calls_seen == 0
        self._calls_seen = len(calls)
        for index, call in enumerate(new):
            if index or not first:
                call["stdin"]["server_connection"] = "as above"
        return new

    def _without_places(self, text: str) -> str:
        port = self.url.rsplit(":", 1)[1]
        text = text.replace(json.dumps(self.folder)[1:-1], "<dir>").replace(f'"Port": {port}', '"Port": "<port>"')
        text = re.sub(r'("Name": "session", "Value": )"[^"]*"', r'\1"<cookie>"', text)
        text = text.replace('"Expires": "0001-01-01T00:00:00Z"', '"Expires": "<time>"')
        return HTTP_TIME.sub("<time>", COOKIE.sub("session=<cookie>", text))


def recorded_steps() -> list[dict[str, Any]]:
    """Return the steps of the plugin protocol."""
    steps: list[dict[str, Any]] = json.loads(RECORDING.read_text(encoding="utf-8"))["steps"]
    return steps


def replay(player: ProtocolPlayer) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each recorded step with the same step played."""
    for step in recorded_steps():
        yield step, player.play(step)


def comparable(step: dict[str, Any]) -> dict[str, Any]:
    """Return the step with sorted names of input fields, which have no order."""
    text = re.sub(
        r'"inputFields": \[[^\]]*\]',
        lambda match: json.dumps({"f": sorted(json.loads("{" + match[0] + "}")["inputFields"])})[1:-1],
        json.dumps(step),
    )
    normalized: dict[str, Any] = json.loads(text)
    return normalized


def difference(recorded: dict[str, Any], played: dict[str, Any]) -> str | None:
    """Return the difference between two steps, or None if they are equal. The server's folder is ignored."""
    expected, actual = (_without_folder(comparable(step)) for step in (recorded, played))
    return None if expected == actual else f"{json.dumps(actual)} instead of {json.dumps(expected)}"


def _without_folder(step: dict[str, Any]) -> dict[str, Any]:
    calls = [{**call, "cwd": "anywhere"} for call in step.get("calls", ())]
    return {**step, "calls": calls}
