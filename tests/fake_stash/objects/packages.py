"""Packages of plugins and scrapers: what is installed and available, and the jobs that install, update and remove."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.fake_stash.language.errors import ServerError
from tests.fake_stash.language.execute import Call
from tests.fake_stash.plugins.packages import Package, Packages
from tests.fake_stash.server.jobs import Job, JobPanic
from tests.fake_stash.server.request import Request

Spec = dict[str, Any]
NIL = "runtime error: invalid memory address or nil pointer dereference"


def _packages(call: Call) -> Packages:
    found: Packages = call.request.stash.packages[call.args["type"]]
    return found


def installed_packages(call: Call) -> list[dict[str, Any]]:
    """What the configured sources have installed; if asked for, with what their indexes have now."""
    packages = _packages(call)
    installed = packages.installed()
    remotes = packages.remotes(installed) if "source_package" in call.selected else {}
    listed = list(remotes.values())
    return [
        {**_shown(each, []), "source_package": _shown(remotes[each.key], listed) if each.key in remotes else None}
        for each in installed
    ]


def available_packages(call: Call) -> list[dict[str, Any]]:
    """What an index lists."""
    listed = _packages(call).available(call.args["source"])
    return [_shown(each, listed) for each in listed]


def _shown(package: Package, listed: list[Package]) -> dict[str, Any]:
    date = package.date
    return {
        "package_id": package.id,
        "name": package.name,
        "version": package.version or None,
        "date": date.strftime("%Y-%m-%dT%H:%M:%SZ") if date else None,
        "sourceURL": package.source,
        "requires": [
            _shown(each, listed) for name in package.requires for each in listed if each.key == (name, package.source)
        ],
        "source_package": None,
        "metadata": package.metadata,
    }


def install_packages(call: Call) -> str:
    """Queue a job that installs packages; what goes wrong with one is only logged."""
    packages, wanted = _packages(call), call.args["packages"]
    return _queue(
        call.request, "Installing packages...", "Install", lambda: wanted, partial(_install, packages, "installing")
    )


def update_packages(call: Call) -> str:
    """The same for packages that are installed; without a list, for those of which there is a later one."""
    packages, wanted = _packages(call), call.args.get("packages")

    def outdated() -> list[Spec]:
        return wanted or [{"id": each.id, "sourceURL": each.source} for each in packages.upgradable()]

    return _queue(call.request, "Updating packages...", "Updat", outdated, partial(_install, packages, "updating"))


def uninstall_packages(call: Call) -> str:
    """Queue a job that removes packages."""
    packages, wanted = _packages(call), call.args["packages"]
    return _queue(call.request, "Updating packages...", "Uninstall", lambda: wanted, partial(_uninstall, packages))


def _install(packages: Packages, doing: str, job: Job, spec: Spec) -> None:
    source = spec["sourceURL"]
    try:
        listed = packages.available(source, "getting remote package: ")
        package = next((each for each in listed if each.id == spec["id"]), None)
        if package is None:
            raise JobPanic(NIL)
        packages.install(package)
    except ServerError as error:
        raise ServerError(f"Error {doing} package {spec['id']} from {source}: installing package: {error}") from error
    finally:
        job.step()


def _uninstall(packages: Packages, _job: Job, spec: Spec) -> None:
    try:
        packages.uninstall(spec["id"], spec["sourceURL"])
    except ServerError as error:
        raise ServerError(f"Error uninstalling package {spec['id']}: {error}") from error


def _queue(
    request: Request, description: str, verb: str, wanted: Callable[[], list[Spec]], change: Callable[[Job, Spec], None]
) -> str:
    stash = request.stash

    def work(job: Job) -> None:
        specs = wanted()
        job.set_total(len(specs))
        for spec in specs:
            if job.cancelled.is_set():
                stash.logs.add("Info", f"Cancelled {verb.lower()}ing packages")
                return
            stash.logs.add("Info", f"{verb}ing package {spec['id']}")
            with job.task(f"{verb}ing {spec['id']}"):
                try:
                    change(job, spec)
                except ServerError as error:
                    stash.logs.add("Error", str(error))
        stash.plugins.reload()
        stash.logs.add("Info", f"Finished {verb.lower()}ing packages")

    return str(stash.jobs.add(description, work))


QUERIES = {"installedPackages": installed_packages, "availablePackages": available_packages}
MUTATIONS = {
    "installPackages": install_packages,
    "updatePackages": update_packages,
    "uninstallPackages": uninstall_packages,
}
