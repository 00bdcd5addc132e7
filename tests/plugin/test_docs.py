"""The documents keep up with the code, and their examples run."""

from __future__ import annotations

import dataclasses
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_auth_provider import Adapter, hookspecs, plugin
from pytest_auth_provider.adapters.vocabulary import ACTIONS, PLACEHOLDERS, POLICIES, SAYINGS
from pytest_auth_provider.plugin import add_options
from pytest_auth_provider.scenario import MARK
from pytest_auth_provider.verdict import Verdict

if TYPE_CHECKING:
    from tests.support.project import Project

DOCS = Path(__file__).parent.parent.parent / "docs"
EXAMPLES = DOCS / "examples"
NOT_IN_TOML = {"name", "source", "root"}


def undocumented(names: set[str], section: str = "") -> set[str]:
    """Those of the names that stand nowhere in code font in the reference, or in a section of it."""
    text = (DOCS / "reference.md").read_text(encoding="utf-8")
    if section:
        text = text.partition(f"# {section}\n")[2].partition("\n#")[0]
    return names - {
        word for code in re.findall(r"`([^`\n]+)`", text) for word in [code, code.split("(")[0].split(" ")[0]]
    }


def test_every_option_is_documented() -> None:
    """What `pytest --help` has in our group is in the reference."""
    parser = pytest.Parser(_ispytest=True)
    add_options(parser)
    names = {name for option in parser.getgroup("auth-provider").options for name in option.names()}
    assert names
    assert undocumented(names, "Options") == set()


def test_every_fixture_is_documented() -> None:
    """What the plugin offers as fixtures is in the reference."""
    assert undocumented(set(plugin.__all__), "Fixtures") == set()


def test_every_hook_is_documented() -> None:
    """What a project may implement is in the reference."""
    hooks = {name for name in vars(hookspecs) if name.startswith("pytest_")}
    assert undocumented(hooks - {"pytest"}, "Hooks") == set()


def test_the_marker_is_documented() -> None:
    """Both markers are in the reference."""
    assert undocumented({MARK, "auth_fault"}, "Marker") == set()


def test_every_adapter_key_is_documented() -> None:
    """Each key of an adapter is in the table of keys."""
    keys = {field.name for field in dataclasses.fields(Adapter)} - NOT_IN_TOML
    assert undocumented(keys, "Adapter keys") == set()


@pytest.mark.parametrize(
    ("section", "names"),
    [
        ("Actions", set(ACTIONS)),
        ("Sayings", set(SAYINGS)),
        ("Policies", {*POLICIES, *(side for sides in POLICIES.values() for side in sides)}),
        ("Placeholders", {f"{{{name}}}" for name in PLACEHOLDERS}),
    ],
)
def test_the_vocabulary_is_documented(section: str, names: set[str]) -> None:
    """Each word an adapter may use is in the reference."""
    text = (DOCS / "reference.md").read_text(encoding="utf-8").partition(f"# {section}\n")[2].partition("\n#")[0]
    assert {name for name in names if f"`{name}`" not in text and f"`{name}:" not in text} == set()


def test_every_verdict_is_documented() -> None:
    """Each verdict has a line, which says truly whether it fails the run."""
    text = (DOCS / "reference.md").read_text(encoding="utf-8")
    lines = dict(re.findall(r"^\| ([a-z ]+) \| .* \| ([^|]+) \|$", text.partition("## Verdicts")[2], re.MULTILINE))
    assert {verdict: lines.get(verdict) == "yes" for verdict in Verdict} == {v: v.fails for v in Verdict}


def test_the_shown_adapter_is_the_example() -> None:
    """What docs/adapters.md shows first is the example file, to the letter."""
    shown = (DOCS / "adapters.md").read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    assert shown == (EXAMPLES / "auth-provider.toml").read_text(encoding="utf-8")


def test_links_lead_somewhere() -> None:
    """Each relative link of the two documents leads to a file."""
    for name in ("adapters.md", "reference.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", (DOCS / name).read_text(encoding="utf-8")):
            assert (DOCS / target).exists(), f"{name} links to {target}"


def test_the_example_runs(project: Project) -> None:
    """The example of docs/adapters.md signs in, calls the API, signs out, and keeps what it is said to keep."""
    for name in ("auth-provider.toml", "greeter.py"):
        shutil.copy(EXAMPLES / name, project.path)
    result = project.check("-k", "created_0600 or no_secret_in_output")
    told = project.section(result)
    assert told[0].strip("= ") == "auth provider: greeter"
    assert "kept" in [line.split("  ")[0] for line in told if "storage/created-0600" in line]
    assert "kept" in [line.split("  ")[0] for line in told if "hygiene/no-secret-in-output" in line]
    assert result.ret == 0
