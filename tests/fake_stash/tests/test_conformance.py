"""The fake server answers what a real server was recorded to answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fake_stash import FakeStash
from tests.support.sample_library import KEPT, lay_out
from tools import record, record_protocol

Pairs = list[tuple[dict[str, Any], dict[str, Any]]]
API_STEPS = [step["name"] for step in record.recorded_steps()]
MORE_STEPS = [step["name"] for step in record.recorded_steps(record.MORE)]
PROTOCOL_STEPS = [step["name"] for step in record_protocol.recorded_steps()]
KNOWABLE = [number for number, name in enumerate(API_STEPS) if name not in record.UNKNOWABLE]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pairs]:
    """Each recorded step of the image API, and what the fake server made of it."""
    library = str(tmp_path_factory.mktemp("library"))
    lay_out(library)
    with FakeStash(library=library) as fake:
        yield list(record.replay(record.Player(fake.url, library)))


@pytest.fixture(scope="module")
def more(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pairs]:
    """The same of the steps that were recorded later."""
    library = str(tmp_path_factory.mktemp("library"))
    lay_out(library)
    with FakeStash(library=library) as fake:
        yield list(record.replay(record.Player(fake.url, library), record.MORE))


@pytest.fixture(scope="module")
def protocol(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pairs]:
    """Each recorded step of the plugin protocol, and what the fake server made of it."""
    config = str(tmp_path_factory.mktemp("config"))
    library = f"{config}/library"
    record_protocol.lay_out_pictures(library, KEPT)
    record_protocol.lay_out_probe(config)
    with pytest.MonkeyPatch.context() as patch, FakeStash(library=library, config=config) as fake:
        patch.delenv("PYTHONPATH", raising=False)  # plugins inherit it, and the recorded server had none
        player = record_protocol.ProtocolPlayer(fake.url, config)
        yield list(record_protocol.replay(player))


@pytest.mark.parametrize("number", KNOWABLE, ids=lambda number: f"{number}: {API_STEPS[number]}")
def test_image_api(played: Pairs, number: int) -> None:
    assert record.difference(*played[number]) is None


@pytest.mark.parametrize("number", range(len(MORE_STEPS)), ids=lambda number: f"{number}: {MORE_STEPS[number]}")
def test_more_of_the_image_api(more: Pairs, number: int) -> None:
    assert record.difference(*more[number]) is None


@pytest.mark.parametrize("number", range(len(PROTOCOL_STEPS)), ids=lambda number: PROTOCOL_STEPS[number])
def test_plugin_protocol(protocol: Pairs, number: int) -> None:
    assert record_protocol.difference(*protocol[number]) is None


def test_all_steps_were_played(played: Pairs, protocol: Pairs) -> None:
    assert (len(played), len(protocol)) == (185, len(PROTOCOL_STEPS))


def test_few_steps_are_unknowable() -> None:
    assert set(record.UNKNOWABLE) <= set(API_STEPS)
    assert len(record.UNKNOWABLE) <= 4


DIFFERENT: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "another status": ({"status": 200, "reply": {}}, {"status": 422, "reply": {}}),
    "other data": ({"status": 200, "reply": {"data": 1}}, {"status": 200, "reply": {"data": 2}}),
    "another path": (
        {"status": 200, "reply": {"errors": [{"message": "a", "path": ["x"]}]}},
        {"status": 200, "reply": {"errors": [{"message": "a", "path": ["y"]}]}},
    ),
    "another code": (
        {"status": 200, "reply": {"errors": [{"message": "a", "extensions": {"code": "A"}}]}},
        {"status": 200, "reply": {"errors": [{"message": "a"}]}},
    ),
    "fewer errors": ({"status": 200, "reply": {"errors": [{"message": "a"}]}}, {"status": 200, "reply": {}}),
    "another message where clients read it": (
        {"status": 200, "reply": {"errors": [{"message": "image with id 9 not found"}]}},
        {"status": 200, "reply": {"errors": [{"message": "no image 9"}]}},
    ),
}


@pytest.mark.parametrize("pair", DIFFERENT.values(), ids=DIFFERENT)
def test_the_comparison_sees(pair: tuple[dict[str, Any], dict[str, Any]]) -> None:
    recorded, answer = pair
    assert record.difference(recorded, answer)
    assert record.difference(recorded, recorded) is None
