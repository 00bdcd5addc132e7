"""The JSON Schema of reports is that of the reports that are written, and format 1 stays what it is."""

from __future__ import annotations

import json
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from pytest_auth_provider.profile import Observation, Profile
from pytest_auth_provider.report.cases import Case, Conduct
from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.report.saved import schema
from pytest_auth_provider.report.saved.report import FORMAT, Report
from pytest_auth_provider.report.saved.schema import comparison_schema, report_schema
from pytest_auth_provider.report.steps import Asked, Step
from pytest_auth_provider.verdict import Verdict

if TYPE_CHECKING:
    from tests.support.project import Project

FORMAT_1 = {
    Report: "format date version notices verdicts profiles",
    Row: (
        "contract title level source requirement origin client version verdict reason expected actual stated variants "
        "declared left_out evidence seconds commands proof confirmed harm notes steps "
        "seen_under by_variant began adapter cases"
    ),
    Step: "command ending stdout stderr noise exchanges files",
    Asked: (
        "number endpoint grant method path status at seconds sent answered faults note request_headers "
        "response_headers more scheme"
    ),
    Case: "variant verdict policy met commands",
    Conduct: "action ending succeeded said provider api",
    Profile: "client version problem observations seconds contradictions learned_in",
    Observation: "values seen",
}
"""The members that format 1 began with, class by class. A list that is never changed: see docs/reports.md."""
VERDICTS_1 = "broken, unstable, unchecked, stale deviation, advice, deviation, kept, not applicable"


@pytest.mark.parametrize("made", [report_schema, comparison_schema])
def test_every_member_is_described(made: object) -> None:
    """In both schemas, which are of draft 2020-12."""
    described = made()  # type: ignore[operator]  # one of the two functions
    assert described["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(described)
    objects = [described, *(table for table in described["$defs"].values() if "properties" in table)]
    assert [
        name
        for table in objects
        for name, of_it in table["properties"].items()
        if not of_it["description"].endswith(".")
    ] == []
    assert all(table["required"] == [*table["properties"]] for table in objects)


def test_a_member_without_a_description_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever adds a field has to say what it means."""

    @dataclass(frozen=True)
    class Mute:
        """It says nothing."""

        format: int
        """The format."""
        mute: int

    monkeypatch.setattr(schema, "Report", Mute)
    with pytest.raises(TypeError, match=r"Mute\.mute has no docstring; write one below the field"):
        report_schema()


def test_nothing_of_format_1_goes_away() -> None:
    """And what was added to it has a default, so that a report from before is still read."""
    assert FORMAT == 1
    assert ", ".join(Verdict) == VERDICTS_1
    for cls, names in FORMAT_1.items():
        first = names.split()
        assert [name for name in first if name not in {field.name for field in fields(cls)}] == []
        added = [field for field in fields(cls) if field.name not in first]
        assert [f.name for f in added if f.default is MISSING and f.default_factory is MISSING] == []


def test_real_reports_keep_to_the_schema(project: Project) -> None:
    """Of a client that keeps contracts, breaks one, deviates from one and need not keep another."""
    project.contract("manners", "auth_client.use()")
    project.contract("mercy", "from auth_scenarios.verify import must\nmust(not auth_client.use(), 'a', 'b')")
    project.contract("modesty", "assert False")
    project.contract("thrift", facts='needs={"logout"}')
    project.contract(
        "patience",
        "assert number < 2",
        decorators='@pytest.mark.parametrize("number", [1, 2, 3])',
        arguments="auth_client: Client, number: int",
    )
    project.client(more='deviations = { "house/modesty" = "it was never meant to be" }')
    project.client("broken", script="import sys; sys.exit(3)")
    result = project.check("--auth-report=report.json", "-k", "house and not 3-", profiled=True)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    values = json.loads((project.path / "report.json").read_text())
    jsonschema.validate(values, report_schema(), jsonschema.Draft202012Validator)
    assert {row["verdict"] for row in values["verdicts"]} == {"kept", "broken", "deviation", "not applicable"}
    assert [bool(profile["problem"]) for profile in values["profiles"]] == [False, True]
    patience = next(row for row in values["verdicts"] if row["contract"] == "house/patience")
    assert patience["by_variant"] == {"1": "kept", "2": "broken", "3": "broken"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": 2},
        {"date": None},
        {"verdicts": [{"contract": "house/manners"}]},
        {"profiles": [{"client": 1}]},
    ],
)
def test_the_schema_refuses_what_is_no_report(wrong: dict[str, object], tmp_path: Path) -> None:
    """Where a member is wrong or missing."""
    right = {"format": 1, "date": "2026-01-31", "version": "1", "notices": [], "verdicts": [], "profiles": []}
    jsonschema.validate({**right, "member_of_tomorrow": 1}, report_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**right, **wrong}, report_schema())
    for name in right:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({key: value for key, value in right.items() if key != name}, report_schema())
