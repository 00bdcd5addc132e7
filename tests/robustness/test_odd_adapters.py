"""Hundreds of adapter files that are nearly right; `python -m benchmarks --robustness` reads 20,000."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import pytest

from benchmarks.robustness.odd_adapters import odd_files, read_odd_files, toml
from pytest_auth_provider.adapters.loader import preset_names, preset_path


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_read_or_refused(tmp_path: Path, seed: int) -> None:
    """Each is read, or refused with one line that names the file and the key; none takes long."""
    tally = read_odd_files(tmp_path, 400, seed)
    assert tally.wrong == []
    # They got somewhere, and were refused for many reasons.
    assert tally.read > 20
    assert len(tally.refused) > 20


def test_the_same_files_for_a_seed() -> None:
    """A failure can be had again."""
    assert list(itertools.islice(odd_files(7), 50)) == list(itertools.islice(odd_files(7), 50))


@pytest.mark.parametrize("name", preset_names())
def test_what_is_written_is_read(name: str) -> None:
    """The presets come through unspoiled, so that what is refused was spoiled by us."""
    document = tomllib.loads(preset_path(name).read_text())
    assert tomllib.loads(f"x = {toml(document)}") == {"x": document}
