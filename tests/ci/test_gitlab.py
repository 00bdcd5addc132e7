"""templates/auth-provider.yml: its script, run as a runner of GitLab does it."""

from __future__ import annotations

import re
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.support.unfetched import Unfetched

if TYPE_CHECKING:
    from tests.support.project import Project

TEMPLATE = Path(__file__).parents[2] / "templates" / "auth-provider.yml"
HOUSE = "-k 'house and not gamma' --auth-no-profile"


def job(**inputs: str) -> tuple[str, dict[str, Any]]:
    """The job that the component makes of the inputs, and its name; `_` stands for `-` in the names of inputs."""
    specification, jobs = yaml.safe_load_all(TEMPLATE.read_text(encoding="utf-8"))
    known = {name: str(one["default"]) for name, one in specification["spec"]["inputs"].items()}
    given = {name.replace("_", "-"): value for name, value in inputs.items()}
    assert given.keys() <= known.keys()
    ((name, definition),) = _interpolated(jobs, known | given).items()
    return name, definition


def _interpolated(value: Any, inputs: dict[str, str]) -> Any:
    """A value with inputs in the place of their names, in every text of it; so GitLab does it, after reading YAML."""
    if isinstance(value, str):
        return re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda found: inputs[found[1]], value)
    if isinstance(value, dict):
        return {_interpolated(key, inputs): _interpolated(entry, inputs) for key, entry in value.items()}
    return [_interpolated(entry, inputs) for entry in value] if isinstance(value, list) else value


def run(definition: dict[str, Any], project: Project, unfetched: Unfetched) -> subprocess.CompletedProcess[str]:
    """Run the script of a job in the checkout, in one shell that ends with the first line that fails."""
    variables = {
        name: str(one["value"] if isinstance(one, dict) else one.replace("$CI_PROJECT_DIR", str(project.path)))
        for name, one in definition["variables"].items()
    }
    gitlab = {"CI": "true", "GITLAB_CI": "true", "CI_PROJECT_DIR": str(project.path)}
    return subprocess.run(
        ["sh", "-e", "-c", "\n".join(definition["script"])],  # noqa: S607
        cwd=project.path,
        env={**unfetched.environment, **gitlab, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def unfetched(tmp_path: Path) -> Unfetched:
    """Nothing is fetched."""
    return Unfetched(tmp_path / "unfetched")


def test_the_job_checks_and_leaves_its_artifacts(project: Project, unfetched: Unfetched) -> None:
    """It fails as pytest does, and what it says to keep is there."""
    name, definition = job(client="tool", args=HOUSE)
    done = run(definition, project, unfetched)
    assert done.returncode == 1, done.stdout + done.stderr
    assert name == "auth-provider"
    assert unfetched.asked == ["-m pip install --quiet pytest-auth-provider"]
    artifacts = definition["artifacts"]
    assert artifacts["when"] == "always"
    assert {path.name for path in project.path.glob("verdicts.*")} == {
        *artifacts["paths"],
        artifacts["reports"]["junit"],
    }
    failures = ET.parse(project.path / "verdicts.xml").iter("failure")  # noqa: S314 - our own file
    assert ["broken: house/beta" in str(failure.text) for failure in failures] == [True]


def test_without_a_client_all_are_checked(project: Project, unfetched: Unfetched) -> None:
    """Those that the project configures."""
    _name, definition = job(args="-k alpha --auth-no-profile")
    done = run(definition, project, unfetched)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "auth provider: tool" in done.stdout


def test_no_input_is_a_script(project: Project, unfetched: Unfetched) -> None:
    """Each is one word, or as many as pytest makes of it, and none of it is run."""
    hostile = "$(touch owned)`touch owned`;touch owned"
    _name, definition = job(client=hostile, args=f"-k '{hostile}'", requirement=hostile)
    run(definition, project, unfetched)
    assert unfetched.asked == [f"-m pip install --quiet {hostile}"]
    assert not list(project.path.rglob("owned"))
    assert not any("inputs." in line for line in definition["script"])
    own = [one for name, one in definition["variables"].items() if name.startswith("AUTH_PROVIDER_")]
    assert all(one["expand"] is False for one in own)
