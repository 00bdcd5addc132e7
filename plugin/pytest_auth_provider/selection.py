"""Selecting the contracts and the clients of a run, from the command line and the project's configuration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_auth_provider import catalogue
from pytest_auth_provider.adapters.loader import PRESET, known_clients, load_adapter
from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.adapters.overlooked import refuse_misplaced
from pytest_auth_provider.adapters.vocabulary import did_you_mean
from pytest_auth_provider.clients.factory import check_program
from pytest_auth_provider.errors import ClientError
from pytest_auth_provider.scenario import Scenario, scenario_of_item

REFERENCE = "reference"
"""The client that is checked where no other is named or configured."""

_LOADED: pytest.StashKey[dict[str, Adapter]] = pytest.StashKey()
"""The adapters that were read from files in this run, by name: every test asks for one."""


def client_names(config: pytest.Config) -> list[str]:
    """Return the clients to check: those of the command line, else those the project configures, else `REFERENCE`."""
    named: list[str] = config.getoption("--auth-client")
    _refuse_misplaced(config, named)
    return list(dict.fromkeys(named)) or _configured(config) or [REFERENCE]


def adapter_of(config: pytest.Config, name: str) -> Adapter:
    """Return the adapter of a client, from the hook, the project's files or the presets.

    Raises `pytest.UsageError` with one clear message for a client that does not exist, a file that is wrong, or a
    program that is not installed.
    """
    try:
        adapter = _handed_over(config, name) or _loaded(config, name)
        check_program(adapter)
    except ClientError as error:
        raise pytest.UsageError(str(error)) from error
    check_contracts(adapter)
    return replace(adapter, start="cold") if config.getoption("--auth-cold") else adapter


def _loaded(config: pytest.Config, name: str) -> Adapter:
    """Return the adapter in the project's files or the presets; a file is read once a run."""
    loaded = config.stash.setdefault(_LOADED, {})
    if name not in loaded:
        loaded[name] = load_adapter(name, config.rootpath)
    return loaded[name]


def _handed_over(config: pytest.Config, name: str) -> Adapter | None:
    """Return the adapter that the hook `pytest_auth_client` of a project hands over for this name, if any."""
    adapter: object = config.hook.pytest_auth_client(name=name, config=config)
    if adapter is not None and not isinstance(adapter, Adapter):
        raise pytest.UsageError(
            f'pytest_auth_client(name="{name}"): expected a pytest_auth_provider.Adapter or None; got {adapter!r}'
        )
    return adapter


def check_contracts(adapter: Adapter) -> None:
    """Refuse excuses and promises for contracts that do not exist: they would mean nothing, and nobody would notice.

    Raises `pytest.UsageError`, which names the contract that was meant.
    """
    known = catalogue.ids()
    for table in ("deviations", "not_for_us", "promises"):
        for contract in getattr(adapter, table):
            if contract not in known:
                raise pytest.UsageError(
                    f'{adapter.source}: {table}: there is no contract "{contract}"'
                    f"{did_you_mean(contract, known) or '.'} pytest --auth-list shows them all"
                )


def _configured(config: pytest.Config) -> list[str]:
    try:
        return [name for name, source in known_clients(config.rootpath).items() if source != PRESET]
    except ClientError as error:
        raise pytest.UsageError(str(error)) from error


def _refuse_misplaced(config: pytest.Config, named: Sequence[str]) -> None:
    """Refuse a run that would check another client than the one whose adapter the person has before them."""
    try:
        refuse_misplaced(config.rootpath, config.invocation_params.dir, named)
    except ClientError as error:
        # pytest takes an existing path behind a blank for one of tests, and its root directory from that.
        moving = next((path for path in config.getoption("--auth-report") if Path(path).exists()), "")
        hint = f". Where the report moved it, write it in one word: --auth-report={moving}" if moving else ""
        raise pytest.UsageError(f"{error}{hint}") from error


def contract_for_its_client(item: pytest.Item) -> Scenario | None:
    """Return the contract that a test checks as it stands for the client it is checked for, None for any other test."""
    scenario, call = scenario_of_item(item), getattr(item, "callspec", None)
    client = call.params.get("auth_client_name") if call else None
    return scenario.for_client(adapter_of(item.config, client)) if scenario and client else scenario


def select_contracts(config: pytest.Config) -> None:
    """Make pytest collect the contracts, beside the paths named on the command line and instead of any others.

    Paths in `addopts` are what a project always runs, so they do not count as named. Raises `pytest.UsageError` where
    two contracts have the same id.
    """
    typed = config.invocation_params.args
    from_file = any(str(argument).startswith("@") for argument in typed)
    is_named = config.args_source is pytest.Config.ArgsSource.ARGS
    named = [path for path in config.args if is_named and (path in typed or from_file)]
    config.args = [*named, *map(str, catalogue.files())]
