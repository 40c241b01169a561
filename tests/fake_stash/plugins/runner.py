"""Runs plugins: as tasks in a job, as operations while a client waits, as hooks while everything waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.fake_stash.language.errors import ServerError, nil_pointer
from tests.fake_stash.plugins.manifest import Operation, Plugin, load_plugins
from tests.fake_stash.plugins.process import Cancelled, Output, PluginProcess, StartError
from tests.fake_stash.plugins.warm_python import WarmPython
from tests.fake_stash.server.jobs import Job, JobFailed
from tests.fake_stash.server.request import Request
from tests.fake_stash.server.sessions import Session

if TYPE_CHECKING:
    from tests.fake_stash.server.core import Core

DEEPEST = 10  # so often may a hook lead to itself


class Plugins:
    """The plugins that are loaded, and how they are started."""

    def __init__(self, core: Core, folders: Callable[[], list[str]]) -> None:
        self._core = core
        self._folders = folders
        self.loaded: list[Plugin] = []
        self.disabled: list[str] = []
        self.warm: WarmPython | None = None
        """Where it is set, it starts the plugins that are scripts in Python."""

    def reload(self) -> None:
        """Read all manifests again."""
        self.loaded = load_plugins(self._folders(), self._core.logs)

    def find(self, plugin_id: str) -> Plugin | None:
        """The plugin of that id, enabled or not."""
        return next((plugin for plugin in self.loaded if plugin.id == plugin_id), None)

    def enabled(self) -> list[Plugin]:
        """The plugins that run."""
        return [plugin for plugin in self.loaded if plugin.id not in self.disabled]

    def run_operation(self, request: Request, plugin_id: str, args: dict[str, Any]) -> Any:
        """Run the plugin now and answer what it answers; a ServerError with its error."""
        if plugin_id in self.disabled:
            raise ServerError(f"plugin {plugin_id} is disabled")
        plugin = self.find(plugin_id)
        if plugin is None:
            raise nil_pointer()
        try:
            process = self._start(plugin, None, request.session, args)
            output = process.wait(request.gone)
        except StartError as error:
            raise ServerError(str(error)) from error
        except Cancelled as error:
            raise ServerError("operation cancelled") from error
        if output.error is not None:
            raise ServerError(output.error)
        return output.output

    def queue_task(self, request: Request, plugin_id: str, task: str | None, description: str | None, args: Any) -> int:
        """Queue a task; the job's id. Whether there is such a plugin or task turns out when it runs."""

        def work(job: Job) -> None:
            process = self._start_task(job, request, plugin_id, task, dict(args))
            job.on_cancel = process.kill
            if job.cancelled.is_set():
                process.kill()
            self._log_output(process.wait(), cancelled=job.cancelled.is_set())

        title = plugin_id if task is None else task
        return self._core.jobs.add(f"Running plugin task: {title if description is None else description}", work)

    def _start_task(
        self, job: Job, request: Request, plugin_id: str, task: str | None, args: dict[str, Any]
    ) -> PluginProcess:
        try:
            plugin, operation = self._task(plugin_id, task)
            return self._start(plugin, operation, request.session, args, job)
        except ServerError as error:
            raise JobFailed(f"Error creating plugin task: {error}") from error
        except StartError as error:
            raise JobFailed(f"Error running plugin task: {error}") from error

    def _task(self, plugin_id: str, name: str | None) -> tuple[Plugin, Operation | None]:
        if plugin_id in self.disabled:
            raise ServerError(f"plugin {plugin_id} is disabled")
        plugin = self.find(plugin_id)
        if plugin is None:
            raise ServerError(f"no plugin with ID {plugin_id}")
        if name is None:
            return plugin, None
        for task in plugin.tasks:
            if task.name == name:
                return plugin, task
        raise ServerError(f"no task with name {name} in plugin {plugin.name}")

    def _log_output(self, output: Output, *, cancelled: bool) -> None:
        if output.error is not None and not cancelled:
            self._core.logs.add("Error", f"Plugin returned error: {output.error}")
        elif output.output is not None:
            self._core.logs.add("Debug", f"Plugin returned: {output.output}")

    def run_hooks(self, request: Request, object_id: int, trigger: str, given: Any, fields: Sequence[str]) -> None:
        """Run all hooks of all plugins for this event, one after the other; what goes wrong is only logged."""
        context: dict[str, Any] = {"id": object_id, "type": trigger, "input": given}
        if fields:
            context["inputFields"] = list(fields)
        for plugin in self.enabled():
            hooks = [hook for hook in plugin.hooks if trigger in hook.triggers]
            if hooks and request.session.visited.count((plugin.id, trigger)) >= DEEPEST:
                self._core.logs.add("Debug", f"cyclic loop detected: {plugin.id} {trigger}")
                continue
            for hook in hooks:
                if not self._run_hook(request, plugin, hook, trigger, context):
                    return

    def _run_hook(
        self, request: Request, plugin: Plugin, hook: Operation, trigger: str, context: dict[str, Any]
    ) -> bool:
        session = replace(request.session, visited=(*request.session.visited, (plugin.id, trigger)))
        try:
            output = self._start(plugin, hook, session, {}, hook_context=context).wait(request.gone)
        except StartError as error:
            self._core.logs.add("Error", f"error executing post hooks: {error}")
            return False
        except Cancelled:
            self._core.logs.add("Error", "error executing post hooks: operation cancelled")
            return False
        if output.error is not None:
            self._core.logs.add("Error", f"{trigger} [{plugin.name}]: returned error: {output.error}")
        return True

    def _start(
        self,
        plugin: Plugin,
        operation: Operation | None,
        session: Session,
        args: dict[str, Any],
        job: Job | None = None,
        hook_context: dict[str, Any] | None = None,
    ) -> PluginProcess:
        defaults = operation.default_args if operation else {}
        arguments = dict(sorted({**defaults, **args}.items()))
        if hook_context is not None:
            arguments["hookContext"] = hook_context
        connection = {**self._core.server_connection(session), "PluginDir": plugin.folder}
        plugin_input = {"server_connection": connection, "args": arguments}
        return PluginProcess(
            plugin, operation, plugin_input, self._core.logs, None if job is None else job.set_progress, self.warm
        )
