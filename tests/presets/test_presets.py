"""The shipped presets: every one loads, and can be installed by what it says."""

from __future__ import annotations

import pytest

from pytest_auth_provider.adapters.phrases import DEFAULT_PHRASES
from tests.presets.conftest import SHIPPED, preset

REAL = [name for name in SHIPPED if not name.startswith("reference")]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_preset_loads(name: str) -> None:
    """The reader of adapters finds nothing wrong with it."""
    assert preset(name).run["login"]


@pytest.mark.parametrize("name", REAL)
def test_a_preset_says_where_its_tool_comes_from(name: str) -> None:
    """Which version was observed, how it is installed, and where its documentation is."""
    adapter = preset(name)
    assert adapter.version
    assert adapter.install
    assert adapter.docs.startswith("https://")


@pytest.mark.parametrize("name", REAL)
def test_a_preset_names_no_place_of_ours(name: str) -> None:
    """A program is looked up on the PATH, wherever it was installed when it was observed."""
    assert "/" not in preset(name).command[0]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_preset_has_words_of_its_own(name: str) -> None:
    """Where a preset says how its tool puts something, that differs from what every tool is taken to say."""
    assert all(phrase != DEFAULT_PHRASES.get(saying) for saying, phrase in preset(name).says.items())
