"""docs/ci.md and the files in docs/examples/ci: what is shown is there, is understood, and runs."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pytest_auth_provider import catalogue
from tests.support.unfetched import Unfetched

if TYPE_CHECKING:
    from tests.support.project import Project

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples" / "ci"
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
SCHEMAS = {"github": "vendor.github-workflows", "gitlab": "vendor.gitlab-ci"}


def load(name: str) -> Any:
    """What an example says."""
    return yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8"))


def test_what_the_page_shows_is_in_the_examples() -> None:
    """Each block is a file, or some lines of one, to the letter; and each file is linked or shown."""
    files = {path.name: path.read_text(encoding="utf-8") for path in EXAMPLES.iterdir()}
    blocks = re.findall(r"```\w+\n(.*?)```\n", PAGE, re.DOTALL)
    assert blocks
    shown = {name for block in blocks for name, text in files.items() if block in text}
    assert [block for block in blocks if not any(block in text for text in files.values())] == []
    assert files.keys() - shown - set(re.findall(r"\(examples/ci/([\w.-]+)\)", PAGE)) == set()


def test_links_lead_somewhere() -> None:
    """Each relative link of the page."""
    for target in re.findall(r"\]\(([^)#:]+)\)", PAGE):
        assert (ROOT / "docs" / target).exists(), target


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("git*.yml")), ids=lambda path: path.name)
def test_the_schema_holds(path: Path) -> None:
    """Of workflows of GitHub, and of pipelines of GitLab."""
    program = Path(sys.executable).with_name("check-jsonschema")
    schema = SCHEMAS[path.name[:6]]
    done = subprocess.run([program, "--builtin-schema", schema, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["github.yml", "github-sharded.yml"])
def test_the_action_has_these_inputs(name: str) -> None:
    """All that the workflow hands over, and all that the page explains."""
    known = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"].keys()
    steps = load(name)["jobs"]["auth-provider"]["steps"]
    (step,) = [step for step in steps if "/pytest-auth-provider@" in step.get("uses", "")]
    assert step["with"].keys() <= known
    assert set(re.findall(r"^\| `([\w-]+)` \|", PAGE.partition("| input |")[2].partition("\n\n")[0], re.M)) == known


def test_the_component_has_these_inputs() -> None:
    """All that the pipeline hands over; and the job that adds to it has its name."""
    specification = next(yaml.safe_load_all((ROOT / "templates" / "auth-provider.yml").read_text(encoding="utf-8")))
    inputs = specification["spec"]["inputs"]
    pipeline = load("gitlab.yml")
    (component,) = pipeline["include"]
    assert component["inputs"].keys() <= inputs.keys()
    assert inputs["job-name"]["default"] in pipeline


@pytest.mark.parametrize(
    "shards",
    [
        load("github-sharded.yml")["jobs"]["auth-provider"]["strategy"]["matrix"]["families"],
        load("gitlab-sharded.yml")["auth-provider"]["parallel"]["matrix"][0]["FAMILIES"],
    ],
    ids=["github", "gitlab"],
)
def test_the_machines_check_each_family_once(shards: list[str]) -> None:
    """A family that is left out would be kept by nobody's word."""
    families = Counter(re.findall(r"--auth-family (\w+)", " ".join(shards)))
    assert families == Counter({scenario.family for scenario in catalogue.scenarios()})


def test_the_lines_for_any_other_run(project: Project, tmp_path: Path) -> None:
    """In a shell, for a client of that name; what they promise is written, and the exit code is that of pytest."""
    adapters = project.path / "auth-provider.toml"
    adapters.write_text(adapters.read_text().replace("clients.tool", "clients.mytool"))
    environment = Unfetched(tmp_path / "unfetched").environment | {"PYTEST_ADDOPTS": "-k house --auth-no-profile"}
    done = subprocess.run(
        ["sh", EXAMPLES / "any.sh"],  # noqa: S607
        cwd=project.path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert {path.name for path in project.path.glob("verdicts.*")} == {"verdicts.xml", "verdicts.md", "verdicts.json"}


def test_the_lines_without_the_action_run(project: Project, tmp_path: Path) -> None:
    """Each in a shell, as the workflow has them."""
    adapters = project.path / "auth-provider.toml"
    adapters.write_text(adapters.read_text().replace("clients.tool", "clients.mytool"))
    unfetched = Unfetched(tmp_path / "unfetched")
    environment = unfetched.environment | {"PYTEST_ADDOPTS": "-k alpha --auth-no-profile"}
    lines = [
        step["run"] for step in load("github-without-action.yml")["jobs"]["auth-provider"]["steps"] if "run" in step
    ]
    for line in lines:
        subprocess.run(["bash", "-e", "-c", line], cwd=project.path, env=environment, check=True)  # noqa: S607
    assert unfetched.asked == ["-m pip install . pytest-auth-provider"]
