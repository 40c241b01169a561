"""The old module of the client's objects: it has the same classes as `lib.client`."""

from __future__ import annotations

import pytest

import lib.client
import lib.models
from lib.client.models import Record


def objects() -> list[type[Record]]:
    return [kind for kind in vars(lib.client).values() if isinstance(kind, type) and issubclass(kind, Record)]


@pytest.mark.parametrize("kind", objects(), ids=lambda kind: kind.__name__)
def test_the_old_import_is_the_same_class(kind: type[Record]) -> None:
    assert getattr(lib.models, kind.__name__) is kind


def test_all_names_can_be_imported() -> None:
    assert {name for name in lib.client.__all__ if not hasattr(lib.client, name)} == set()
    assert {kind.__name__ for kind in objects()} <= set(lib.client.__all__)
