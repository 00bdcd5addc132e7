"""Judge each scenario as it ends: turn what pytest reports into rows with a verdict.

`JudgePlugin` is registered only while `--auth-provider` is on, in every process that runs tests. The rows travel in
`user_properties`, which survive pytest-xdist, to `pytest_auth_provider.report.plugin`.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from pytest_auth_provider.catalogue import find
from pytest_auth_provider.exposure import LeftOpen
from pytest_auth_provider.printable import in_one_line
from pytest_auth_provider.report.cases import OFFLINE, Case, commands_of, policy_of
from pytest_auth_provider.report.evidence import render_evidence
from pytest_auth_provider.report.explanation import Explanation, accuses, explain, explains_itself
from pytest_auth_provider.report.redaction import Redaction
from pytest_auth_provider.report.rows import PROPERTY, TRACEBACK, Row
from pytest_auth_provider.report.sayings import PROPERTY as SAYINGS
from pytest_auth_provider.report.sayings import Heard
from pytest_auth_provider.report.steps import began, steps_of
from pytest_auth_provider.report.terminal.failures import describe
from pytest_auth_provider.scenario import NotApplicable, NotForUs, Scenario, scenario_of_item, variant_of
from pytest_auth_provider.sets import listed
from pytest_auth_provider.verdict import ContractBroken, Verdict

if TYPE_CHECKING:
    from pytest_auth_provider.adapters.models import Adapter
    from pytest_auth_provider.checks.finding import Finding
    from pytest_auth_provider.checks.recorder import Recorder
    from pytest_auth_provider.exposure import Exposure
    from pytest_auth_provider.outcome.outcome import Outcome

NOTHING = "nothing of the kind"
"""What the contracts behind the passive checks expect to be found."""


@dataclass(frozen=True)
class Evidence:
    """What an item leaves for its report: the client's adapter and version, what it did and what put it to the test."""

    adapter: Adapter
    version: str
    record: Recorder
    exposure: Exposure

    @property
    def seconds(self) -> float:
        """How many seconds the client's own commands ran, added up, without what was put back or skipped."""
        return sum(outcome.seconds - outcome.skipped for outcome in self.record.outcomes if not outcome.earlier)

    @property
    def redaction(self) -> Redaction:
        """What is left out of every text about the client."""
        return Redaction(self.record.outcomes, self.record.sandbox, self.record.issued)

    def told(self, outcomes: Sequence[Outcome], redact: Redaction) -> dict[str, Any]:
        """Return the fields of a row that tell what the client did in these of its outcomes."""
        steps = steps_of(outcomes, self.record.sandbox, redact)
        return {"evidence": render_evidence(steps), "steps": steps, "began": began(outcomes)}


EVIDENCE: pytest.StashKey[Evidence] = pytest.StashKey()
"""Where an item keeps its evidence; missing where the client never came about."""


class JudgePlugin:
    """The plugin that judges each scenario in the process that ran it; `strict` lets advice fail the run."""

    def __init__(self, *, strict: bool) -> None:
        self._strict = strict
        self._left_out: dict[tuple[str, str], list[str]] = {}

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Remember which contracts a `-k` leaves variants of out: what holds for the rest need not hold for all."""
        for item in items:
            scenario = scenario_of_item(item)
            if scenario is not None:
                self._left_out.setdefault((_client_name(item), scenario.id), []).append(variant_of(item))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        """Fail a scenario whose own contract the passive checks saw broken, as for a secret in the output.

        Raises an exception that accuses nobody where the contract broke nothing, but cannot be called kept either.
        """
        yield
        scenario = scenario_of_item(item)
        evidence = item.stash.get(EVIDENCE, None)
        if scenario is None or evidence is None:
            return
        seen = [str(finding) for _outcome, finding in evidence.record.findings if finding.contract == scenario.id]
        if seen:
            # Each finding stands below the first one, behind the label.
            raise ContractBroken(NOTHING, f"\n{' ' * 10}".join(seen))
        evidence.exposure.require()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Attach a row to the report of a scenario, and make the report say what the verdict means for the run."""
        report = yield
        scenario = _contract(item)
        verdict = _verdict(scenario, item, call) if scenario is not None else None
        if scenario is None or verdict is None:
            return report
        row = self._row(scenario, item, call, verdict)
        rows = [row, *_passive_rows(scenario, item, verdict)]
        # On the item they reach the reports of its later phases: JUnit XML takes what the last one has.
        item.user_properties += [(PROPERTY, row.as_text()) for row in rows]
        if verdict is Verdict.UNCHECKED and call.excinfo and not explains_itself(call.excinfo.value):
            item.user_properties.append((TRACEBACK, "shown"))
        item.user_properties += _heard(item)
        report.user_properties = list(item.user_properties)
        self._apply(row, report)
        return report

    def _row(self, scenario: Scenario, item: pytest.Item, call: pytest.CallInfo[None], verdict: Verdict) -> Row:
        """Return the row of one phase of one item."""
        evidence = item.stash.get(EVIDENCE, None)
        client, declared = _client_name(item), _declared(scenario, item, call)
        shown = evidence if verdict not in (Verdict.KEPT, Verdict.NOT_APPLICABLE) else None
        explanation = explain(call.excinfo, with_details=shown is None) if call.excinfo else Explanation()
        redact = evidence.redaction if evidence is not None and (shown or evidence.record.notes) else None
        told: dict[str, Any] = {}
        if shown is not None and redact is not None:
            explanation = explanation.redacted(redact)
            told = shown.told(shown.record.outcomes, redact)
        reason = explanation.reason
        cases = (_case(scenario, item, evidence, verdict),) if evidence and _is_reviewed(scenario) else ()
        return replace(
            Row.of(scenario, client, evidence.version if evidence else "", verdict),
            **told,
            reason=f"declared: {declared}\n{reason}" if verdict is Verdict.DEVIATION else reason,
            expected=explanation.expected,
            actual=explanation.actual,
            stated=explanation.stated,
            declared=declared,
            proof=evidence.exposure.facts if evidence is not None and verdict is Verdict.KEPT else (),
            confirmed=verdict.accuses and _is_confirmed(call.excinfo),
            left_out=tuple(self._left_out.get((client, scenario.id), ())),
            variants=variant_of(item),
            notes=tuple(map(redact, evidence.record.notes)) if evidence and redact else (),
            cases=cases,
            seconds=call.duration,
            commands=evidence.seconds if evidence else 0.0,
        )

    def _apply(self, row: Row, report: pytest.TestReport) -> None:
        """Excuse a deviation, and advice unless strict; let any other failure show its row instead of a traceback."""
        excused = row.verdict is Verdict.DEVIATION or (row.verdict is Verdict.ADVICE and not self._strict)
        if excused:
            report.outcome = "skipped"
            report.wasxfail = f"{row.verdict}: {row.reason.partition(chr(10))[0]}"
        elif report.failed and row.verdict in (Verdict.BROKEN, Verdict.ADVICE):
            report.longrepr = describe(row)


def lost(item: pytest.Item, status: int) -> list[pytest.TestReport]:
    """Return the reports of a scenario whose process ended before it did: with `status`, or by the signal -`status`."""
    how = f"was killed by signal {-status}" if status < 0 else f"ended with exit code {status}"
    reason = f"The process of pytest that ran this case {how}, so nothing is known; run it alone to see why."
    scenario = scenario_of_item(item)
    assert scenario is not None
    row = replace(Row.of(scenario, _client_name(item), "", Verdict.UNCHECKED), reason=reason, variants=variant_of(item))
    properties = [*item.user_properties, (PROPERTY, row.as_text())]
    report = partial(pytest.TestReport, item.nodeid, item.location, {}, user_properties=properties)
    return [
        report(outcome="failed", longrepr=describe(row), when="call"),
        report(outcome="passed", longrepr=None, when="teardown"),
    ]


def _verdict(scenario: Scenario, item: pytest.Item, call: pytest.CallInfo[None]) -> Verdict | None:
    """Return what this phase of the item says, or None where it says nothing: a good setup, a test the user skips."""
    if call.excinfo is None:
        return Verdict.KEPT if call.when == "call" else None
    error = call.excinfo.value
    if isinstance(error, NotApplicable):
        return Verdict.NOT_APPLICABLE
    if isinstance(error, pytest.skip.Exception):
        return None
    is_declared = scenario.id in _deviations(item)
    if isinstance(error, LeftOpen) and is_declared:
        return Verdict.DEVIATION
    if call.when != "call" or not accuses(error):
        return Verdict.UNCHECKED
    return Verdict.DEVIATION if is_declared else _accusation(scenario)


def _is_reviewed(scenario: Scenario) -> bool:
    """Return whether somebody wants to know what a client did under this contract, also where it kept it."""
    return scenario.id in listed().get(OFFLINE, [])


def _case(scenario: Scenario, item: pytest.Item, evidence: Evidence, verdict: Verdict) -> Case:
    """Return what the client did in one variant of a contract."""
    steps = steps_of(evidence.record.outcomes, evidence.record.sandbox, evidence.redaction)
    return Case(
        variant=in_one_line(variant_of(item)),
        verdict=str(verdict),
        policy=policy_of(scenario, evidence.adapter),
        met=tuple(map(in_one_line, evidence.exposure.facts)),
        commands=commands_of(evidence.record.outcomes, steps),
    )


def _is_confirmed(raised: pytest.ExceptionInfo[BaseException] | None) -> bool:
    """Return whether the check that accuses needs no second run."""
    return raised is not None and isinstance(raised.value, ContractBroken) and raised.value.confirmed


def _accusation(scenario: Scenario) -> Verdict:
    return Verdict.BROKEN if scenario.level == "MUST" else Verdict.ADVICE


def _passive_rows(scenario: Scenario, item: pytest.Item, verdict: Verdict) -> Iterator[Row]:
    """Yield a row for each contract that the passive checks saw broken meanwhile, whatever the scenario was about."""
    evidence = item.stash.get(EVIDENCE, None)
    if evidence is None or verdict is Verdict.NOT_APPLICABLE:
        return
    for outcome, finding in evidence.record.findings:
        if finding.contract not in (scenario.id, *evidence.adapter.not_for_us):
            yield _passive_row(scenario, evidence, outcome, finding)


def _passive_row(scenario: Scenario, evidence: Evidence, outcome: Outcome, finding: Finding) -> Row:
    """Return the row of the contract that a passive check saw broken by `outcome` while `scenario` was checked."""
    declared = evidence.adapter.deviations.get(finding.contract, "")
    contract = find(finding.contract).for_client(evidence.adapter)
    verdict = Verdict.DEVIATION if declared else _accusation(contract)
    redact = evidence.redaction
    return replace(
        Row.of(contract, evidence.adapter.name, evidence.version, verdict),
        reason=redact(f"Seen under {scenario.id}: {finding}"),
        expected=NOTHING,
        actual=redact(str(finding)),
        declared=declared,
        seen_under=(scenario.id,),
        **evidence.told([outcome], redact),
    )


def _contract(item: pytest.Item) -> Scenario | None:
    """Return the contract that an item checks, with the level it has for the client; None for any other test."""
    scenario, evidence = scenario_of_item(item), item.stash.get(EVIDENCE, None)
    return scenario.for_client(evidence.adapter) if scenario is not None and evidence is not None else scenario


def _deviations(item: pytest.Item) -> Mapping[str, str]:
    """Return the deviations that the client's adapter declares: contract -> reason."""
    evidence = item.stash.get(EVIDENCE, None)
    return evidence.adapter.deviations if evidence else {}


def _heard(item: pytest.Item) -> list[tuple[str, object]]:
    """Return what contracts asked of the client's output and what matched, as properties of the item."""
    evidence = item.stash.get(EVIDENCE, None)
    if evidence is None or not evidence.adapter.says:
        return []
    return [(SAYINGS, Heard.of(evidence.adapter, evidence.record.outcomes).as_text())]


def _declared(scenario: Scenario, item: pytest.Item, call: pytest.CallInfo[None]) -> str:
    """Return the reason that the adapter gives for a deviation, or for a contract that is not for its client."""
    error = call.excinfo.value if call.excinfo else None
    return error.declared if isinstance(error, NotForUs) else _deviations(item).get(scenario.id, "")


def _client_name(item: pytest.Item) -> str:
    """Return the name of the client that an item is run for; "" where it is run for none in particular."""
    callspec = getattr(item, "callspec", None)
    return str(callspec.params.get("auth_client_name", "")) if callspec else ""
