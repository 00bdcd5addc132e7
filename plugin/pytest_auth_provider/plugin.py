"""The pytest plugin: hooks, options and fixtures only.

Without `--auth-provider` it offers its fixtures and costs nothing: whatever takes time to import is imported where it
is used.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth_provider.fixtures import (
    auth_adapter,
    auth_client,
    auth_client_name,
    auth_provider,
    auth_user,
    auth_workshop,
)
from pytest_auth_provider.scenario import MARK, scenario_of_function

__all__ = ["auth_adapter", "auth_client", "auth_client_name", "auth_provider", "auth_user", "auth_workshop"]

# Assertions of the verbs explain themselves in a wheel as they do in an editable install.
pytest.register_assert_rewrite("auth_scenarios")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    from pytest_auth_provider.options import add_options

    add_options(parser)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare the hooks a project may implement."""
    from pytest_auth_provider import hookspecs

    pluginmanager.add_hookspecs(hookspecs)


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """`--auth-list`: list the contracts and run nothing."""
    if not config.getoption("--auth-list"):
        return None
    from pytest_auth_provider.catalogue import scenarios
    from pytest_auth_provider.listing import listing

    print(listing(scenarios()))  # noqa: T201 - it is what the option is for
    return 0


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the markers; with `--auth-provider`, select contracts and clients and judge what they do."""
    config.addinivalue_line("markers", f"{MARK}(source, requirement, level, ...): the contract a scenario checks")
    config.addinivalue_line("markers", "auth_fault(text, ...): faults of auth_provider for the whole test, as text")
    if config.getoption("--auth-provider") and not config.getoption("--auth-list"):
        from pytest_auth_provider.starting import start

        start(config)


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each scenario for every client of the run."""
    if not metafunc.config.getoption("--auth-provider"):
        return
    from pytest_auth_provider.collecting import is_contract
    from pytest_auth_provider.selection import client_names
    from pytest_auth_provider.shielding import shield

    if is_contract(metafunc.definition):
        shield(metafunc.definition)
    if "auth_client_name" in metafunc.fixturenames and scenario_of_function(
        metafunc.definition.path, metafunc.function
    ):
        metafunc.parametrize("auth_client_name", client_names(metafunc.config))


def pytest_itemcollected(item: pytest.Item) -> None:
    """Show contracts under the name of their package, wherever that is installed."""
    if item.config.getoption("--auth-provider"):
        from pytest_auth_provider.collecting import is_contract, locate

        if is_contract(item):
            locate(item)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Collect contracts as they are written, whatever the project's own naming patterns are."""
    if not parent.config.getoption("--auth-provider"):
        return None
    from pytest_auth_provider.collecting import collect_contract

    return collect_contract(module_path, parent)
