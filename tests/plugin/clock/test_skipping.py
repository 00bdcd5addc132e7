"""Which runs of a contract skip waits, and that nobody is accused by one."""

from __future__ import annotations

import json
import sys

import pytest

from tests.support.project import TOOL, Project

ADAPTER = """
[clients.tool]
command = ["{python}", "{script}"]
version = "say 1"
time = "python"
env = {{ TOOL_ISSUER = "{{issuer}}" }}
run = {{ login = "slowly", use = "say hello", x-time = "time" }}
"""
SLOW_LOGIN = '"time": lambda: print(time.time()), "slowly": lambda: (time.sleep(0.7), login()), "login"'

ACCUSES_WHO_SKIPS = """
from pytest_auth_provider.verdict import ContractBroken
if auth_client.attempt_login().skipped:
    raise ContractBroken("a real wait", "a skipped one")
"""
ACCUSES_ANYBODY = """
from pytest_auth_provider.verdict import ContractBroken
print("skips" if auth_client.attempt_login().skipped else "waits", file=open("told", "a"))
raise ContractBroken("nothing", "anything")
"""
IS_AS_LATE = """
signed_in, before = auth_client.login(), auth_provider.clock.now()
seen = float(auth_client.run("x-time").stdout)
agrees = before - 0.3 < seen < auth_provider.clock.now() + 0.3
print(signed_in.earlier, signed_in.skipped > 0.5, agrees, file=open("late", "a"))
"""


@pytest.fixture
def waiting(project: Project) -> Project:
    """A project whose client waits before it signs in, and tells the time."""
    script = project.write("tool.py", TOOL.replace('"login"', SLOW_LOGIN, 1))
    project.write("auth-provider.toml", ADAPTER.format(python=sys.executable, script=script))
    return project


def verdicts(project: Project, *options: str) -> dict[str, str]:
    """Check the client; return the verdict of each contract."""
    project.check("--auth-report", "report.json", *options)
    rows = json.loads((project.path / "report.json").read_text())["verdicts"]
    return {row["contract"].removeprefix("house/"): row["verdict"] for row in rows}


def test_a_skipped_wait_accuses_nobody(waiting: Project) -> None:
    """A run that confirms an accusation waits for real; a sign-in that is put back brings its clock along.

    One case after the other (`-s`): cases beside each other sign in for themselves.
    """
    waiting.contract("alone", ACCUSES_WHO_SKIPS)
    waiting.contract("both", ACCUSES_ANYBODY)
    waiting.contract("first", IS_AS_LATE)
    waiting.contract("second", IS_AS_LATE)
    assert verdicts(waiting, "-s") == {"alone": "kept", "both": "broken", "first": "kept", "second": "kept"}
    assert (waiting.path / "told").read_text().split() == ["skips", "waits"]
    assert (waiting.path / "late").read_text().splitlines() == ["False True True", "True True True"]


def test_every_wait_is_real_when_asked_to(waiting: Project) -> None:
    """With `--auth-cold`."""
    waiting.contract("patience", "assert not auth_client.attempt_login().skipped")
    assert verdicts(waiting, "--auth-cold") == {"patience": "kept"}
