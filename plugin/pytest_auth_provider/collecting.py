"""Collecting contracts in any project, whatever its pytest settings are."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth_provider.catalogue import packages


class ContractModule(pytest.Module):
    """A file of the catalogue: its test functions are `test_*`, whatever `python_functions` says in this project."""

    def funcnamefilter(self, name: str) -> bool:
        """Whether a function of this name is a test."""
        return name.startswith("test_")


def collect_contract(path: Path, parent: pytest.Collector) -> ContractModule | None:
    """The module of a contract, or None for a file that is not in the catalogue.

    Its node id starts with the name of its package, wherever that is installed.
    """
    for directory in packages().values():
        if path.is_relative_to(directory):
            node = path.relative_to(directory.parent).as_posix()
            module: ContractModule = ContractModule.from_parent(parent, path=path, nodeid=node)
            return module
    return None


def is_contract(node: pytest.Item) -> bool:
    """Whether a test comes from the catalogue."""
    return node.getparent(ContractModule) is not None


def locate(item: pytest.Item) -> None:
    """Let pytest tell the place of a contract by its node id: where the package is installed is of no interest."""
    _path, line, name = item.location
    item.location = (item.nodeid.partition("::")[0], line, name)
