"""The entrypoint that Stash starts: read a JSON object from stdin, run its operation, write a JSON object to stdout.

Stash also starts it once per new image during a scan. So it runs with `-S`, and imports nothing before it knows the reason:
`import json` takes as long as starting Python.
"""

import sys

if getattr(sys.flags, "safe_path", sys.flags.isolated):
    # With -I, -P or PYTHONSAFEPATH, Python doesn't search the script's folder for modules.
    sys.path.insert(0, __file__.replace("\\", "/").rpartition("/")[0])

FLAG = sys.path[0] + "/.new-images-queued"
"""A file beside this one. If it is younger than a minute, the task for new images is queued already.

The package contains an empty one, so that Stash deletes the file with the plugin. An empty file is ignored.
"""
FLAG_SECONDS = 60


def _is_queued() -> bool:
    # `os` and `pathlib` take 2 and 4 ms to import; these two are built in and loaded already.
    import time

    try:
        from posix import stat
    except ImportError:
        from nt import stat  # type: ignore[attr-defined,no-redef]  # Windows

    try:
        flag = stat(FLAG)
        return flag.st_size > 0 and abs(time.time() - flag.st_mtime) < FLAG_SECONDS
    except OSError:
        return False


def _is_hook(raw: bytes) -> bool:
    import json

    try:
        return "hookContext" in json.loads(raw)["args"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return False  # the operation reports invalid input


def _hook(raw: bytes) -> "tuple[bytes, int]":
    """Queue the task for new images unless another hook did. Return the answer and the exit code."""
    if _is_queued():
        return b'{"output": "queued already"}', 0
    _close_to_others()
    _find_vendored(raw)
    from lib.hook import queue_new_images

    return queue_new_images(raw, FLAG)


def _close_to_others() -> None:
    """Make new files unwritable for other users, whatever the umask (000 on many NAS devices)."""
    import os

    os.umask(os.umask(0o077) | 0o002)


def _find_vendored(raw: bytes) -> bool:
    """Put bundled packages on the path and compiled code in the user's folder. Return False if no packages are bundled.

    Stash doesn't delete files that Python writes beside the plugin's own.
    """
    import os

    vendor = os.path.join(os.path.dirname(os.path.abspath(__file__)), "vendor")
    if not os.path.isdir(vendor):
        return False
    sys.path.insert(1, vendor)
    sys.pycache_prefix = _cache(raw)
    sys.dont_write_bytecode = sys.pycache_prefix is None
    return True


def _cache(raw: bytes) -> "str | None":
    """Return the folder for compiled code in the user's folder, or None if other users can write to it."""
    import json
    import os

    try:
        place = os.path.join(os.path.abspath(json.loads(raw)["server_connection"]["Dir"]), "image_tools")
        cache = os.path.join(place, "cache")
        os.makedirs(cache, exist_ok=True)
        return cache if _is_ours(place) and _is_ours(cache) else None
    except (ValueError, LookupError, TypeError, RecursionError, OSError):
        return None  # the operation reports invalid input


def _is_ours(folder: str) -> bool:
    """Return whether no other user can write to the folder."""
    import os

    found = os.stat(folder)
    return os.name == "nt" or (found.st_uid == os.geteuid() and not found.st_mode & 0o002)


def _find_packages(raw: bytes) -> None:
    """Put the plugin's packages on the path: bundled ones, or else the site packages of this Python."""
    if not _find_vendored(raw) and sys.flags.no_site:
        import site

        site.main()


def _too_old() -> "tuple[bytes, int]":
    import json

    text = "Image Tools: Python 3.10 or newer is needed; %s is %s. Set another one under Settings > System."
    return json.dumps({"error": text % (sys.executable, sys.version.split()[0])}).encode(), 1


def _answer(raw: bytes) -> "tuple[bytes, int]":
    _close_to_others()
    _find_packages(raw)
    from lib.dispatch import handle

    return handle(raw)


def main() -> int:
    raw = sys.stdin.buffer.read()
    # Quotes in a string are escaped, so this can only be a key. If it is an argument of an operation, there is a mode too.
    if b'"hookContext":' in raw and (b'"mode":' not in raw or _is_hook(raw)):
        text, code = _hook(raw)
    else:
        text, code = _too_old() if sys.version_info < (3, 10) else _answer(raw)
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()
    return code


if __name__ == "__main__":
    sys.exit(main())
