"""Collecting contracts in any project, whatever its pytest settings are."""

from __future__ import annotations

import pytest


class ContractModule(pytest.Module):
    """A file of the catalogue: its test functions are `test_*`, whatever `python_functions` says in this project."""

    def funcnamefilter(self, name: str) -> bool:
        """Whether a function of this name is a test."""
        return name.startswith("test_")
