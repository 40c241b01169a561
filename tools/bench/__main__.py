"""`make bench`: compare this plugin with raw requests and stashapp-tools, in alternating rounds.

Print the tables of docs/performance.md. The benchmark starts a server with a generated library: the fake server, or with STASH_BIN
a real Stash on temporary folders. With STASH_URL, it only reads from that server.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence

from tests.support.real_stash import real_stash
from tests.support.seed_database import fill, lay_out_pictures
from tests.support.server import ROOT, Server
from tools.bench import clicking, hostile, page, reading, rules, scanning, starting, writing
from tools.bench.contenders import Group, Result, compare
from tools.demo.environment import run_fake_server

MANY = 5000
PICTURE = ROOT / "tests" / "data" / "library" / "photos" / "2011" / "IMG_20110501_183000.jpg"
"""An image file with EXIF, IPTC and XMP."""


def main() -> None:
    """Measure and print."""
    options = _options()
    with _server(options.images, pictures=options.pictures) as server:
        _print_machine(server, options.images)
        table = _groups(server, options)
        for name in [name for name in table if name in (options.only or table)]:
            for group in table[name]():
                _print_group(group.name, compare(server.url, group, options.pairs))
        if not options.only or "click" in options.only:
            _print_clicks(server, min(options.rules, options.images - 1))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare this plugin with raw requests and stashapp-tools.")
    parser.add_argument("--images", type=int, default=MANY, help="images in the library (default: %(default)s)")
    parser.add_argument("--rules", type=int, default=MANY, help="images a rules run changes (default: %(default)s)")
    parser.add_argument("--pairs", type=int, default=7, help="rounds (default: %(default)s)")
    parser.add_argument("--pictures", action="store_true", help="give the images files, and measure reading them")
    parser.add_argument("only", nargs="*", help="start read write rules hostile page scan click (default: all)")
    return parser.parse_args()


def _groups(server: Server, options: argparse.Namespace) -> dict[str, Callable[[], Iterator[Group]]]:
    readings = {
        "start": lambda: starting.groups(server),
        "read": lambda: reading.groups(options.images),
    }
    if os.environ.get("STASH_URL"):
        return readings
    own_server = readings | {
        "write": lambda: writing.groups(min(MANY, options.images)),
        "rules": lambda: rules.groups(server, min(options.rules, options.images), pictures=options.pictures),
        "hostile": hostile.groups,
        "page": page.groups,
    }
    if not os.environ.get("STASH_BIN"):
        return own_server  # the fake server's scan doesn't do the work of a real one
    return own_server | {"scan": lambda: scanning.groups(server.library, server.plugin)}


def _print_machine(server: Server, count: int) -> None:
    version = server.ask("{ version { version } }")["version"]["version"]
    kind = "Stash" if os.environ.get("STASH_BIN") or os.environ.get("STASH_URL") else "the fake server as"
    print(f"{count:,} images on {kind} {version}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print(
        "\n| measurement | with | median | ratio | requests | MB sent and received | peak MB |\n|---|---|---:|---:|---:|---:|---:|"
    )


def _print_group(name: str, results: Sequence[Result]) -> None:
    for result in results:
        figures = (
            f"{result.seconds * 1000:,.{0 if result.seconds > 0.1 else 1}f} ms",
            f"{result.against(results[0]):.2f}",
            f"{result.traffic.requests:,}",
            f"{result.traffic.size / 1e6:.1f}",
            f"{result.peak:.0f}",
        )
        print(f"| {name} | {result.name} | {' | '.join(figures)} |", flush=True)
    requests = ", ".join(f"{count} {document}" for document, count in results[-1].traffic.names.most_common())
    print(f"{name}: {requests}", file=sys.stderr, flush=True)


def _print_clicks(server: Server, count: int) -> None:
    print("\n| during | clicks | median | 95 of 100 wait at most |\n|---|---:|---:|---:|")
    names = ("an idle server", f"rules that change {count:,} images")
    for name, times in zip(names, clicking.clicks(server, count), strict=True):
        median, longest = (clicking.percentile(times, percent) * 1000 for percent in (50, 95))
        print(f"| {name} | {len(times)} | {median:.0f} ms | {longest:.0f} ms |", flush=True)


@contextlib.contextmanager
def _server(count: int, *, pictures: bool) -> Iterator[Server]:
    binary, url = os.environ.get("STASH_BIN"), os.environ.get("STASH_URL")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, contextlib.ExitStack() as stack:
        if url:
            yield Server(url.rstrip("/"), "", folder, os.environ.get("STASH_API_KEY"))
        elif binary:
            stash = stack.enter_context(real_stash(binary, plugin=str(ROOT)))
            fill(os.path.join(stash.folder, "stash-go.sqlite"), stash.library, count)
            if pictures:
                lay_out_pictures(stash.library, count, str(PICTURE))
            yield Server(stash.url, stash.library, stash.folder)
        else:
            library = os.path.join(folder, "library")
            os.mkdir(library)
            options = ["--library", library, "--config", folder, "--images", str(count), "--plugin", str(ROOT)]
            yield Server(stack.enter_context(run_fake_server(options)), library, folder)


if __name__ == "__main__":
    main()
