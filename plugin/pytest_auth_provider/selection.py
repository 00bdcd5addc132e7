"""Which contracts and clients a run is about."""

from __future__ import annotations

import pytest

from pytest_auth_provider import catalogue
from pytest_auth_provider.clients.adapter import Adapter
from pytest_auth_provider.clients.adapter_file import PRESET, known_clients, load_adapter
from pytest_auth_provider.clients.errors import ClientError
from pytest_auth_provider.making import check_program

REFERENCE = "reference"
"""The client that is checked where nobody named or configured another."""


def client_names(config: pytest.Config) -> list[str]:
    """The clients of this run: those named on the command line, else those the project configures, else ours."""
    named: list[str] = config.getoption("--auth-client")
    return list(dict.fromkeys(named)) or _configured(config) or [REFERENCE]


def adapter_of(config: pytest.Config, name: str) -> Adapter:
    """The adapter of a client, from the hook, the project's files or the presets.

    Raises `pytest.UsageError` with one clear message for a client that does not exist, a file that is wrong, or a
    program that is not installed.
    """
    try:
        adapter: Adapter | None = config.hook.pytest_auth_client(name=name, config=config)
        adapter = adapter or load_adapter(name, config.rootpath)
        check_program(adapter)
    except ClientError as error:
        raise pytest.UsageError(str(error)) from error
    return adapter


def _configured(config: pytest.Config) -> list[str]:
    try:
        return [name for name, source in known_clients(config.rootpath).items() if source != PRESET]
    except ClientError as error:
        raise pytest.UsageError(str(error)) from error


def select_contracts(config: pytest.Config) -> None:
    """Put the contracts among what pytest collects: alone where no path was named, beside the named ones otherwise."""
    named = config.args_source is pytest.Config.ArgsSource.ARGS
    config.args = [*(config.args if named else []), *map(str, catalogue.files())]
