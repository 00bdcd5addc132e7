"""Hand cases to lanes so that they do not disturb each other, and report them in the order in which they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from multiprocessing.connection import wait
from typing import Final, Protocol

import pytest

from pytest_auth_provider.judge import lost
from pytest_auth_provider.lanes.lane import Died, Ended, Lane, LastWord, Warned

MOST: Final = 8
"""Lanes at the same time."""
TICK: Final = 0.1
"""Seconds between two looks at who waits, while a case could be started."""
BEAT: Final = 0.5
"""Seconds between two looks while none can: time goes on for whoever watches."""


class Watcher(Protocol):
    """Who wants to know which cases run, between two of which are reported."""

    def started(self, nodeid: str) -> None:
        """Hear that a case was started."""

    def ended(self, nodeid: str) -> None:
        """Hear that a case has ended."""

    def beat(self) -> None:
        """Hear that time goes on."""


class Schedule:
    """The lanes of a run, and which case each of them runs.

    `ports` says which fixed ports a case needs, by its number: two that share one never run at the same time. With
    `grows`, lanes are forked as they are needed; otherwise all of them now, before tests of the project leave anything
    behind that must not be there twice.
    """

    def __init__(
        self, session: pytest.Session, ports: Mapping[int, frozenset[int]], watcher: Watcher, *, grows: bool
    ) -> None:
        self._session = session
        self._ports = ports
        self._watcher = watcher
        self._left = MOST
        self._lanes: list[Lane] = []
        self._ended: dict[int, Ended | Died] = {}
        if not grows:
            while self._left:
                self._fork()

    def run(self, cases: Sequence[int]) -> Iterator[tuple[int, list[pytest.TestReport]]]:
        """Run cases, and yield the reports of each, in this order, as soon as it and all before it have ended.

        Raises `pytest.exit.Exception` where a case called `pytest.exit`.
        """
        todo = list(cases)
        for case in cases:
            while case not in self._ended:
                self._start(todo)
                if not self._lanes:
                    return  # all have died: whoever asked sees what was not run
                self._hear(TICK if todo else BEAT)
            yield case, self._reports(case)

    def finish(self) -> Iterator[LastWord]:
        """Let all lanes tidy up and end; yield the last words of those that do."""
        for lane in self._lanes:
            lane.finish()
        for lane in self._lanes:
            message = lane.receive()
            while not isinstance(message, LastWord | Died):
                message = lane.receive()
            if isinstance(message, LastWord):
                yield message

    def close(self) -> None:
        """End every lane now; cases that run are interrupted."""
        for lane in self._lanes:
            lane.interrupt()
        for lane in self._lanes:
            lane.close()
        self._lanes.clear()

    def ended_meanwhile(self, cases: Sequence[int]) -> Iterator[tuple[int, list[pytest.TestReport]]]:
        """Yield the reports of those cases that have ended and were not reported, for a run that is interrupted."""
        for case in cases:
            if isinstance(self._ended.get(case), Ended):
                yield case, self._reports(case)

    def _start(self, todo: list[int]) -> None:
        """Start the next case where nothing runs, or where everything that runs waits."""
        if not todo or not (self._left or any(lane.case is None for lane in self._lanes)):
            return
        busy = [lane for lane in self._lanes if lane.case is not None]
        waiting = [lane.activity.waits() for lane in busy]  # all are looked at, each time
        if not all(waiting):
            return
        taken = frozenset().union(*(self._ports[lane.case] for lane in busy if lane.case is not None))
        case = next((case for case in todo if not self._ports[case] & taken), None)
        lane = self._free() if case is not None else None
        if case is not None and lane is not None:
            todo.remove(case)
            lane.run(case)
            self._watcher.started(self._session.items[case].nodeid)
            self._watcher.beat()

    def _free(self) -> Lane | None:
        """Return the first lane that runs nothing, a new one where there may be more, or None."""
        free = next((lane for lane in self._lanes if lane.case is None), None)
        return free or (self._fork() if self._left else None)

    def _fork(self) -> Lane | None:
        """Return a new lane; None where the system has no room for one more process."""
        self._left -= 1
        try:
            lane = Lane(self._session, self._lanes)
        except OSError:
            self._left = 0
            return None
        self._lanes.append(lane)
        return lane

    def _hear(self, patience: float) -> None:
        """Wait for what lanes have to tell, at most `patience` seconds."""
        told = wait([lane.channel for lane in self._lanes], patience)
        for lane in [lane for lane in self._lanes if lane.channel in told]:
            message = lane.receive()
            if isinstance(message, Warned):
                self._session.config.hook.pytest_warning_recorded.call_historic(kwargs=message.arguments)
            elif isinstance(message, Ended | Died):
                self._end(lane, message)
        self._watcher.beat()

    def _end(self, lane: Lane, ended: Ended | Died) -> None:
        """Note how the case of a lane ended: with its reports, or with the lane."""
        case, lane.case = lane.case, None
        if isinstance(ended, Died):
            self._lanes.remove(lane)
        if case is not None:
            self._ended[case] = ended
            self._watcher.ended(self._session.items[case].nodeid)

    def _reports(self, case: int) -> list[pytest.TestReport]:
        """Return the reports of a case that has ended, and stop the run where it said so."""
        ended, item = self._ended.pop(case), self._session.items[case]
        if isinstance(ended, Died):
            return lost(item, ended.status)
        self._session.shouldstop = self._session.shouldstop or ended.stop
        self._session.shouldfail = self._session.shouldfail or ended.fail
        if ended.exit is not None:
            pytest.exit(*ended.exit)
        read = item.config.hook.pytest_report_from_serializable
        return [read(config=item.config, data=data) for data in ended.reports]
