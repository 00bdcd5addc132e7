"""Whole runs that look at their clients first: once each, shown above the verdicts, and decisive for what applies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.project import TOOL

if TYPE_CHECKING:
    from tests.support.project import Project

COUNTING = "import os; open(os.path.expandvars('{log}'), 'a').write('x')\n"
"""A line that notes each start of a program."""
LOST = "import sys; print('hello')"
"""A client whose login never reaches the provider."""
REFUSED = "import sys, os, urllib.request as u; u.urlopen(os.environ['TOOL_ISSUER'] + '/jwks'); sys.exit('no: 42')"
"""A client whose login reaches the provider, and fails."""


def report(project: Project) -> dict[str, Any]:
    """What `report.json` says."""
    return dict(json.loads((project.path / "report.json").read_text()))


@pytest.fixture
def polite(project: Project) -> Project:
    """A contract for anybody, and one for clients that sign in through the browser."""
    project.contract("alpha", "auth_client.login()\nauth_client.exposure.add('it signed in')")
    project.contract("beta", "auth_client.exposure.add('it ran')", facts='profile={"sign_in": "browser"}')
    return project


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one-process", "two-workers"])
def test_the_profile_decides_what_applies_and_is_reported(polite: Project, workers: tuple[str, ...]) -> None:
    """Seen to sign in by device, a client need not keep what browsers have to; terminal and files tell the profile."""
    polite.client()
    files = ("--auth-report", "report.json", "--auth-report", "report.md")
    result = polite.check(*workers, *files, profiled=True)
    assert result.ret == 0
    section = " ".join(line.strip() for line in polite.section(result))
    assert "seen: signs in by: device; " in section
    assert (
        "tool was seen otherwise: its login asked for device_authorization (200), token[device_code] (200)" in section
    )
    told = report(polite)
    assert {row["contract"]: row["verdict"] for row in told["verdicts"]} == {
        "house/alpha": "kept",
        "house/beta": "not applicable",
    }
    (profile,) = told["profiles"]
    assert profile["client"] == "tool"
    assert profile["observations"]["sign_in"]["values"] == ["device"]
    assert "- signs in by: **device**; its login asked" in (polite.path / "report.md").read_text()


def test_every_fact_is_told_with_what_was_seen(polite: Project) -> None:
    """With `-v`; and what cannot be learned, with the reason."""
    polite.client()
    section = polite.section(polite.check("-v", profiled=True))
    assert "signs in by       device" in section
    assert "                  not learned: it was not seen to refresh" in section


def test_a_client_is_learned_once_for_all_workers(polite: Project) -> None:
    """Three workers start its login as often as one process does."""
    log = polite.path / "starts"
    polite.client(script=COUNTING.format(log=log) + TOOL)
    polite.check(profiled=True)
    alone = len(log.read_text())
    log.unlink()
    polite.check("-n", "3", profiled=True)
    assert len(log.read_text()) == alone > 3


@pytest.mark.parametrize(
    ("script", "reason", "workers"),
    [(LOST, "never reached the provider", ("-n", "2")), (REFUSED, "expected exit code 0, got 1 - twice", ())],
    ids=["lost-two-workers", "refused-one-process"],
)
def test_a_client_that_cannot_sign_in_is_not_judged(
    polite: Project, script: str, reason: str, workers: tuple[str, ...]
) -> None:
    """One message, no failed test, and a run that failed; with several clients the others are judged."""
    polite.client("lost", script=script)
    polite.client("tool")
    result = polite.check(*workers, "--auth-report", "report.json", "--auth-report", "report.md", profiled=True)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    printed = result.stdout.str()
    assert printed.count('the client "lost" did not sign in: ') == 1
    assert reason in " ".join(printed.split())
    assert "1 kept, 1 not applicable" in polite.section(result)
    assert "failed" not in result.parseoutcomes()
    told = report(polite)
    assert {row["client"] for row in told["verdicts"]} == {"tool"}
    assert [bool(profile["problem"]) for profile in told["profiles"]] == [True, False]
    assert "It could not be checked: it cannot sign in." in (polite.path / "report.md").read_text()


def test_a_run_of_nobody_who_can_sign_in_fails(polite: Project) -> None:
    """Where no test is left, too."""
    polite.client("lost", script=LOST)
    result = polite.check(profiled=True)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "not checked: the client cannot sign in, so nothing can be said about it." in polite.section(result)


@pytest.mark.parametrize(
    "arguments",
    [("--collect-only",), ("--auth-no-profile",), ("-k", "test_own", "test_own.py")],
    ids=["collecting", "asked-not-to", "tests-of-the-project"],
)
def test_nothing_is_learned_where_nothing_is_judged_by_it(polite: Project, arguments: tuple[str, ...]) -> None:
    """Where contracts are only collected, the profile is unwanted, or no contract was selected."""
    log = polite.path / "starts"
    polite.write("test_own.py", "def test_own(auth_client): assert not auth_client.profile['sign_in'].learned")
    polite.client(script=COUNTING.format(log=log) + TOOL)
    result = polite.check(*arguments, profiled=True)
    assert result.ret == 0
    assert len(log.read_text()) if "--auth-no-profile" in arguments else not log.exists()
    assert "seen: " not in result.stdout.str()


def test_a_contract_can_look_the_profile_up(project: Project) -> None:
    """As `client.profile`, also after a switch to another description of the client."""
    project.contract("alpha", "assert 'device' in auth_client.under('env').profile['sign_in']\nassert 0, 'seen'")
    project.client()
    assert "seen" in project.check(profiled=True).stdout.str()


def test_what_is_declared_against_the_evidence_is_told_once(polite: Project) -> None:
    """Above the verdicts."""
    polite.client(
        more="[clients.tool.policies]\nlogout = 'revokes'\n", script=TOOL.replace('"say":', '"out": lambda: 0, "say":')
    )
    adapter = polite.path / "auth-provider.toml"
    adapter.write_text(adapter.read_text().replace('login = "login",', 'login = "login", logout = "out",'))
    section = polite.section(polite.check(profiled=True))
    assert " ".join(section).count("tool declares logout = 'revokes' and was seen otherwise") == 1
