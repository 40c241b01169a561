"""Plugins as real processes: what they get, what becomes of what they print, and how they end."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.fake_stash import FakeStash
from tests.support.script_plugin import write_plugin

OPERATION = 'mutation($a: Map) { runPluginOperation(plugin_id: "script", args: $a) }'
TASK = """mutation($t: String, $d: String, $a: Map) {
  runPluginTask(plugin_id: "script", task_name: $t, description: $d, args_map: $a)
}"""
JOB = "query($id: ID!) { findJob(input: {id: $id}) { status error progress description } }"
SAY = 'sys.stdout.write(args["text"]); sys.exit(args.get("code", 0))'
LOG = 'sys.stderr.buffer.write(args["text"].encode("latin-1")); sys.stderr.flush(); print("null")'


def job_of(fake: FakeStash, **variables: Any) -> dict[str, Any]:
    """The job of a task, when it is over."""
    job = fake.execute(TASK, variables)["data"]["runPluginTask"]
    fake.wait_idle()
    found: dict[str, Any] = fake.execute(JOB, {"id": job})["data"]["findJob"]
    return found


ANSWERS: dict[str, tuple[dict[str, Any], Any]] = {
    "output": ({"text": '{"output": {"a": [1]}}'}, {"a": [1]}),
    "an output of null": ({"text": '{"output": null}'}, None),
    "nothing of an answer": ({"text": "{}"}, None),
    "names in any case": ({"text": '{"OUTPUT": 5}'}, 5),
    "no JSON": ({"text": "hello\n"}, "hello\n"),
    "no object": ({"text": "[1]"}, "[1]"),
    "numbers that went through a float": (
        {"text": '{"output": [1.0, 12345678901234567890, 1e20, 1e21, 0.5]}'},
        [1, 12345678901234567000, 100000000000000000000, 1e21, 0.5],
    ),
    "what Python writes and JSON has not": ({"text": '{"output": NaN}'}, '{"output": NaN}'),
    "a failure without an error": ({"text": '{"output": 1}', "code": 3}, "exit status 3"),
    "an error": ({"text": '{"error": "no"}'}, "no"),
    "an error and a failure": ({"text": '{"error": "no"}', "code": 3}, "no"),
    "nothing and a failure": ({"text": "", "code": 1}, "exit status 1"),
}


@pytest.mark.parametrize(("args", "expected"), ANSWERS.values(), ids=ANSWERS)
def test_an_operation_answers(tmp_path: Path, args: dict[str, Any], expected: Any) -> None:
    with FakeStash(plugin=write_plugin(tmp_path / "script", SAY)) as fake:
        body = fake.execute(OPERATION, {"a": args})
    failed = "errors" in body
    assert (body["errors"][0]["message"] if failed else body["data"]["runPluginOperation"]) == expected
    assert failed == ("code" in args or "error" in args["text"])


LINES = {
    "info": ("\x01i\x02hello\n", [("Info", "hello")]),
    "every level": (
        "\x01t\x02a\n\x01d\x02b\n\x01w\x02c\n\x01e\x02d\n",
        [("Trace", "a"), ("Debug", "b"), ("Warning", "c"), ("Error", "d")],
    ),
    "no level": ("plain\n", [("Error", "plain")]),
    "the last line without its end": ("\x01i\x02hello", [("Info", "hello")]),
    "empty lines": ("\n\r\n\x01i\x02x\n", [("Info", "x")]),
    "spaces around": ("\x01i\x02  x \r\n", [("Info", "x")]),
    "almost too long": ("\x01i\x02" + "x" * 65_000 + "\nafter\n", [("Info", "x" * 65_000), ("Error", "after")]),
    "too long, and the pipe is closed": ("\x01i\x02first\n" + "x" * 65_536 + "\n\x01i\x02y\n", [("Info", "first")]),
}


@pytest.mark.parametrize(("text", "expected"), LINES.values(), ids=LINES)
def test_lines_on_stderr(tmp_path: Path, text: str, expected: list[tuple[str, str]]) -> None:
    code = f"try:\n    {LOG}\nexcept BrokenPipeError:\n    os._exit(0)\n"
    with FakeStash(plugin=write_plugin(tmp_path / "script", code)) as fake:
        fake.execute(OPERATION, {"a": {"text": text}})
        prefix = "[Plugin / Script] "
        said = [
            (each.level, each.message.removeprefix(prefix)) for each in fake.logs if each.message.startswith(prefix)
        ]
    assert said == expected


def test_the_manifest_names_the_level_of_plain_lines(tmp_path: Path) -> None:
    with FakeStash(plugin=write_plugin(tmp_path / "script", LOG, errLog="info")) as fake:
        fake.execute(OPERATION, {"a": {"text": "plain\n"}})
        assert fake.logs.messages("Info") == ["[Plugin / Script] plain"]


def test_input_and_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)
    folder = write_plugin(tmp_path / "here" / "script", SHOW, tasks=[{"name": "T", "defaultArgs": {"a": 1, "b": "x"}}])
    with FakeStash(plugin=folder, config=str(tmp_path / "config")) as fake:
        job = job_of(fake, t="T", a={"b": "y", "text": 5})
        assert (job["status"], job["error"], job["description"]) == ("FINISHED", None, "Running plugin task: T")
        port = fake.core.port
    told = json.loads((tmp_path / "here" / "script" / "told.json").read_text())
    assert told["args"] == {"a": "1", "b": "y", "text": 5}  # default arguments are texts
    assert told["cwd"] == "/"
    assert told["path"] == str(tmp_path / "here")
    connection = told["server_connection"]
    assert (connection["Scheme"], connection["Port"]) == ("http", port)
    assert connection["Dir"] == str(tmp_path / "config")
    assert connection["PluginDir"] == folder
    assert connection["SessionCookie"]["Name"] == "session"


SHOW = """
told = {**given, "cwd": os.getcwd(), "path": os.environ["PYTHONPATH"]}
with open(f"{HERE}/told.json", "w") as file:
    json.dump(told, file)
print('{"output": "ok"}')
"""


def test_the_names_of_an_answer_come_in_order(tmp_path: Path) -> None:
    with FakeStash(plugin=write_plugin(tmp_path / "script", SAY)) as fake:
        answer = fake.execute(OPERATION, {"a": {"text": '{"output": {"b": [{"d": 1, "c": 2}], "a": 3}}'}})
    assert json.dumps(answer["data"]["runPluginOperation"]) == '{"a": 3, "b": [{"c": 2, "d": 1}]}'


def test_a_failed_task_is_finished(tmp_path: Path) -> None:
    with FakeStash(plugin=write_plugin(tmp_path / "script", SAY)) as fake:
        job = job_of(fake, a={"text": '{"error": "no"}', "code": 1})
        assert (job["status"], job["error"]) == ("FINISHED", None)
        assert fake.logs.messages("Error") == ["Plugin returned error: no"]


def test_an_unknown_task_fails(tmp_path: Path) -> None:
    with FakeStash(plugin=write_plugin(tmp_path / "script", SAY)) as fake:
        job = job_of(fake, t="nothing")
    assert job["status"] == "FAILED"
    assert job["error"] == "Error creating plugin task: no task with name nothing in plugin Script"


def test_progress(tmp_path: Path) -> None:
    code = """
    for part in ("0.25", "nonsense", "7"):
        print("\\x01p\\x02" + part, file=sys.stderr, flush=True)
    print("{}")
    """
    with FakeStash(plugin=write_plugin(tmp_path / "script", code)) as fake:
        assert job_of(fake, d="mine")["progress"] == 1
        assert "Error parsing progress value 'nonsense'" in fake.logs.messages("Error")[0]


SLEEP = """
with open(f"{HERE}/starting", "w") as file:
    file.write(str(os.getpid()))
os.rename(f"{HERE}/starting", f"{HERE}/started")
time.sleep(30)
"""


def test_stop_job_kills_the_process(tmp_path: Path) -> None:
    started = tmp_path / "script" / "started"
    with FakeStash(plugin=write_plugin(tmp_path / "script", SLEEP)) as fake:
        job = fake.execute(TASK, {})["data"]["runPluginTask"]
        until(started.exists)
        fake.execute("mutation($id: ID!) { stopJob(job_id: $id) }", {"id": job})
        fake.wait_idle(timeout=5)
        assert fake.execute(JOB, {"id": job})["data"]["findJob"]["status"] == "CANCELLED"
        until(lambda: not runs(int(started.read_text())))


def runs(process: int) -> bool:
    """Is there such a process?"""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_an_operation_ends_with_its_client(tmp_path: Path) -> None:
    started = tmp_path / "script" / "started"
    with FakeStash(plugin=write_plugin(tmp_path / "script", SLEEP)) as fake:
        body = {"query": OPERATION, "variables": {"a": {}}}
        with pytest.raises(requests.Timeout):
            requests.post(f"{fake.url}/graphql", json=body, timeout=1.5)
        until(lambda: started.exists() and not runs(int(started.read_text())))


def until(condition: Any) -> None:
    """Wait for it, ten seconds at most."""
    ends = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.02)


MANIFESTS = {
    "an unknown key": {"nonsense": 1},
    "a text for a list": {"tasks": "x"},
    "an unknown key in a task": {"tasks": [{"name": "a", "nonsense": 1}]},
}


@pytest.mark.parametrize("wrong", MANIFESTS.values(), ids=MANIFESTS)
def test_manifests_are_read_strictly(tmp_path: Path, wrong: dict[str, Any]) -> None:
    write_plugin(tmp_path / "plugins" / "good", SAY, name="good")
    write_plugin(tmp_path / "plugins" / "script", SAY, **wrong)
    with FakeStash(config=str(tmp_path)) as fake:
        assert [each["id"] for each in fake.execute("{ plugins { id } }")["data"]["plugins"]] == ["good"]
        assert "script.yml" in fake.logs.messages("Error")[0]


def test_a_disabled_plugin_does_nothing(tmp_path: Path) -> None:
    with FakeStash(plugin=write_plugin(tmp_path / "script", SAY)) as fake:
        fake.execute("mutation { setPluginsEnabled(enabledMap: {script: false}) }")
        body = fake.execute(OPERATION, {"a": {"text": "x"}})
        assert body["errors"][0]["message"] == "plugin script is disabled"
        fake.execute("mutation { setPluginsEnabled(enabledMap: {script: true}) }")
        assert fake.execute(OPERATION, {"a": {"text": "x"}})["data"]["runPluginOperation"] == "x"
