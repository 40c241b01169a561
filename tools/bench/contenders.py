"""Contenders and their costs. Each runs in a separate process, so that its memory is measured separately."""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from tools.bench.counting import Traffic, counting_proxy

Run = Callable[[], float | None]
"""The timed work. It returns seconds if it has measured itself."""


@dataclass(frozen=True)
class Contender:
    """One way of doing the work. `prepare(url, *args)` returns the timed part, so that preparation isn't timed."""

    name: str
    prepare: Callable[..., Run]
    args: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Group:
    """Ways of doing the same work, the limit first. `rounds`: the minimum number of rounds."""

    name: str
    contenders: Sequence[Contender]
    rounds: int = 1


@dataclass(frozen=True)
class Cost:
    """Seconds of the work, and the peak memory of its process or child process in MB."""

    seconds: float
    peak: float


@dataclass(frozen=True)
class Result:
    """A contender's costs in each round, and the number and size of its requests."""

    name: str
    costs: tuple[Cost, ...]
    traffic: Traffic

    @property
    def seconds(self) -> float:
        return statistics.median(cost.seconds for cost in self.costs)

    @property
    def peak(self) -> float:
        return max(cost.peak for cost in self.costs)

    def against(self, other: Result) -> float:
        """Return the median of the rounds' ratios, which other load on the machine distorts least."""
        pairs = zip(self.costs, other.costs, strict=True)
        return statistics.median(cost.seconds / limit.seconds for cost, limit in pairs)


def compare(url: str, group: Group, rounds: int) -> list[Result]:
    """Run each contender once through a counting proxy, then in rounds with a rotating order."""
    contenders = group.contenders
    traffics = [_count_traffic(url, contender) for contender in contenders]
    costs: list[list[Cost]] = [[] for _ in contenders]
    indexes = range(len(contenders))
    for turn in range(max(rounds, group.rounds)):
        first = turn % len(contenders)
        for index in (*indexes[first:], *indexes[:first]):
            costs[index].append(_cost(url, contenders[index]))
    return [
        Result(contender.name, tuple(round_costs), traffic)
        for contender, round_costs, traffic in zip(contenders, costs, traffics, strict=True)
    ]


def _count_traffic(url: str, contender: Contender) -> Traffic:
    with counting_proxy(url) as (proxy, traffic):
        _cost(proxy, contender)
    return traffic


def _cost(url: str, contender: Contender) -> Cost:
    # A pipe, because a pool needs semaphores and so a writable /dev/shm, which some machines don't have.
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send_cost, args=(sender, url, contender))
    process.start()
    sender.close()
    try:
        cost: Cost = receiver.recv()
    finally:
        process.join()
    return cost


def _send_cost(sender: Connection, url: str, contender: Contender) -> None:
    sender.send(_measure(url, contender))


def _measure(url: str, contender: Contender) -> Cost:
    run = contender.prepare(url, *contender.args)
    start = time.perf_counter()
    measured = run()
    seconds = time.perf_counter() - start if measured is None else measured
    child_peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return Cost(seconds, (child_peak or _own_peak()) / 1024)


def _own_peak() -> int:
    """Return the peak memory of this process in kB."""
    # On Linux, getrusage includes the peak of the parent before exec.
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmHWM:"))
    except FileNotFoundError:  # not Linux
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
