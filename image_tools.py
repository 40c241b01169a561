"""What Stash starts: reads one JSON object from stdin, does what it says, answers one JSON object on stdout.

Stash starts this once per new image too, inside the scan, so it runs with `-S` and imports nothing before it knows
what it was started for: `import json` alone costs as much as starting Python.
"""

import sys

if getattr(sys.flags, "safe_path", sys.flags.isolated):
    # Told by -I, -P or PYTHONSAFEPATH not to look beside the script, Python finds none of the plugin.
    sys.path.insert(0, __file__.replace("\\", "/").rpartition("/")[0])

FLAG = sys.path[0] + "/.new-images-queued"
"""A file beside this one; younger than a minute it says that the task for new images is queued already.

The package brings an empty one, so that Stash takes the hook's away with the plugin; that says nothing.
"""
FLAG_SECONDS = 60


def _is_queued() -> bool:
    # What `os` and `pathlib` would do for 2 and 4 ms; these two are built in and loaded already.
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
        return False  # what is wrong with the input is said by who reads it


def _hook(raw: bytes) -> "tuple[bytes, int]":
    """Make sure that new images are looked at once the scan is over; in the usual case another hook already did."""
    if _is_queued():
        return b'{"output": "queued already"}', 0
    _close_to_others()
    _find_vendored(raw)
    from lib.hook import queue_new_images

    return queue_new_images(raw, FLAG)


def _close_to_others() -> None:
    """Whatever the umask (000 on many a NAS): what is made from here on cannot be written by everybody, code least of all."""
    import os

    os.umask(os.umask(0o077) | 0o002)


def _find_vendored(raw: bytes) -> bool:
    """Whether the plugin carries its packages; then they are on the path, and compiled code goes to the user's folder.

    What Python wrote beside our files, Stash would not take away with the plugin.
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
    """The folder for compiled code in the user's folder; None where there is none into which nobody else may put code."""
    import json
    import os

    try:
        place = os.path.join(os.path.abspath(json.loads(raw)["server_connection"]["Dir"]), "image_tools")
        cache = os.path.join(place, "cache")
        os.makedirs(cache, exist_ok=True)
        return cache if _is_ours(place) and _is_ours(cache) else None
    except (ValueError, LookupError, TypeError, RecursionError, OSError):
        return None  # what is wrong with the input is said by who reads it


def _is_ours(folder: str) -> bool:
    """Whether nobody else may have put code there."""
    import os

    found = os.stat(folder)
    return os.name == "nt" or (found.st_uid == os.geteuid() and not found.st_mode & 0o002)


def _find_packages(raw: bytes) -> None:
    """Put the plugin's packages on the path: those it carries, else what this Python's `site` finds."""
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
    # Inside a text its quotes are escaped, so that this can only be a key; and an argument of an operation goes with a mode.
    if b'"hookContext":' in raw and (b'"mode":' not in raw or _is_hook(raw)):
        text, code = _hook(raw)
    else:
        text, code = _too_old() if sys.version_info < (3, 10) else _answer(raw)
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()
    return code


if __name__ == "__main__":
    sys.exit(main())
