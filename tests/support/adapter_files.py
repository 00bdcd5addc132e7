"""Adapter files that tests write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

MINIMAL = 'command = "tool"\nrun.login = "login"\n'
"""The keys that every adapter has."""

Write = Callable[..., Path]
"""Writes text into a file of the root, and returns the root: `write(text, "pyproject.toml")`."""
