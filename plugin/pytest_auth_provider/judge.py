"""Turning pytest's reports into verdicts: registered only while `--auth-provider` is on."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from pytest_auth_provider.catalogue import find, packages
from pytest_auth_provider.report.evidence import hide, told
from pytest_auth_provider.report.rows import PROPERTY, TRACEBACK, Row
from pytest_auth_provider.report.terminal import story
from pytest_auth_provider.scenario import NotApplicable, Scenario, scenario_of_item
from pytest_auth_provider.verdict import Verdict

if TYPE_CHECKING:
    from pytest_auth_provider.adapters.models import Adapter
    from pytest_auth_provider.checks.recorder import Recorder


# FROM plugin/pytest_auth_provider/explaining.py: Why a check ended as it did, in words for a person: what was raised says so itself, or is a mistake in the check.


OURS: Final = ("pytest_auth_provider", "fakeprovider")


def explains_itself(error: BaseException) -> bool:
    """Whether the message of `error` is the whole story: a failed assertion, or an exception of ours.

    Anything else is a mistake in the check, of which a person wants to see the traceback.
    """
    return isinstance(error, AssertionError) or type(error).__module__.partition(".")[0] in {*OURS, *packages()}


def reason_of(raised: pytest.ExceptionInfo[BaseException]) -> str:
    """What `raised` says, or that the check itself failed and where."""
    error = raised.value
    if isinstance(error, pytest.skip.Exception) or explains_itself(error):
        return _without_expression(str(error)) or raised.typename
    last = raised.traceback[-1]
    place = f"{Path(last.path).name}:{last.lineno + 1}"
    return f"the check itself failed, which says nothing about the client: {raised.exconly(tryshort=True)} ({place})"


def _without_expression(text: str) -> str:
    """A message that says what was expected, without the expression that pytest adds, and indents it for."""
    message, added, _expression = text.rpartition("\nassert ")
    return message.replace("\n  ", "\n") if added and message.startswith("Expected:") else text


@dataclass(frozen=True)
class Evidence:
    """What an item leaves for its report: the client's adapter and version, and the record of what it did."""

    adapter: Adapter
    version: str
    record: Recorder


EVIDENCE: pytest.StashKey[Evidence] = pytest.StashKey()
"""Where an item keeps its evidence; missing where the client never came about."""


class Checking:
    """Judges each scenario as it ends, in the process that ran it."""

    def __init__(self, *, strict: bool) -> None:
        self._strict = strict
        self._left_out: set[tuple[str, str]] = set()

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Remember which contracts a `-k` leaves variants of out: what holds for the rest need not hold for all."""
        for item in items:
            scenario = scenario_of_item(item)
            if scenario is not None:
                self._left_out.add((_client_name(item), scenario.id))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Attach a row to the report of a scenario, and make the report say what the verdict means for the run."""
        report = yield
        scenario = scenario_of_item(item)
        verdict = _verdict(scenario, item, call) if scenario is not None else None
        if scenario is None or verdict is None:
            return report
        row = self._row(scenario, item, call, verdict)
        rows = [row, *_passive_rows(scenario, item, verdict)]
        # On the item they reach the reports of its later phases: JUnit XML takes what the last one has.
        item.user_properties += [(PROPERTY, row.as_text()) for row in rows]
        if verdict is Verdict.UNCHECKED and call.excinfo and not explains_itself(call.excinfo.value):
            item.user_properties.append((TRACEBACK, "shown"))
        report.user_properties = list(item.user_properties)
        self._let_report_say(report, row)
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        """Fail a scenario whose own contract the passive checks saw broken, as for a secret in the output."""
        yield
        scenario = scenario_of_item(item)
        evidence = item.stash.get(EVIDENCE, None)
        if scenario is None or evidence is None:
            return
        seen = [str(finding) for _outcome, finding in evidence.record.findings if finding.contract == scenario.id]
        if seen:
            raise AssertionError("\n".join(["Expected: nothing of the kind", *(f"Actual:   {line}" for line in seen)]))

    def _row(self, scenario: Scenario, item: pytest.Item, call: pytest.CallInfo[None], verdict: Verdict) -> Row:
        """The row of one phase of one item."""
        evidence = item.stash.get(EVIDENCE, None)
        declared = _deviations(item).get(scenario.id, "")
        reason = reason_of(call.excinfo) if call.excinfo is not None else ""
        shown = ""
        if evidence is not None and verdict not in (Verdict.KEPT, Verdict.NOT_APPLICABLE):
            outcomes, sandbox = evidence.record.outcomes, evidence.record.sandbox
            shown = told(outcomes, sandbox)
            for outcome in outcomes:
                # What the client did is told below the reason, in full and once.
                reason = reason.replace(f"\n{outcome.describe()}", "")
            reason = hide(reason, outcomes, sandbox)
        if verdict is Verdict.DEVIATION:
            reason = f"declared: {declared}\n{reason}"
        return Row.of(
            scenario,
            _client_name(item),
            evidence.version if evidence else "",
            verdict,
            reason=reason,
            declared=declared,
            partial=(_client_name(item), scenario.id) in self._left_out,
            variants=_variant(item),
            evidence=shown,
            seconds=call.duration,
            commands=sum(outcome.seconds for outcome in evidence.record.outcomes) if evidence else 0.0,
        )

    def _let_report_say(self, report: pytest.TestReport, row: Row) -> None:
        """A deviation, and advice unless strict, do not fail the run; a failure tells its story, not a traceback."""
        excused = row.verdict is Verdict.DEVIATION or (row.verdict is Verdict.ADVICE and not self._strict)
        if excused:
            report.outcome = "skipped"
            report.wasxfail = f"{row.verdict}: {row.reason.partition(chr(10))[0]}"
        elif report.failed and row.verdict in (Verdict.BROKEN, Verdict.ADVICE):
            report.longrepr = story(row)


def _verdict(scenario: Scenario, item: pytest.Item, call: pytest.CallInfo[None]) -> Verdict | None:
    """What this phase of the item says, or None where it says nothing (a good setup, a test skipped by the user)."""
    if call.excinfo is None:
        return Verdict.KEPT if call.when == "call" else None
    error = call.excinfo.value
    if isinstance(error, NotApplicable):
        return Verdict.NOT_APPLICABLE
    if isinstance(error, pytest.skip.Exception):
        return None
    if call.when != "call" or not _accuses(error):
        return Verdict.UNCHECKED
    if scenario.id in _deviations(item):
        return Verdict.DEVIATION
    return Verdict.BROKEN if scenario.level == "MUST" else Verdict.ADVICE


def _accuses(error: BaseException) -> bool:
    """Only a failed assertion accuses the client; anything else means that the check itself went wrong."""
    from fakeprovider import FaultNotMet

    return isinstance(error, AssertionError) and not isinstance(error, FaultNotMet)


def _passive_rows(scenario: Scenario, item: pytest.Item, verdict: Verdict) -> Iterator[Row]:
    """A row for each contract that the passive checks saw broken meanwhile, whatever the scenario was about.

    One failure, one accusation: where the scenario itself is broken, a crash or hang is told there and not again.
    """
    evidence = item.stash.get(EVIDENCE, None)
    if evidence is None or verdict is Verdict.NOT_APPLICABLE:
        return
    for outcome, finding in evidence.record.findings:
        told_already = verdict in (Verdict.BROKEN, Verdict.ADVICE, Verdict.DEVIATION) and finding.is_failure
        if told_already or finding.contract == scenario.id:
            continue
        declared = evidence.adapter.deviations.get(finding.contract, "")
        yield Row.of(
            find(finding.contract),
            evidence.adapter.name,
            evidence.version,
            Verdict.DEVIATION if declared else Verdict.BROKEN,
            reason=hide(f"Seen under {scenario.id}: {finding}", [outcome], evidence.record.sandbox),
            declared=declared,
            evidence=told([outcome], evidence.record.sandbox),
        )


def _deviations(item: pytest.Item) -> Mapping[str, str]:
    evidence = item.stash.get(EVIDENCE, None)
    return evidence.adapter.deviations if evidence else {}


def _client_name(item: pytest.Item) -> str:
    callspec = getattr(item, "callspec", None)
    return str(callspec.params.get("auth_client_name", "")) if callspec else ""


def _variant(item: pytest.Item) -> str:
    """The id of a parametrized variant, without the name of the client that every id starts with."""
    callspec = getattr(item, "callspec", None)
    return str(callspec.id).removeprefix(_client_name(item)).removeprefix("-") if callspec else ""
