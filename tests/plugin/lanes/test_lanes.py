"""Cases that wait run beside others, and nobody can tell from the verdicts, the reports or the exit code."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.support.project import TOOL

if TYPE_CHECKING:
    from tests.support.project import Project

MEETS = TOOL.replace(
    '"say": lambda',
    """"wait": lambda: wait(), "come": lambda: open(os.environ["MEETING"], "w").close(), "say": lambda""",
).replace(
    "def leak():",
    """def wait():
    patience = time.monotonic() + float(os.environ["PATIENCE"])
    while not os.path.exists(os.environ["MEETING"]):
        if time.monotonic() > patience:
            return print("nobody came")
        time.sleep(float(os.environ["PAUSE"]))
    print("somebody came")

def leak():""",
)
"""A client that waits until another one, of another case, has come."""
PIDS = 'import os, pathlib; pathlib.Path("pids").open("a").write(f"{os.getpid()}\\n")'
NUMBERS = '@pytest.mark.parametrize("number", [1, 2, 3])'


def meeting(project: Project, patience: float, pause: float = 0.01, more: str = "") -> None:
    """Two contracts, of which the first waits for the second one, at most `patience` seconds, with pauses."""
    actions = 'run = { login = "login", x-wait = "wait", x-come = "come" }'
    values = {"TOOL_ISSUER": "{issuer}", "MEETING": project.path / "meeting", "PATIENCE": patience, "PAUSE": pause}
    variables = "env = { " + ", ".join(f'{name} = "{value}"' for name, value in values.items()) + " }"
    project.client("meets", script=MEETS)
    text = (project.path / "auth-provider.toml").read_text("utf-8")
    text = re.sub(r"^run = .*$", actions, re.sub(r"^env = .*$", variables, text, flags=re.M), flags=re.M)
    (project.path / "auth-provider.toml").write_text(text + more, "utf-8")
    project.contract("alpha", 'assert "somebody" in auth_client.run("x-wait").stdout')
    project.contract("beta", 'auth_client.run("x-come")')


def verdicts(project: Project) -> dict[str, str]:
    """The verdict on each contract, of `report.json`."""
    report = json.loads((project.path / "report.json").read_text())
    return {row["contract"]: row["verdict"] for row in report["verdicts"]}


def test_a_case_that_waits_runs_beside_the_next_one(project: Project) -> None:
    """What a client waits for is done by the client of a later case, which alone could not begin before the first."""
    meeting(project, patience=20)
    result = project.check("-v", "--auth-report=report.json")
    assert result.ret == pytest.ExitCode.OK
    assert verdicts(project) == {"house/alpha": "kept", "house/beta": "kept"}
    passed = [line.split("::")[1].split()[0] for line in result.outlines if " PASSED " in line]
    assert passed == ["test_alpha[meets]", "test_beta[meets]"]


@pytest.mark.parametrize(
    ("pause", "more"), [(0.0, ""), (0.01, "ports = [48653]\n")], ids=["it works", "both need the same port"]
)
def test_a_case_that_would_be_disturbed_has_ended_before_the_next_one_begins(
    project: Project, pause: float, more: str
) -> None:
    """A client that uses the processor, and one that holds a port the next one needs, wait for it in vain."""
    meeting(project, 1.5, pause, more)
    project.contract("alpha", 'assert "nobody" in auth_client.run("x-wait").stdout')
    project.check("--auth-report=report.json")
    assert verdicts(project) == {"house/alpha": "kept", "house/beta": "kept"}


def test_several_processes_and_one_tell_the_same(project: Project) -> None:
    """Lines under `-v`, rows of the report, JUnit XML, warnings and the exit code, with a test of the project in it."""
    project.contract("alpha", f"{PIDS}\nimport warnings; warnings.warn('odd'); auth_client.use()")
    project.contract(
        "beta", "print('said'); assert number != 2", decorators=NUMBERS, arguments="auth_client: Client, number: int"
    )
    project.contract("gamma", facts='needs={"logout"}')
    project.contract("delta", f"{PIDS}\nraise RuntimeError('the check itself')")
    project.contract("epsilon", "auth_client.run('x-leak')", arguments="auth_client: Client")
    project.write("test_own.py", f"def test_house():\n    {PIDS}\n")
    project.client()
    options = ("test_own.py", "-v", "--auth-report=report.json", "--junitxml=junit.xml")
    beside, beside_told = project.check(*options), told(project)
    pids = (project.path / "pids").read_text().split()
    (project.path / "pids").unlink()
    alone, alone_told = project.check(*options, "--auth-cold"), told(project)
    assert len(set(pids)) == 2
    assert pids[0] not in pids[1:]
    assert len(set((project.path / "pids").read_text().split())) == 1
    assert beside.ret == alone.ret == pytest.ExitCode.TESTS_FAILED
    assert without_times(beside.outlines) == without_times(alone.outlines)
    assert beside.stdout.str().count("UserWarning: odd") == 1
    assert beside_told == alone_told


def told(project: Project) -> tuple[object, object]:
    """What stands in the JSON report and in the JUnit XML, without times and random values."""
    report = json.loads((project.path / "report.json").read_text())
    rows = [
        (row["contract"], row["verdict"], row["variants"], row["actual"], row["confirmed"])
        for row in report["verdicts"]
    ]
    cases = [
        (case.attrib["classname"], case.attrib["name"], [(child.tag, child.attrib.get("message")) for child in case])
        for case in ET.parse(project.path / "junit.xml").iter("testcase")  # noqa: S314 - our own file
    ]
    return rows, cases


def without_times(lines: list[str]) -> list[str]:
    """What pytest printed, without what differs from run to run."""
    changing = r"\d+(\.\d+)? ?m?s\b|pid=\d+|[0-9a-f]{8,}|127\.0\.0\.1:\d+|eyJ\S+|in \d+\.\d+"
    return [re.sub(changing, "*", line).rstrip("= ").lstrip("= ") for line in lines]


def test_a_lane_that_dies_takes_one_case_with_it(project: Project) -> None:
    """That case is unchecked, and says what happened; all others have their verdicts."""
    project.contract("alpha", "auth_client.use()")
    project.contract("beta", "import os; os.kill(os.getpid(), 9)")
    project.contract("gamma", "auth_client.use()")
    project.client()
    result = project.check("--auth-report=report.json")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert verdicts(project) == {"house/alpha": "kept", "house/beta": "unchecked", "house/gamma": "kept"}
    assert "was killed by signal 9" in " ".join(project.section(result))


def test_without_lanes_the_rest_is_run_all_the_same(project: Project) -> None:
    """Where every lane has died, the process of the user runs what is left."""
    project.write("conftest.py", "import pytest_auth_provider.lanes.schedule as it\nit.MOST = 1\n")
    project.contract("alpha", "import os; os._exit(7)")
    project.contract("beta", f"{PIDS}\nauth_client.use()")
    project.contract("gamma", f"{PIDS}\nauth_client.use()")
    project.client()
    result = project.check("--auth-report=report.json")
    assert verdicts(project) == {"house/alpha": "unchecked", "house/beta": "kept", "house/gamma": "kept"}
    assert "ended with exit code 7" in " ".join(project.section(result))
    assert len(set((project.path / "pids").read_text().split())) == 1


def test_pytest_exit_in_a_case_ends_the_run(project: Project) -> None:
    """With the message and the exit code that it says."""
    project.contract("alpha", "auth_client.use()")
    project.contract("beta", "pytest.exit('enough', 9)")
    project.contract("gamma", "auth_client.use()")
    project.client()
    result = project.check()
    assert result.ret == 9
    assert "enough" in result.stdout.str()
    result.assert_outcomes(passed=1, deselected=result.parseoutcomes()["deselected"])


@contextmanager
def hanging(project: Project) -> Iterator[tuple[subprocess.Popen[str], list[psutil.Process]]]:
    """A run that has reported one case, while two others hang in their clients; and all processes below it."""
    project.contract("alpha", "auth_client.use()")
    for name in ("beta", "gamma"):
        project.contract(name, f'import pathlib; pathlib.Path("{name}").touch()\nauth_client.run("x-hang")')
    project.client()
    command = [sys.executable, "-m", "pytest", "--auth-provider", "--auth-no-profile", "-k", "house", "-v"]
    with subprocess.Popen(
        command, cwd=project.path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as run:
        try:
            while not (project.path / "beta").exists() or not (project.path / "gamma").exists():
                assert run.poll() is None
                time.sleep(0.02)
            yield run, psutil.Process(run.pid).children(recursive=True)
        finally:
            run.kill()


@pytest.mark.parametrize("send", [os.kill, os.killpg], ids=["to pytest alone", "to all, as a terminal does"])
def test_ctrl_c_ends_everything(project: Project, send: object) -> None:
    """What has ended is told, nothing is left running, and the exit code is that of an interrupted run."""
    with hanging(project) as (run, processes):
        (os.kill if send is os.kill else os.killpg)(run.pid, signal.SIGINT)
        printed = run.communicate(timeout=60)[0]
    assert run.returncode == pytest.ExitCode.INTERRUPTED, printed
    assert "house/test_alpha.py::test_alpha[tool] PASSED" in printed
    assert "KeyboardInterrupt" in printed
    assert "Traceback" not in printed
    assert psutil.wait_procs(processes, 10)[1] == []


def test_nothing_outlives_a_pytest_that_is_killed(project: Project) -> None:
    """Lanes and their clients end with it."""
    with hanging(project) as (run, processes):
        run.kill()
        run.wait(60)
    assert psutil.wait_procs(processes, 10)[1] == []
