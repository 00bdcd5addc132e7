"""What `pytest --auth-provider` says of a client and a contract, and what that means for the run."""

from __future__ import annotations

import json
import os
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import psutil
import pytest

if TYPE_CHECKING:
    from tests.support.project import Project


def test_kept(project: Project) -> None:
    """A contract that is kept is a line, and the run is green."""
    project.contract("politeness", "auth_client.login()")
    project.client()
    result = project.check()
    assert result.ret == 0
    assert project.section(result)[1:] == ["kept  house/politeness  A client does what the rule says.", "", "1 kept"]


def test_broken(project: Project) -> None:
    """A broken contract is told in full: what it asks, what was expected and met, what the client did."""
    project.contract(
        "politeness",
        """
        from pytest_auth_provider.verdict import ContractBroken
        outcome = auth_client.use()
        if outcome.stdout != "please":
            raise ContractBroken("please", outcome.stdout.strip())
        """,
    )
    project.client()
    result = project.check()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    story = project.section(result)[1:]
    assert story[:12] == [
        "broken  house/politeness  A client does what the rule says.",
        "",
        "broken: house/politeness (MUST, tool)",
        "  contract     A client does what the rule says.",
        "  requirement  A client is polite.",
        "  source       House rules 1.2",
        "",
        "  Expected: please",
        "  Actual:   hello",
        "  A second run in a fresh sandbox ended the same way.",
        "",
        "  What the client did:",
    ]
    assert story[12].endswith("tool.py say hello")
    assert story[13].startswith("      exit code 0 after ")
    again = "  Once more: pytest --auth-provider --auth-client tool --auth-contract house/politeness"
    assert story[14:] == ["      stdout | hello", "", again, "", "1 broken"]


def test_a_bare_assertion_accuses_too(project: Project) -> None:
    """Whoever writes `assert` is shown pytest's account of it; reports have it beside what was asserted."""
    project.contract("politeness", "outcome = auth_client.use()\nassert not outcome.stdout.strip(), 'says hello'")
    project.client()
    result = project.check("--auth-report", "report.json")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    told = project.section(result)
    assert told[8:10] == ["  says hello", "  assert not 'hello'"]
    row = json.loads((project.path / "report.json").read_text())["verdicts"][0]
    assert row["reason"].splitlines() == row["actual"].splitlines()
    assert (row["expected"], row["stated"]) == ("not outcome.stdout.strip()", False)
    assert row["actual"].startswith("says hello\nassert not 'hello'\n")


def test_a_raised_assertion_error_accuses_too(project: Project) -> None:
    """Where nothing was asserted in so many words there is no expectation to be shown."""
    project.contract("politeness", "raise AssertionError('rude')")
    project.client()
    result = project.check("--auth-report", "report.json")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    row = json.loads((project.path / "report.json").read_text())["verdicts"][0]
    assert (row["reason"], row["expected"], row["actual"]) == ("rude", "", "rude")


def test_what_a_client_prints_is_never_taken_for_a_label(project: Project) -> None:
    """What was expected and met arrives as it was raised, whatever words are in it."""
    project.contract(
        "politeness",
        r"""
        from pytest_auth_provider.verdict import ContractBroken
        raise ContractBroken('a\nActual: b', 'c\nassert d\nExpected: e')
        """,
    )
    project.client()
    project.check("-n", "1", "--auth-report", "report.json", "--junitxml", "junit.xml")
    row = json.loads((project.path / "report.json").read_text())["verdicts"][0]
    assert (row["expected"], row["actual"]) == ("a\nActual: b", "c\nassert d\nExpected: e")
    properties = ET.parse(project.path / "junit.xml").iter("property")  # noqa: S314 - our own file
    assert [one.attrib["value"] for one in properties if one.attrib["name"] == "auth.actual"] == [row["actual"]]


def test_a_story_is_told_once(project: Project) -> None:
    """The section of pytest itself of failures does not repeat what ours tells."""
    project.contract("politeness", "assert not 'polite'")
    project.client()
    result = project.check()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "FAILURES" not in result.stdout.str()
    result.stdout.no_fnmatch_line("FAILED *")
    result.stdout.fnmatch_lines(["broken: house/politeness (MUST, tool)", "=* 1 failed, * deselected *"])
    result.assert_outcomes(failed=1, deselected=result.parseoutcomes()["deselected"])


def test_failures_of_other_tests_are_told_by_pytest(project: Project) -> None:
    """Beside contracts, a project's own tests fail as they always do."""
    project.contract("politeness", "assert not 'polite'")
    project.client()
    project.write("test_own.py", "def test_own():\n    assert not 'own'")
    result = project.check("-k", "house or test_own", "test_own.py")
    result.assert_outcomes(failed=2, deselected=result.parseoutcomes()["deselected"])
    titles = [line.strip("_ ") for line in result.outlines if line.startswith("____")]
    assert titles == ["test_own"]


def test_exchanges_are_told_in_order(project: Project) -> None:
    """The story shows each request with its number, its answer and what was sent."""
    project.contract("politeness", "auth_client.login()\nassert False, 'no'")
    project.client()
    result = project.check()
    result.stdout.fnmatch_lines(
        [
            "      #1 +* s  POST /device_authorization (device_authorization) -> 200",
            "          --> client_id=tool&scope=openid offline_access",
            "          <-- {*",
            "      #2 +* s  POST /token (token[[]device_code[]]) -> 200",
        ],
        consecutive=True,
    )


def test_variants_that_are_broken_are_named(project: Project) -> None:
    """Of several variants of a contract the broken ones are named."""
    project.contract(
        "politeness",
        "assert number < 2",
        decorators='@pytest.mark.parametrize("number", [1, 2, 3])',
        arguments="auth_client: Client, number: int",
    )
    project.client()
    assert project.section(project.check())[1] == "broken  house/politeness  [2, 3] A client does what the rule says."


def test_a_declared_deviation_is_excused(project: Project) -> None:
    """A broken contract that the adapter declares as a deviation leaves the run green, its reason told."""
    project.contract("politeness", "assert False, 'rude'")
    project.client(more='deviations = { "house/politeness" = "it was never meant to be kind" }')
    result = project.check()
    assert result.ret == 0
    assert project.section(result)[1:] == [
        "deviation  house/politeness  A client does what the rule says.",
        "",
        "deviation: it was never meant to be kind",
        "  house/politeness",
        "",
        "1 deviation",
    ]


def test_a_stale_deviation_fails_the_run(project: Project) -> None:
    """A deviation from a contract that is kept now fails the run, and says what to remove."""
    project.contract("politeness")
    project.client(more='deviations = { "house/politeness" = "it was never meant to be kind" }')
    result = project.check()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert project.section(result)[-6:-2] == [
        "  tool keeps this contract now, and its adapter still declares a deviation: 'it was never meant to be kind'.",
        "  Remove 'house/politeness' from the adapter's [deviations].",
        "",
        "  Once more: pytest --auth-provider --auth-client tool --auth-contract house/politeness",
    ]


def test_a_deviation_is_not_stale_while_variants_are_left_out(project: Project) -> None:
    """A `-k` that leaves out the very variant that deviates does not make the deviation stale."""
    project.contract(
        "politeness",
        "assert number < 2",
        decorators='@pytest.mark.parametrize("number", [1, 2])',
        arguments="auth_client: Client, number: int",
    )
    project.client(more='deviations = { "house/politeness" = "it was never meant to be kind" }')
    result = project.check("-k", "house and tool-1")
    assert result.ret == 0, result.stdout.str()


def test_a_contract_can_be_none_of_a_client_s_business(project: Project) -> None:
    """A contract that the adapter calls not for its client does not apply, in words of its own in every report."""
    project.contract("politeness", "assert False")
    project.contract("kindness", "auth_client.exposure.add('somebody was near')")
    project.client(more='not_for_us = { "house/politeness" = "it talks to machines" }')
    result = project.check("--auth-report", "report.json", "--auth-report", "report.md")
    assert result.ret == 0
    section = project.section(result)
    assert section[section.index("not for us: it talks to machines") + 1] == "  house/politeness"
    assert "1 kept, 1 not applicable" in section
    kept, excused = json.loads((project.path / "report.json").read_text())["verdicts"]
    assert (kept["declared"], kept["verdict"]) == ("", "kept")
    assert (excused["declared"], excused["verdict"]) == ("it talks to machines", "not applicable")
    assert excused["reason"] == "not for us: it talks to machines"
    assert "- not for us: it talks to machines: `house/politeness`" in (project.path / "report.md").read_text()


def test_what_is_seen_meanwhile_does_not_accuse_whom_it_does_not_concern(project: Project) -> None:
    """A passive check, too, respects that its contract is not for this client."""
    project.contract("politeness", "auth_client.login()\nauth_client.run('x-leak')\nauth_client.exposure.add('it ran')")
    project.client(more='not_for_us = { "hygiene/no-secret-in-output" = "showing tokens is its purpose" }')
    result = project.check()
    assert result.ret == 0
    assert project.section(result)[-1] == "1 kept"


@pytest.mark.parametrize("table", ["deviations", "not_for_us"])
def test_a_deviation_from_no_contract_is_a_message(project: Project, table: str) -> None:
    """What would excuse from a contract that does not exist excuses nothing: it is refused before anything runs."""
    project.contract("politeness")
    project.client(more=f'{table} = {{ "house/politness" = "never" }}')
    result = project.check()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.stderr.str().strip() == (
        f'ERROR: auth-provider.toml: clients.tool: {table}: there is no contract "house/politness"; '
        'did you mean "house/politeness"? pytest --auth-list shows them all'
    )


def test_not_applicable_says_why(project: Project) -> None:
    """Contracts a client need not keep are told with their reason, each reason once."""
    project.contract("politeness", facts='needs={"logout"}')
    project.contract("silence", facts='needs={"logout"}')
    project.contract("thrift", facts='policy={"offline": "strict"}')
    project.client()
    result = project.check()
    assert result.ret == 0
    assert project.section(result)[5:] == [
        "not applicable: tool has no `logout` (auth-provider.toml: clients.tool)",
        "  house/politeness, house/silence",
        "",
        "not applicable: tool declares no policy 'offline'; this contract is for 'strict'",
        "  (auth-provider.toml: clients.tool)",
        "  house/thrift",
        "",
        "3 not applicable",
    ]


def test_advice_leaves_the_run_green(project: Project) -> None:
    """A SHOULD that is not kept is advice: told in full, and the run is green."""
    project.contract("politeness", "assert False, 'rude'", facts='level="SHOULD"')
    project.client()
    result = project.check()
    assert result.ret == 0
    assert project.section(result)[3] == "advice: house/politeness (SHOULD, tool)"


def test_advice_fails_a_strict_run(project: Project) -> None:
    """With `--auth-strict` it fails the run."""
    project.contract("politeness", "assert False, 'rude'", facts='level="SHOULD"')
    project.client()
    result = project.check("--auth-strict")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert project.section(result)[-1] == "1 advice"


def test_a_login_that_never_arrives_is_told_once(project: Project) -> None:
    """Contracts that could not be checked for the same reason are told as one, and none of them is called broken."""
    project.contract("politeness", "auth_client.login()")
    project.contract("silence", "auth_client.login()")
    project.client(script="print('I sign in elsewhere')")
    result = project.check()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    told = project.section(result)
    assert [line for line in told if line.startswith("unchecked:")] == ["unchecked: house/politeness (MUST, tool)"]
    assert "  The same for: house/silence" in told
    assert any(
        line.startswith('  the client "tool" did not sign in: the login never reached the provider: is TOOL_ISSUER')
        for line in told
    )
    assert told[-1] == "2 unchecked"


def test_a_fault_that_nothing_met_is_unchecked(project: Project) -> None:
    """A fault that the client never met proves nothing."""
    project.contract("politeness", "with auth_provider.failing(ServerError(503), at='token'):\n    auth_client.use()")
    project.client()
    result = project.check()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert project.section(result)[-1] == "1 unchecked"


def test_a_mistake_in_a_contract_never_accuses_the_client(project: Project) -> None:
    """A scenario that raises anything but a failed assertion is unchecked, and pytest shows its traceback."""
    project.contract("politeness", "auth_client.use()\n{}['manners']")
    project.client()
    result = project.check()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert (
        "  the check itself failed, which says nothing about the client: KeyError: 'manners' (test_politeness.py:12)"
        in project.section(result)
    )
    result.stdout.fnmatch_lines([">*{}[[]'manners'[]]", "E*KeyError: 'manners'"])


def test_a_client_that_hangs_is_killed_with_its_children(project: Project) -> None:
    """A hanging client ends with its children when its time is up; the contract is left open, nobody accused."""
    body = "from auth_scenarios.verify import must_succeed\nmust_succeed(auth_client.run('x-hang'))"
    project.contract("politeness", body)
    project.contract("thrift")
    project.client(more="timeout = 1.5")
    result = project.check("--auth-report", "report.json")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    told = project.section(result)
    verdicts = [line.split()[:2] for line in told if line.startswith(("kept ", "unchecked ", "broken "))]
    assert verdicts == [["unchecked", "house/politeness"], ["kept", "house/thrift"]]
    result.stdout.fnmatch_lines(["  `x-hang` did not end within * and was killed, so this contract cannot be judged.*"])
    started = int(next(line.split()[-1] for line in told if "stdout | parent" in line))
    assert not psutil.pid_exists(started)
    assert not [
        p
        for p in psutil.process_iter(["cmdline"])
        if str(project.path) in " ".join(p.info["cmdline"] or []) and p.pid != os.getpid()
    ]


def test_a_printed_secret_fails_a_run_whose_tests_passed(project: Project) -> None:
    """A secret seen under any scenario breaks the contract about secrets, though the scenario itself is kept."""
    project.contract("politeness", "auth_client.login()\nauth_client.run('x-leak')")
    project.client()
    result = project.check()
    result.assert_outcomes(passed=1, deselected=result.parseoutcomes()["deselected"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "broken  hygiene/no-secret-in-output *",
            "kept    house/politeness * A client does what the rule says.",
            "broken: hygiene/no-secret-in-output (MUST, tool)",
            "  Seen under house/politeness: access_token in stdout: debug: eyJ*...??????",
            "  Once more: pytest --auth-provider --auth-client tool --auth-contract house/politeness",
        ]
    )


def test_a_crash_is_told_where_it_broke_a_contract(project: Project) -> None:
    """One cause is one accusation: the crash is told under its own contract, and leaves open what it hides."""
    project.contract(
        "politeness",
        """
        from auth_scenarios.verify import must_explain
        must_explain(auth_client.run('x-crash'))
        """,
    )
    project.client()
    result = project.check()
    assert project.section(result)[-1] == "1 unchecked, 1 advice"
    result.stdout.fnmatch_lines(
        [
            "advice: hygiene/no-traceback (SHOULD, tool)",
            "  Seen under house/politeness: crash in x-crash: Python traceback: *",
            "      exit code 1 after *, crashed: Python traceback",
            "unchecked: house/politeness (MUST, tool)",
            "  `x-crash` crashed (Python traceback), which hygiene/no-traceback tells; so it is open *",
        ]
    )
