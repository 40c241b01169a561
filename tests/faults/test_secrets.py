"""No credential leaves the process but to the server, and nothing is written outside of two folders."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.client.create.pictures import draw
from tests.fake_stash import FakeStash
from tests.faults.proxy import FaultProxy
from tests.faults.scenarios import RULES
from tests.support.real_stash import link_plugin
from tests.support.sample_library import lay_out
from tests.support.scripted_server import Heard, errors, http
from tests.support.server import ROOT

pytestmark = pytest.mark.timeout(600)

USER, PASSWORD, API_KEY = "grace", "correct-horse-battery", "eyJhbGciOi.an-api-key.of-somebody"
TABLE = "id,title\n1,From a table\n"
MODES: tuple[dict[str, Any], ...] = (
    {"mode": "setup"},
    {"mode": "statistics"},
    {"mode": "find_images", "q": "a"},
    {"mode": "rules_check"},
    {"mode": "rules_preview"},
    {"mode": "rules_explain", "id": "1"},
    {"mode": "rules_apply", "confirm": True},
    {"mode": "export_images", "format": "csv"},
    {"mode": "export_images", "format": "jsonl"},
    {"mode": "import_images", "apply": True},
    {"mode": "process_new_images"},
    {"mode": "runs"},
    {"mode": "undo"},
    {"mode": "update_image", "image": {"id": "1", "title": "x"}},
    {"mode": "update_image", "image": {"id": "999999", "title": "x"}},
    {"mode": "image_increment_o", "id": "1"},
    {"mode": "nonsense"},
)
AUDITED = """
import json, os, runpy, sys
written = set()
def hook(event, args):
    if event == "open" and args[0] is not None and not isinstance(args[0], int):
        flags = args[2] if isinstance(args[2], int) else 0
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) or set(str(args[1] or "")) & set("wax+"):
            written.add(os.fspath(args[0]))
    elif event in ("os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.chmod", "os.utime", "sqlite3.connect"):
        written.add(os.fspath(args[0]))
    elif event in ("os.rename", "os.link", "os.symlink"):
        written.update(map(os.fspath, args[:2]))
    elif event in ("os.system", "os.exec", "os.fork", "subprocess.Popen"):
        written.add(f"PROCESS {event}")
sys.addaudithook(hook)
report, sys.argv = sys.argv[1], sys.argv[2:]
sys.path[0] = os.path.dirname(sys.argv[0])
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    seen = sorted(os.fsdecode(path) for path in written)
    os.write(os.open(report, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), json.dumps(seen).encode())
"""


class ProtectedPlugin:
    """A server with a password, and the plugin in it, run as Stash runs it; all that came out is kept."""

    def __init__(self, place: Path, stash: FakeStash) -> None:
        self.place, self.stash = place, stash
        self.out = b""
        self.written: set[str] = set()
        self.cookies: set[str] = set()
        self.seen_in_argv = b""

    def connection(self) -> dict[str, Any]:
        """What Stash writes to stdin, with a cookie and a key."""
        given = self.stash.server_connection(USER) | {"ApiKey": API_KEY}
        self.cookies.add(given["SessionCookie"]["Value"])
        return given

    def run(self, connection: dict[str, Any], args: dict[str, Any]) -> None:
        """Start the entrypoint, and keep its answer, its log, its command line and what it wrote."""
        report = self.place / "audit.json"
        process = subprocess.Popen(
            [sys.executable, "-B", "-c", AUDITED, report, self.place / "plugin" / "image_tools.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd="/",
        )
        self.seen_in_argv += Path(f"/proc/{process.pid}/cmdline").read_bytes()
        self.seen_in_argv += Path(f"/proc/{process.pid}/environ").read_bytes()
        answer, log = process.communicate(json.dumps({"server_connection": connection, "args": args}).encode(), 300)
        self.out += answer + log
        self.written |= set(json.loads(report.read_text()))

    def files(self) -> bytes:
        """All that the plugin keeps."""
        kept = self.place / "config" / "image_tools"
        return b"".join(path.read_bytes() for path in kept.rglob("*") if path.is_file())


def contents(*folders: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def protected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProtectedPlugin]:
    place = tmp_path_factory.mktemp("protected")
    lay_out(str(place / "library"))
    link_plugin(str(ROOT), str(place / "plugin"))
    user = place / "config" / "image_tools"
    (user / "imports").mkdir(parents=True)
    (user / "imports" / "table.csv").write_text(TABLE)
    (user / "rules.yaml").write_text(RULES)
    options = {"username": USER, "password": PASSWORD, "session_age": 3600}
    with FakeStash(library=str(place / "library"), config=str(place / "config"), **options) as stash:
        stash.core.config.general["apiKey"] = API_KEY
        stash.scan()
        stash.wait_idle()
        yield ProtectedPlugin(place, stash)


@pytest.fixture(scope="module")
def after(protected: ProtectedPlugin) -> ProtectedPlugin:
    """Everything was run, once well and once with a server that shows the request on its error page and in its errors."""
    library = contents(protected.place / "library")
    for args in MODES:
        protected.run(protected.connection(), args)
    outside = draw(str(protected.place), "outside.png")
    protected.run(protected.connection(), {"mode": "create_image", "image": {"title": "Made", "path": outside}})
    assert {path: data for path, data in contents(protected.place / "library").items() if path in library} == library
    with_echo(protected)
    return protected


def with_echo(protected: ProtectedPlugin) -> None:
    def page(proxy: FaultProxy, request: Heard, connection: Any) -> None:
        http("500 Internal Server Error", asked(request).encode())(proxy, connection)

    def error(proxy: FaultProxy, request: Heard, connection: Any) -> None:
        errors(asked(request))(proxy, connection)

    proxy = FaultProxy(protected.stash.url)
    with proxy:
        for fault in (page, error):
            for at, args in ((1, MODES[0]), (1, MODES[6]), (3, MODES[6]), (1, MODES[15])):
                proxy.disturb(at, fault, lasting=True)
                protected.run(protected.connection() | {"Port": proxy.port}, args)


def asked(request: Heard) -> str:
    return " ".join(request.headers[name][0] for name in ("apikey", "cookie"))


def test_everything_ran(after: ProtectedPlugin) -> None:
    answers = after.out.decode()
    assert "From a table" in json.dumps(after.stash.execute('{ findImage(id: "1") { title } }')) or "undo" in answers
    assert '"changed": 25' in answers
    assert "unexpected answer" in answers


@pytest.mark.parametrize("where", ["answers and logs", "what it keeps", "the server's log", "process list"])
def test_no_credential_is_in(after: ProtectedPlugin, where: str) -> None:
    text = {
        "answers and logs": after.out,
        "what it keeps": after.files(),
        "the server's log": "\n".join(entry.message for entry in after.stash.logs).encode(),
        "process list": after.seen_in_argv,
    }[where]
    assert text or where == "the server's log"
    for secret in (PASSWORD, API_KEY, *after.cookies):
        assert secret.rstrip("=").encode() not in text


def test_writes_go_to_two_folders_and_a_flag(after: ProtectedPlugin) -> None:
    allowed = (str(after.place / "config" / "image_tools"), str(after.place / "library" / "image_tools"), "/dev/null")
    plugin = after.place / "plugin"
    # The flag of the hook; and Check setup tries whether it could be written, by a file without a name.
    known = {str(plugin / ".new-images-queued"), str(plugin)}
    assert {path for path in after.written if not path.startswith(allowed)} <= known
    assert any(path.endswith("runs.sqlite") for path in after.written)
    assert any(path.endswith(".part") for path in after.written)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no owner's mode")
def test_only_the_owner_reads_what_a_run_leaves(after: ProtectedPlugin) -> None:
    kept = after.place / "config" / "image_tools"
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in kept.glob("runs.*")}
    assert modes["runs.sqlite"] == stat.S_IRUSR | stat.S_IWUSR
    assert all(mode & 0o077 == 0 for mode in modes.values())
