"""Adapters of real tools, shipped as `<tool>.toml` beside this file."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def preset_names() -> list[str]:
    """The clients there is a preset for, in alphabetical order."""
    return sorted(path.stem for path in _HERE.glob("*.toml"))


def preset_path(name: str) -> Path:
    """Where the preset of a client is."""
    return _HERE / f"{name}.toml"
