"""What the real tools printed, and what that says by their presets.

Each file in `outputs/<preset>` is what a command printed; its first line is `says:` and all it says.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.presets.conftest import SHIPPED, preset

OUTPUTS = Path(__file__).parent / "outputs"
RECORDED = sorted(OUTPUTS.glob("*/*.txt"))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_output_says_what_it_says(path: Path) -> None:
    """The phrases of a preset find in a real output what a person reads there, and nothing else."""
    first, _, printed = path.read_text(encoding="utf-8").partition("\n")
    expected = set(first.removeprefix("says:").replace(",", " ").split())
    adapter = preset(path.parent.name)
    assert {saying for saying, phrase in adapter.phrases.items() if phrase.said_in(printed, "")} == expected


@pytest.mark.parametrize("name", [name for name in SHIPPED if not name.startswith("reference")])
def test_every_phrase_of_a_preset_was_heard(name: str) -> None:
    """No preset has words that its tool was never seen to print."""
    texts = [path.read_text(encoding="utf-8").partition("\n")[2] for path in RECORDED if path.parent.name == name]
    unheard = [
        saying for saying, phrase in preset(name).says.items() if not any(phrase.said_in(text, "") for text in texts)
    ]
    assert unheard == []


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_output_tells_nothing_of_the_machine_it_was_recorded_on(path: Path) -> None:
    """Paths are scrubbed."""
    assert not re.findall(r"(?<![\w>])/(?:root|tmp|work|home|Users)/", path.read_text(encoding="utf-8"))
