"""Confirm each accusation by a second run of the same check, in a fresh sandbox with a fresh provider.

What one run accuses the client of and the next does not is `unstable`: the run fails, nobody is accused, and the row
shows both. A run that took a short cut (it began with an earlier sign-in, skipped waits, or forked its commands from a
process that had imported the program) is replaced by another one then, in case that was the difference.
A check that has seen it often enough by itself, a declared deviation and a contract that could not be checked are run
once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import pytest
from _pytest.runner import runtestprotocol  # what plugins that run a test again use; there is no public name

from pytest_auth_provider.report.rows import PROPERTY, Row
from pytest_auth_provider.report.terminal.failures import describe
from pytest_auth_provider.scenario import scenario_of_item
from pytest_auth_provider.verdict import Verdict

_CONFIRMS: pytest.StashKey[bool] = pytest.StashKey()
"""Whether an item is run once more, to confirm an accusation."""

SHORT_CUT: pytest.StashKey[bool] = pytest.StashKey()
"""Whether an item began with a sign-in of an earlier case, skipped a wait, or forked its commands."""

Reports = list[pytest.TestReport]


def log_case(item: pytest.Item, reports: Iterable[pytest.TestReport]) -> None:
    """Report a case to pytest, as pytest itself does."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)


class ConfirmationPlugin:
    """The plugin that runs a scenario again where it accuses the client, and joins what both runs say.

    `log` is called with each scenario and its reports, which come about as they are asked for.
    """

    def __init__(self, log: Callable[[pytest.Item, Iterable[pytest.TestReport]], None] = log_case) -> None:
        self.log = log

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Run a scenario once, or twice where the first run accuses; leave any other test to pytest.

        Under `--pdb` there is one run only: the person at the debugger has seen what there is to see.
        """
        if scenario_of_item(item) is None or item.config.getoption("usepdb"):
            return None
        self.log(item, _confirmed(item, nextitem))
        return True


def puts_sign_ins_back(item: pytest.Item) -> bool:
    """Return whether an earlier sign-in will do for a case: a contract that only needs somebody signed in."""
    contract = scenario_of_item(item)
    return contract is not None and not contract.signs_in and takes_short_cuts(item)


def takes_short_cuts(item: pytest.Item) -> bool:
    """Return whether a case may be made shorter in ways that should make no difference: for contracts alone.

    Not for a run that confirms an accusation, and not under `--auth-cold`.
    """
    return scenario_of_item(item) is not None and not does_all_for_real(item)


def does_all_for_real(item: pytest.Item) -> bool:
    """Return whether nothing of a test may be made shorter: it confirms an accusation, or `--auth-cold` was given."""
    return item.stash.get(_CONFIRMS, False) or bool(item.config.getoption("--auth-cold"))


def _confirmed(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[pytest.TestReport]:
    """Run a scenario and yield its reports; of an accusation, as the second run confirms or contests it."""
    given = list(item.user_properties)
    first = runtestprotocol(item, log=False, nextitem=nextitem)
    if not any(row.verdict.accuses and not row.confirmed for row in _rows(first)):
        yield from first
        return
    short_cut = item.stash.get(SHORT_CUT, False)
    item.stash[_CONFIRMS] = True
    item.user_properties[:] = given
    second = runtestprotocol(item, log=False, nextitem=nextitem)
    rows = list(_joined(_rows(first), _rows(second)))
    if short_cut and any(row.verdict is Verdict.UNSTABLE for row in rows):
        # Then it may have been the short cut: what counts is what two runs say that took none.
        item.user_properties[:] = given
        first, second = second, runtestprotocol(item, log=False, nextitem=nextitem)
        rows = list(_joined(_rows(first), _rows(second)))
    for report in first:
        _replace_rows(report, rows)
    yield from first


def _rows(reports: Reports) -> list[Row]:
    """Return the rows of all phases: the report of the last one has them."""
    return [Row.from_text(str(value)) for name, value in reports[-1].user_properties if name == PROPERTY]


def _joined(first: Sequence[Row], second: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows of both runs as one: what both accuse of is confirmed, what one alone accuses of is unstable."""
    again = {row.contract: row for row in second}
    for row in first:
        if row.verdict.accuses:
            yield _judged_twice(row, again.get(row.contract))
        else:
            yield row
    accused = {row.contract for row in first if row.verdict.accuses}
    for row in second:
        if row.verdict.accuses and row.contract not in accused:
            yield _unstable(row, "Another run in a fresh sandbox, before it, did not.")


def _judged_twice(row: Row, again: Row | None) -> Row:
    if again is None:
        return _unstable(row, "A second run in a fresh sandbox did not see it.")
    if again.verdict.accuses:
        return replace(row, confirmed=True)
    return _unstable(row, f"A second run in a fresh sandbox: {again.verdict}. {again.reason}".rstrip())


def _unstable(row: Row, other: str) -> Row:
    """Return a row that accuses nobody: what one run saw, and what the other did."""
    reason = f"One run accuses the client, the other does not, so nothing is said against it.\n{row.reason}\n{other}"
    return replace(row, verdict=Verdict.UNSTABLE, reason=reason, expected="", actual="", stated=False)


def _replace_rows(report: pytest.TestReport, rows: Sequence[Row]) -> None:
    """Give a report of the first run the joined rows; one that has failed shows what became of its own contract."""
    if not any(name == PROPERTY for name, _value in report.user_properties):
        return
    others = [(name, value) for name, value in report.user_properties if name != PROPERTY]
    report.user_properties = [*others, *((PROPERTY, row.as_text()) for row in rows)]
    if report.when == "call" and (report.failed or rows[0].verdict is Verdict.UNSTABLE):
        if hasattr(report, "wasxfail"):  # advice is excused, a check that cannot make up its mind is not
            del report.wasxfail
        report.outcome = "failed"
        report.longrepr = describe(rows[0])
