"""The types that callers get: mypy accepts correct calls of the client and refuses wrong ones."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import ROOT

IMPORTS = """from lib.client import (
    BulkImageUpdateInput, BulkUpdateIdMode, BulkUpdateIds, BulkUpdateStrings, DataError, FindImagesResultType, Gallery,
    Image, ImageDestroyInput, ImagesDestroyInput, ImageUpdateInput, Performer, SortDirectionEnum, StashClient, Studio,
    Tag, TransportError, TransportServerError,
)

client: StashClient
"""
SNIPPETS: dict[str, tuple[str, str | None]] = {
    # a snippet -> the error that mypy reports, None for a correct one
    "no fields": ("Image()", None),
    "fields": ("Image(title='x', rating100=80, organized=True, tags=[Tag(name='a')], studio=Studio(id='1'))", None),
    "null": ("Image(id='5', title=None, studio=None)", None),
    "all references": ("Image(performers=[Performer(id='1')], galleries=[Gallery(title='a')])", None),
    "an inherited field": ("ImageUpdateInput(id='5', rating100=80, tag_ids=['1'])", None),
    "a mode of the enum": ("BulkUpdateIds(ids=['1'], mode=BulkUpdateIdMode.ADD)", None),
    "a mode as text": ("BulkUpdateStrings(values=['a'], mode='SET')", None),
    "a bulk update": ("BulkImageUpdateInput(ids=['1'], tag_ids=BulkUpdateIds(ids=['1'], mode='ADD'))", None),
    "a field is read": ("title: str | None = Image().title", None),
    "a field is set": ("Image().title = 'x'", None),
    "a result is read": ("count: int = client.find_images(q='x').count", None),
    "images are read": ("paths: list[str | None] = [image.path for image in client.find_images().images]", None),
    "from JSON": ("image: Image = Image.from_dict({'id': '5'})", None),
    "an update": ("image: Image = client.update_image(Image(id='5', title='x'))", None),
    "an update as a dict": ("client.update_image({'id': '5'})", None),
    "deleted": ("deleted: bool = client.image_destroy(ImageDestroyInput(id='5', delete_file=False))", None),
    "a direction": ("client.find_images({'direction': SortDirectionEnum.DESC})", None),
    "an error's code": ("code: int = TransportServerError('x', 500).code", None),
    "a misspelled field": ("Image(titel='x')", 'Unexpected keyword argument "titel" for "Image"'),
    "a rating as text": ("Image(rating100='five')", 'Argument "rating100" to "Image" has incompatible type "str"'),
    "a tag's misspelled field": ("Tag(nmae='a')", 'Unexpected keyword argument "nmae" for "Tag"'),
    "a wrong item": ("Image(tags=[Studio(id='1')])", 'List item 0 has incompatible type "Studio"; expected "Tag"'),
    "by position": ("Image('5')", 'Too many positional arguments for "Image"'),
    "a field of another class": ("ImageDestroyInput(id='5', title='x')", 'Unexpected keyword argument "title"'),
    "an update without id": ("ImageUpdateInput(title='x')", 'Missing named argument "id" for "ImageUpdateInput"'),
    "a bulk update without ids": ("BulkImageUpdateInput(title='x')", 'Missing named argument "ids"'),
    "a deletion without id": ("ImageDestroyInput(delete_file=True)", 'Missing named argument "id"'),
    "deletions without ids": ("ImagesDestroyInput()", 'Missing named argument "ids" for "ImagesDestroyInput"'),
    "ids without a mode": ("BulkUpdateIds(ids=['1'])", 'Missing named argument "mode" for "BulkUpdateIds"'),
    "an unknown mode": ("BulkUpdateIds(ids=['1'], mode='GROW')", 'Argument "mode" to "BulkUpdateIds"'),
    "a result without images": ("FindImagesResultType(count=1)", 'Missing named argument "images"'),
    "a wrong value is set": (
        "Image().rating100 = 'five'",
        'Incompatible types in assignment (expression has type "str"',
    ),
    "an unknown field is read": ("Image().titel", '"Image" has no attribute "titel"; maybe "title"?'),
    "null is read as text": (
        "title: str = Image().title",
        'Incompatible types in assignment (expression has type "str | None"',
    ),
    "a wrong object is passed": ("client.update_image(Tag(id='5'))", 'Argument 1 to "update_image"'),
}


@pytest.fixture(scope="module")
def errors(tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[str]]:
    """The errors that mypy reports for each snippet by its position: one run for all."""
    folder = tmp_path_factory.mktemp("snippets")
    files = [folder / f"snippet_{index}.py" for index in range(len(SNIPPETS))]
    for file, (code, _) in zip(files, SNIPPETS.values(), strict=True):
        file.write_text(f"{IMPORTS}{code}\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--cache-dir",
        str(Path(ROOT, ".mypy_cache")),
        *map(str, files),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr + done.stdout
    found: dict[int, list[str]] = {}
    for index, message in re.findall(r"snippet_(\d+)\.py:\d+: error: (.*)", done.stdout):
        found.setdefault(int(index), []).append(message)
    return found


@pytest.mark.parametrize("name", SNIPPETS)
def test_mypy_reports(name: str, errors: dict[int, list[str]]) -> None:
    message = SNIPPETS[name][1]
    reported = errors.get(list(SNIPPETS).index(name), [])
    assert len(reported) == (message is not None), reported
    assert not message or message in reported[0]
