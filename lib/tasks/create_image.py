"""create_image: as an operation it waits for Stash's scan; as a task it queues the scan and a follow-up task."""

from __future__ import annotations

from typing import Any

from lib.client import create
from lib.client.models import Image, plain
from lib.errors import KNOWN
from lib.log import logger
from lib.runs.counts import Counts
from lib.runs.history import History
from lib.stash import jobs
from lib.tasks import Context, Operation
from lib.tasks.arguments import OBJECT, TEXT, required

MODE = "create_image"
FOLLOW_UP = "create_image_follow_up"


def create_image(context: Context, image: dict[str, Any]) -> dict[str, Any]:
    """Create an image and return it. As a task, queue its creation and return `{path, queued}` with two job ids."""
    if not jobs.is_plugin_task(context.connection, context.progress):
        return dict(plain(context.client.create_image(image)))
    try:
        return _queue(context, image)
    except KNOWN as error:
        # Stash shows a failed task as finished: the history has the error.
        with context.database() as db:
            history = History(db)
            history.end(history.begin(MODE), "failed", Counts(matched=1, failed=1), str(error))
        raise


def _queue(context: Context, image: dict[str, Any]) -> dict[str, Any]:
    connection = context.connection
    new = create.prepare(connection, image, context.client.import_folder)
    if isinstance(new, Image):
        return dict(plain(new))
    follow_up = {"mode": FOLLOW_UP, "path": new.path, "fields": new.fields}
    with create.report_leftover(new.path):
        queued = [
            create.scan(connection, new.path),
            jobs.queue_task(connection, follow_up, description=f"Create image: {new.fields['title']}"),
        ]
    logger.info("%s is queued for Stash's scan. The result will be listed in the history of runs.", new.path)
    return {"path": new.path, "queued": queued}


def create_image_follow_up(context: Context, path: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Find the image of this file after the scan, set its fields, and return it."""
    with context.database() as db, History(db).record_outcome(History(db).begin(MODE), Counts(matched=1)) as record:
        with create.report_leftover(path):
            image = context.client.update_image({**fields, "id": create.find(context.connection, path)})
        record.counts = record.counts.updated(changed=1, image=image.id)
    logger.info("Image %s was created from %s.", image.id, path)
    return dict(plain(image))


OPERATIONS = {
    MODE: Operation(create_image, {"image": required(OBJECT)}),
    FOLLOW_UP: Operation(create_image_follow_up, {"path": required(TEXT), "fields": required(OBJECT)}),
}
