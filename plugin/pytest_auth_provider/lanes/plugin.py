"""The loop of a run of contracts: in the order in which they stand, with cases that wait beside each other."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path

import pytest

from pytest_auth_provider.catalogue import packages
from pytest_auth_provider.confirmation import log_case
from pytest_auth_provider.lanes.schedule import Schedule, Watcher
from pytest_auth_provider.preflight import client_of
from pytest_auth_provider.processes.warm.fork_servers import FORK_SERVERS
from pytest_auth_provider.proof import ProofPlugin
from pytest_auth_provider.scenario import scenario_of_item
from pytest_auth_provider.selection import adapter_of

_FLAGS = {
    "--auth-cold": "auth_cold",
    "--collect-only": "collectonly",
    "--pdb": "usepdb",
    "--trace": "trace",
    "--maxfail": "maxfail",
    "--stepwise": "stepwise",
    "--setup-only": "setuponly",
    "--setup-plan": "setupplan",
    "--setup-show": "setupshow",
    "-n": "numprocesses",
    "--tx": "tx",
    "--log-cli-level": "log_cli_level",
}
"""The options that need one case after the other in the process of the user: for a person who watches, or stops it."""


def why_in_one_process(config: pytest.Config) -> str | None:
    """Return what keeps cases from being run by processes of their own; None where nothing does."""
    if not sys.platform.startswith("linux"):
        return f"the platform {sys.platform}"
    for flag, name in _FLAGS.items():
        if config.getoption(name, None):
            return flag
    if config.getoption("capture") not in ("fd", "sys"):
        return "-s"
    if config.getini("log_cli"):
        return "log_cli"
    coverage = sys.modules.get("coverage")
    if sys.gettrace() is not None or (coverage is not None and coverage.Coverage.current() is not None):
        return "a debugger, or what measures coverage"
    return None


class LanesPlugin:
    """The plugin that runs contracts in lanes, and any other test itself; `proof` hears of sign-ins to be doubted.

    `watcher` hears of every case that begins and ends.
    """

    def __init__(self, proof: ProofPlugin, watcher: Watcher) -> None:
        self._proof = proof
        self._watcher = watcher

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run all tests in their order, in the place of pytest's own loop; leave few contracts, and errors, to that."""
        contracts = [number for number, item in enumerate(session.items) if _is_contract(item)]
        if session.testsfailed or len(contracts) < 2 or _threads() > 1:
            return None
        FORK_SERVERS.end()  # each lane has its own
        # pytest has no public way to have the directory of this run made: each lane would make one of its own.
        session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
        ports = {number: frozenset(_ports(session.items[number])) for number in contracts}
        schedule = Schedule(session, ports, self._watcher, grows=len(contracts) == len(session.items))
        with closing(schedule):
            for are_contracts, numbers in groupby(range(len(session.items)), key=ports.__contains__):
                if are_contracts:
                    _run_beside_each_other(session, [*numbers], schedule)
                else:
                    _run_here(session, numbers)
            for last in schedule.finish():
                self._proof.found += last.doubts
                FORK_SERVERS.hear(last.cold_starts)
        return True


def _run_beside_each_other(session: pytest.Session, cases: Sequence[int], schedule: Schedule) -> None:
    """Run contracts in lanes; those that no lane is left for, here."""
    left = dict.fromkeys(cases)
    try:
        for case, reports in schedule.run(cases):
            del left[case]
            log_case(session.items[case], reports)
            _stop_if_asked(session)
    except KeyboardInterrupt:
        for case, reports in schedule.ended_meanwhile(cases):
            log_case(session.items[case], reports)
        raise
    _run_here(session, left)


def _run_here(session: pytest.Session, numbers: Iterable[int]) -> None:
    """Run tests in this process, one after the other."""
    for number in numbers:
        item = session.items[number]
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=_next_here(session, number))
        _stop_if_asked(session)


def _next_here(session: pytest.Session, number: int) -> pytest.Item | None:
    """Return the next test after this one that is no contract: what it needs is not torn down in between."""
    return next((item for item in session.items[number + 1 :] if not _is_contract(item)), None)


def _is_contract(item: pytest.Item) -> bool:
    """Return whether a test is a contract of the catalogue, which fixtures of the project do not reach."""
    shielded = any(item.path.is_relative_to(directory) for directory in packages().values())
    return shielded and scenario_of_item(item) is not None


def _stop_if_asked(session: pytest.Session) -> None:
    """Stop the run where a test or a plugin has said so, as the loop of pytest does."""
    if session.shouldfail:
        raise session.Failed(session.shouldfail)
    if session.shouldstop:
        raise session.Interrupted(session.shouldstop)


def _ports(item: pytest.Item) -> Iterator[int]:
    """Yield the fixed ports that the client of a contract needs."""
    name = client_of(item)
    if name:
        yield from adapter_of(item.config, name).ports


def _threads() -> int:
    """Return how many threads this process has, those of libraries counted: with several it is not safely forked."""
    return len([*Path("/proc/self/task").iterdir()])
