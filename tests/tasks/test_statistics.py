"""Image statistics: counts in the log and as an answer."""

from __future__ import annotations

from tests.support.manifest_tasks import run_task
from tests.support.server import Server


def test_statistics_are_logged(stash: Server) -> None:
    lines = run_task(stash, "Image statistics")
    count = len(stash.ids())
    assert lines[-1].startswith(f"Info: {count} images, ")
    assert any(line.startswith("Info: Formats: ") and "jpg 17" in line for line in lines)


def test_statistics_match_the_server(stash: Server, ids: dict[str, str]) -> None:
    stash.update(ids["misc/plain.png"], title="Plain", organized=True)
    found = stash.run_operation(mode="statistics")
    assert (found["images"], found["organized"], found["missing"]["title"]) == (25, 1, 24)
    assert {name: count for name, count in found["formats"].items() if count} == {
        "gif": 1,
        "jpg": 17,
        "png": 6,
        "webp": 1,
    }
    assert found["several_files"] == 1, "the twins"
    assert found["bytes"] == stash.ask("{ findImages(filter: {per_page: 0}) { filesize } }")["findImages"]["filesize"]
    sizes = [image["bytes"] for image in found["largest"]]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) == 5


def test_statistics_changes_nothing(stash: Server) -> None:
    document = '{ findImages(filter: {per_page: -1, sort: "id"}) { images { id updated_at title } } }'
    before = stash.ask(document)
    stash.run_task(mode="statistics")
    assert stash.ask(document) == before
