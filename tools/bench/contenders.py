"""Contenders and their costs: each runs in a process of its own, so that its memory is its own."""

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
"""What is timed; one that answers with seconds has measured itself."""


@dataclass(frozen=True)
class Contender:
    """One way of doing the work: `prepare(url, *args)` makes what is timed, so that getting ready is not."""

    how: str
    prepare: Callable[..., Run]
    args: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Group:
    """Ways of doing the same work, the limit first; `rounds`: how many at least, where each is short."""

    what: str
    contenders: Sequence[Contender]
    rounds: int = 1


@dataclass(frozen=True)
class Cost:
    """Seconds of the work, and the peak of its process in MB: of the one that it started, where it started one."""

    seconds: float
    peak: float


@dataclass(frozen=True)
class Result:
    """What a contender cost in every round, and how often and how much it asked."""

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
        """The median of the rounds' ratios, which a machine with other work to do distorts least."""
        pairs = zip(self.costs, other.costs, strict=True)
        return statistics.median(mine.seconds / theirs.seconds for mine, theirs in pairs)


def compare(url: str, group: Group, rounds: int) -> list[Result]:
    """Every contender once through a counting proxy, then in rounds whose order turns, so that none is always first."""
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
    # By a pipe: a pool needs semaphores, and so /dev/shm, into which not everybody may write on every machine.
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
