"""action.yml: its own steps, run in bash as the runner runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.actions_runner import commands
from tests.support.composite_action import CompositeAction, job_environment

if TYPE_CHECKING:
    from tests.support.project import Project

ROOT = Path(__file__).parents[2]
HOUSE = "-k house --auth-no-profile"


@pytest.fixture
def action() -> CompositeAction:
    """The action of this repository."""
    return CompositeAction(ROOT)


def test_a_whole_job(action: CompositeAction, project: Project, tmp_path: Path) -> None:
    """It installs itself from its checkout, checks the client, writes reports, outputs and the summary, and fails."""
    environment = job_environment(tmp_path / "python")
    result = action.run(
        project.path, environment, client="tool", args=HOUSE, report="verdicts.json\nverdicts.md", python_version=""
    )
    assert result.exit_code == 1, result.printed
    assert json.loads(result.outputs.pop("counts")) == {"kept": 1, "broken": 1, "advice": 1}
    assert result.outputs == {
        "report": "verdicts.json\nverdicts.md",
        "kept": "1",
        "broken": "1",
        "advice": "1",
        "unchecked": "0",
    }
    assert "<p>1 broken, 1 advice, 1 kept</p>" in result.summary
    titles = [found.properties["title"] for found in commands(result.printed.splitlines())]
    assert titles == ["broken: house/beta (tool)", "advice: house/gamma (tool)"]
    assert (project.path / "verdicts.md").read_text().startswith("# Verdicts")
    installed = subprocess.check_output(
        [tmp_path / "python" / "bin" / "python", "-c", "import pytest_auth_provider as p; print(p.__file__)"],
        text=True,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        cwd=tmp_path,
    )
    assert Path(installed).is_relative_to(tmp_path / "python")


@pytest.mark.parametrize(
    ("fail_on", "contracts", "exit_code"),
    [
        ("verdict", "beta", 1),
        ("verdict", "gamma", 0),
        ("advice", "gamma", 1),
        ("nothing", "beta", 0),
        ("nothing", "no_such_contract", 5),
    ],
)
def test_what_fails_the_step(
    action: CompositeAction, project: Project, fail_on: str, contracts: str, exit_code: int
) -> None:
    """As `fail-on` says; a run that did not come about always does."""
    arguments = f"-k 'house and {contracts}' --auth-no-profile"
    result = action.run(project.path, os.environ, installed=sys.executable, args=arguments, fail_on=fail_on)
    assert result.exit_code == exit_code, result.printed


@pytest.mark.parametrize(
    ("inputs", "exit_code", "said"),
    [
        ({"fail_on": "never"}, 2, "fail-on: expected verdict, advice or nothing; got never\n"),
        ({"args": "-k 'house"}, 1, "args: No closing quotation; expected options quoted as in a shell\n"),
        ({"args": "-k 'a\nb'"}, 1, "args: a quoted word goes over several lines; expected one line for each\n"),
        ({"client": "toll"}, 4, 'there is no client called "toll"; did you mean "tool"?'),
        ({"report": "verdicts.pdf"}, 4, "--auth-report verdicts.pdf: the ending must be one of"),
    ],
)
def test_wrong_inputs_are_messages(
    action: CompositeAction, project: Project, inputs: dict[str, str], exit_code: int, said: str
) -> None:
    """Before anything is run, and without outputs."""
    result = action.run(project.path, os.environ, installed=sys.executable, **inputs)
    assert said in result.printed
    assert "Traceback" not in result.printed
    assert result.exit_code == exit_code
    assert set(result.outputs.values()) == {""}


def test_a_python_that_is_not_there_is_a_message(action: CompositeAction, project: Project) -> None:
    """It says what to do."""
    result = action.run(project.path, os.environ, python_version="2.6")
    assert result.exit_code == 2
    assert result.printed == ("There is no Python 2.6 on this runner; put actions/setup-python before this action.\n")


def test_the_python_that_is_asked_for(action: CompositeAction, project: Project, tmp_path: Path) -> None:
    """Is looked for where runners keep theirs; it is the one that installs."""
    python = tmp_path / "tools" / "Python" / "9.9.1" / "x64" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "asked: $*"\nexit 7\n')
    python.chmod(0o755)
    environment = {**os.environ, "RUNNER_TOOL_CACHE": str(tmp_path / "tools")}
    result = action.run(project.path, environment, python_version="9.9", version="1.2.3")
    assert result.exit_code == 7
    assert result.printed.split() == [
        "asked:",
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--quiet",
        "pytest-auth-provider==1.2.3",
    ]


def test_no_input_is_a_script(action: CompositeAction, project: Project) -> None:
    """Whatever stands in it is one word, and none of it is run."""
    hostile = "$(touch owned)`touch owned`;touch owned"
    for name in ("client", "report", "fail_on"):
        action.run(project.path, os.environ, installed=sys.executable, **{name: hostile})
    action.run(project.path, os.environ, installed=sys.executable, args=f"-k '{hostile}'")
    assert not list(project.path.rglob("owned"))


def test_scripts_take_inputs_from_variables_alone(action: CompositeAction) -> None:
    """An expression in a script would be replaced by text before bash reads it."""
    for step in action.steps:
        assert step["shell"] == "bash"
        assert step["run"].startswith("set -euo pipefail\n")
        assert "${{" not in step["run"]
        assert "uses" not in step


@pytest.mark.parametrize(
    "command",
    [
        ("check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml"),
        ("zizmor", "--offline", "--persona", "pedantic", "--no-config", "action.yml"),
    ],
    ids=lambda command: command[0],
)
def test_others_find_nothing_wrong(command: tuple[str, ...]) -> None:
    """The schema of actions holds, and a security linter has nothing to say."""
    program = Path(sys.executable).with_name(command[0])
    done = subprocess.run([program, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
