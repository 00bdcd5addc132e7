"""What the package offers, and what it costs those who only have it installed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import pytest_auth_provider
from pytest_auth_provider import Adapter, Client, Outcome, Scenario, scenario
from pytest_auth_provider.adapters import models
from pytest_auth_provider.clients import client
from pytest_auth_provider.outcome import outcome
from pytest_auth_provider.scenario import MARK

HEAVY = (
    "cryptography",
    "fakeprovider",
    "faker",
    "httptools",
    "httpx",
    "jinja2",
    "joserfc",
    "psutil",
    "trustme",
    "werkzeug",
)
WATCHED = (*HEAVY, "pytest_auth_provider")
LISTED = f"""
import json, sys
import {{module}}
print(json.dumps([name for name in sorted(sys.modules) if name.split(".")[0] in {WATCHED}]))
"""


def imported_by(module: str) -> list[str]:
    """What a fresh interpreter has imported, of what is heavy and of us, after importing `module`."""
    output = subprocess.check_output([sys.executable, "-c", LISTED.format(module=module)], text=True)
    found: list[str] = json.loads(output)
    return found


def test_the_plugin_imports_nothing_heavy() -> None:
    """Each pytest run of each user imports the plugin: four modules of ours, no provider, no HTTP, no keys."""
    assert imported_by("pytest_auth_provider.plugin") == [
        "pytest_auth_provider",
        "pytest_auth_provider.fixtures",
        "pytest_auth_provider.plugin",
        "pytest_auth_provider.scenario",
    ]


def test_the_package_imports_nothing_heavy() -> None:
    """`import pytest_auth_provider` is cheap, though it offers `Client`."""
    assert imported_by("pytest_auth_provider") == ["pytest_auth_provider", "pytest_auth_provider.scenario"]


def test_a_run_without_the_flag_imports_nothing_heavy(pytester: pytest.Pytester) -> None:
    """A whole pytest run that does not ask for us imports nothing heavy of ours either."""
    pytester.makepyfile(
        "import sys\n"
        "def test_own():\n"
        "    assert not {'fakeprovider', 'werkzeug', 'psutil', 'joserfc'} & set(sys.modules)\n"
    )
    pytester.runpytest_subprocess("-p", "no:schemathesis").assert_outcomes(passed=1)


def test_all_is_complete() -> None:
    """`__all__` has every public name, in order, and each can be had."""
    assert pytest_auth_provider.__all__ == ["Adapter", "Client", "Level", "Outcome", "Scenario", "scenario"]
    for name in pytest_auth_provider.__all__:
        assert getattr(pytest_auth_provider, name)
    assert set(pytest_auth_provider.__all__) <= set(dir(pytest_auth_provider))


def test_names_that_come_late_are_the_real_ones() -> None:
    """What is imported when it is first asked for is what its module has."""
    assert (Adapter, Client, Outcome) == (models.Adapter, client.Client, outcome.Outcome)


def test_a_name_there_is_not_is_an_attribute_error() -> None:
    """A mistyped name fails as in any module."""
    with pytest.raises(AttributeError, match="module 'pytest_auth_provider' has no attribute 'Klient'"):
        pytest_auth_provider.Klient  # noqa: B018 - asking for it is the test


def test_a_level_there_is_not_is_a_value_error() -> None:
    """A scenario has one of three levels."""
    with pytest.raises(ValueError, match="scenario level 'SHALL' is not one of MUST, SHOULD, MAY"):
        scenario("RFC 2119", "This word means the same.", level="SHALL")  # type: ignore[arg-type]  # the point


def test_a_scenario_is_a_mark() -> None:
    """What decorates a scenario is a plain pytest mark with the facts."""
    mark = scenario("RFC 7009 2.2.1", "The token still exists.", needs=["logout"])
    assert mark.name == MARK
    assert mark.kwargs["needs"] == {"logout"}
    assert Scenario("revoke/x", "X.", **mark.kwargs).family == "revoke"
