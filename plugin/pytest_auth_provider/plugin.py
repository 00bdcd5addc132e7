"""The pytest plugin: hooks, command line options and fixtures only.

Every pytest run of everybody who has it installed imports this module. Without `--auth-provider` it offers its fixtures
and costs nothing: whatever takes time to import is imported where it is used, and a test counts what is imported.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth_provider.fixtures import (
    auth_adapter,
    auth_client,
    auth_client_factory,
    auth_client_group,
    auth_client_name,
    auth_provider,
    auth_user,
)
from pytest_auth_provider.fixtures import auth_workshop as auth_workshop  # the former name of auth_client_factory
from pytest_auth_provider.scenario import MARK, scenario_of_function

__all__ = [
    "auth_adapter",
    "auth_client",
    "auth_client_factory",
    "auth_client_group",
    "auth_client_name",
    "auth_provider",
    "auth_user",
]

# Bare assertions of contracts explain themselves in a wheel as they do in an editable install.
pytest.register_assert_rewrite("auth_scenarios")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the command line options."""
    add_options(parser)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare the hooks a project may implement."""
    from pytest_auth_provider import hookspecs

    pluginmanager.add_hookspecs(hookspecs)


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """`--auth-list`: list the contracts and run nothing."""
    if not config.getoption("--auth-list"):
        return None
    from pytest_auth_provider.catalogue import listing, scenarios
    from pytest_auth_provider.sets import chosen

    print(listing(chosen(scenarios(), config)))  # noqa: T201 - it is what the option is for
    return 0


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the markers; with `--auth-provider`, select contracts and clients and judge what they do."""
    config.addinivalue_line("markers", f"{MARK}(source, requirement, level, ...): the contract a scenario checks")
    config.addinivalue_line("markers", "auth_fault(text, ...): faults of auth_provider for the whole test, as text")
    if config.getoption("--auth-provider") and not config.getoption("--auth-list"):
        from pytest_auth_provider.startup import start

        start(config)


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each scenario for every client of the run."""
    if not metafunc.config.getoption("--auth-provider"):
        return
    from pytest_auth_provider.collection import is_contract, shield
    from pytest_auth_provider.selection import client_names

    if is_contract(metafunc.definition):
        shield(metafunc.definition)
    if "auth_client_name" in metafunc.fixturenames and scenario_of_function(
        metafunc.definition.path, metafunc.function
    ):
        metafunc.parametrize("auth_client_name", client_names(metafunc.config))


def pytest_itemcollected(item: pytest.Item) -> None:
    """Show contracts under the name of their package, wherever that is installed."""
    if item.config.getoption("--auth-provider"):
        from pytest_auth_provider.collection import is_contract, locate

        if is_contract(item):
            locate(item)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what `--auth-contract`, `--auth-family`, `--auth-level` and `--auth-set` do not choose."""
    if config.getoption("--auth-provider"):
        from pytest_auth_provider.selection import contract_for_its_client
        from pytest_auth_provider.sets import deselect

        deselect(items, config, contract_for_its_client)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Collect contracts as they are written, whatever the project's own naming patterns are."""
    if not parent.config.getoption("--auth-provider"):
        return None
    from pytest_auth_provider.collection import collect_contract

    return collect_contract(module_path, parent)


def add_options(parser: pytest.Parser) -> None:
    """Declare the options that `pytest --help` shows under "auth provider"."""
    group = parser.getgroup("auth-provider", "auth provider: contracts of command-line clients")
    group.addoption(
        "--auth-provider",
        action="store_true",
        help="check which sign-in contracts a command-line client keeps; paths named beside it run too",
    )
    group.addoption(
        "--auth-client",
        action="append",
        default=[],
        metavar="NAME",
        help="the client to check: its name in auth-provider.toml or pyproject.toml, or a preset; may be repeated "
        "(default: the clients the project configures, else the bundled reference client)",
    )
    group.addoption("--auth-list", action="store_true", help="list the contracts and run nothing")
    group.addoption(
        "--auth-contract",
        action="append",
        default=[],
        metavar="ID",
        help="only this contract, as in refresh/two-processes, or one variant of it, as in "
        '"revoke/5xx-is-never-revoked[503]"; may be repeated',
    )
    group.addoption(
        "--auth-family",
        action="append",
        default=[],
        metavar="FAMILY",
        help="only the contracts of this family, as in refresh; may be repeated",
    )
    group.addoption(
        "--auth-level",
        action="append",
        default=[],
        metavar="LEVEL",
        help="only the contracts of this level, MUST or SHOULD; may be repeated",
    )
    group.addoption(
        "--auth-set",
        action="append",
        default=[],
        metavar="SET",
        help="only the contracts of this set: a document, as in rfc8252; a topic, as in offline; the catalogue as of a "
        "release, as in 2026.12, so that an upgrade asks nothing new; may be repeated",
    )
    group.addoption(
        "--auth-strict", action="store_true", help="a SHOULD that is not kept fails the run, as a MUST always does"
    )
    group.addoption(
        "--auth-no-profile",
        action="store_true",
        help="do not look at what the client does before it is judged: only what its adapter declares decides which "
        "contracts apply",
    )
    group.addoption(
        "--auth-cold",
        action="store_true",
        help="nothing that makes a run quicker: sign in for real in every case, start every command cold, run one case "
        "after the other, and wait for real wherever the client waits",
    )
    group.addoption(
        "--auth-report",
        action="append",
        default=[],
        metavar="FILE",
        help="write the verdicts to FILE, as its ending says: .json or .md; may be repeated",
    )
