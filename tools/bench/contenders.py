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

from tools.bench.counting import Counted, counting

Run = Callable[[], float | None]
"""The timed work. It returns seconds if it has measured itself."""


@dataclass(frozen=True)
class Contender:
    """One way of doing the work. `prepare(url, *args)` returns the timed part, so that preparation isn't timed."""

    how: str
    prepare: Callable[..., Run]
    args: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Group:
    """Ways of doing the same work, the limit first. `rounds`: the minimum number of rounds."""

    what: str
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

    how: str
    costs: tuple[Cost, ...]
    asked: Counted

    @property
    def seconds(self) -> float:
        return statistics.median(cost.seconds for cost in self.costs)

    @property
    def peak(self) -> float:
        return max(cost.peak for cost in self.costs)

    def against(self, other: Result) -> float:
        """Return the median of the rounds' ratios, which other load on the machine distorts least."""
        pairs = zip(self.costs, other.costs, strict=True)
        return statistics.median(mine.seconds / theirs.seconds for mine, theirs in pairs)


def compare(url: str, group: Group, rounds: int) -> list[Result]:
    """Run each contender once through a counting proxy, then in rounds with a rotating order."""
    contenders = group.contenders
    asked = [_counted(url, contender) for contender in contenders]
    costs: list[list[Cost]] = [[] for _ in contenders]
    for turn in range(max(rounds, group.rounds)):
        numbers = range(len(contenders))
        for number in (*numbers[turn % len(numbers) :], *numbers[: turn % len(numbers)]):
            costs[number].append(_cost(url, contenders[number]))
    return [
        Result(contender.how, tuple(own), counted)
        for contender, own, counted in zip(contenders, costs, asked, strict=True)
    ]


def _counted(url: str, contender: Contender) -> Counted:
    with counting(url) as (proxy, counted):
        _cost(proxy, contender)
    return counted


def _cost(url: str, contender: Contender) -> Cost:
    # A pipe, because a pool needs semaphores and so a writable /dev/shm, which some machines don't have.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_tell, args=(theirs, url, contender))
    process.start()
    theirs.close()
    try:
        cost: Cost = ours.recv()
    finally:
        process.join()
    return cost


def _tell(to: Connection, url: str, contender: Contender) -> None:
    to.send(_measure(url, contender))


def _measure(url: str, contender: Contender) -> Cost:
    run = contender.prepare(url, *contender.args)
    began = time.perf_counter()
    measured = run()
    took = time.perf_counter() - began if measured is None else measured
    started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return Cost(took, (started or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024)
