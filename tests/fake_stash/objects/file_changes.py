"""Mutations of files: deleted, given fingerprints."""

from __future__ import annotations

import re

from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.language.execute import Call
from tests.fake_stash.language.numbers import atoi, quote
from tests.fake_stash.objects import fields
from tests.fake_stash.objects.files import FILES, MISSING
from tests.fake_stash.objects.removal import Removal
from tests.fake_stash.store.connection import Database, Row

PRIMARY = (
    'SELECT COUNT(*) FROM (SELECT file_id FROM images_files WHERE file_id = ?1 AND "primary" = 1'
    ' UNION ALL SELECT file_id FROM galleries_files WHERE file_id = ?1 AND "primary" = 1)'
)
MEASURED = ("md5", "oshash")


def delete_files(call: Call) -> bool:
    """Delete files that are nobody's primary file; all or none."""
    file_ids = fields.ids(call.args["ids"], "converting ids: ")
    database = call.request.database
    removal = Removal(call.request.stash)
    with removal, database.transaction():
        for file_id in file_ids:
            file = _existing(database, file_id)
            if database.value(PRIMARY, [file_id]):
                raise ServerError(f"cannot delete primary file {file['path']}")
            removal.destroy_zip(file_id)
    return True


def _existing(database: Database, file_id: int) -> Row:
    found = FILES.find(database, file_id)
    if found is None:
        raise ServerError(MISSING.format(name="file", id=file_id))
    return found


def set_fingerprints(call: Call) -> bool:
    """Give a file fingerprints of other types than those that the server measures; null removes one."""
    given = call.args["input"]
    file_id = atoi(given["id"], "converting id: ")
    for each in given["fingerprints"]:
        if each["type"] in MEASURED:
            raise ServerError(f"cannot modify {each['type']} fingerprint")
        if each["type"] == "phash" and each.get("value") and not re.fullmatch(r"[0-9a-fA-F]{1,16}", each["value"]):
            problem = f"strconv.ParseUint: parsing {quote(each['value'])}: invalid syntax"
            raise ServerError(f"converting phash {each['value']}: {problem}")
    database = call.request.database
    with database.transaction():
        for each in given["fingerprints"]:
            database.execute("DELETE FROM files_fingerprints WHERE file_id = ? AND type = ?", [file_id, each["type"]])
            if each.get("value") is not None:
                row = {"file_id": file_id, "type": each["type"], "fingerprint": each["value"]}
                database.insert("files_fingerprints", row, "modifying fingerprints: ")
    return True


MUTATIONS = {"deleteFiles": delete_files, "fileSetFingerprints": set_fingerprints}
