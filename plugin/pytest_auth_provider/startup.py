"""Start a run of contracts: with `--auth-provider`, select contracts, find clients, judge and collect verdicts.

Imported only then: everything a run of contracts needs and no other run should pay for comes with this module.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from pytest_auth_provider import catalogue
from pytest_auth_provider.adapters.loader import unused
from pytest_auth_provider.adapters.overlooked import files_below
from pytest_auth_provider.confirmation import ConfirmationPlugin
from pytest_auth_provider.judge import JudgePlugin
from pytest_auth_provider.lanes.plugin import LanesPlugin, why_in_one_process
from pytest_auth_provider.preflight import PreflightPlugin
from pytest_auth_provider.processes.warm.fork_servers import FORK_SERVERS
from pytest_auth_provider.proof import ProofPlugin
from pytest_auth_provider.report.ci.github import GitHubPlugin, HarmlessOutputPlugin
from pytest_auth_provider.report.ci.workflow_commands import in_github_actions
from pytest_auth_provider.report.forms.writers import check_report_path
from pytest_auth_provider.report.plugin import ReportPlugin
from pytest_auth_provider.report.terminal.progress import ProgressPlugin
from pytest_auth_provider.runners.warm import why_not_warm
from pytest_auth_provider.selection import REFERENCE, adapter_of, client_names, select_contracts
from pytest_auth_provider.strace.connections import why_not_audited

if TYPE_CHECKING:
    from pytest_auth_provider.adapters.models import Adapter

NOTICE: Final = (
    "No client was named, and none is configured in {root}, so the bundled reference client was checked. "
    "Name yours with --auth-client, or configure it in auth-provider.toml."
)
UNNAMED: Final = (
    "The project implements the hook pytest_auth_client, which does not say which clients it knows: name one with "
    "--auth-client."
)


def start(config: pytest.Config) -> None:
    """Register what a run of contracts needs, in every process of it; reports belong to the process of the user.

    Raises `pytest.UsageError`, before anything is run, for a client that cannot be checked, a contract of a declared
    deviation that does not exist, and a report that could not be written.
    """
    _refuse_mute_asserts(config)
    pytest.register_assert_rewrite(*catalogue.packages())
    names = client_names(config)
    adapters = [adapter_of(config, name) for name in names]
    config.pluginmanager.register(JudgePlugin(strict=config.getoption("--auth-strict")), "auth-provider-judge")
    config.pluginmanager.register(ConfirmationPlugin(), "auth-provider-confirmation")
    config.add_cleanup(FORK_SERVERS.close)
    proof = ProofPlugin()
    config.pluginmanager.register(proof, "auth-provider-proof")
    preflight = PreflightPlugin(config)
    if not config.getoption("--auth-no-profile"):
        config.pluginmanager.register(preflight, "auth-provider-preflight")
    select_contracts(config)
    if hasattr(config, "workerinput"):
        # A worker of pytest-xdist: the controller collects the verdicts.
        return
    reports = [Path(name) for name in config.getoption("--auth-report")]
    for path in reports:
        check_report_path(path)
    _refuse_foreign_root(config, reports)
    plugin = ReportPlugin(
        reports=reports,
        notices=[*_notices(config, adapters)],
        adapters=adapters,
        profiles=preflight.profiles,
        later_notices=FORK_SERVERS.problems,
        doubts=proof.found,
    )
    config.pluginmanager.register(plugin, "auth-provider-report")
    if in_github_actions():
        _tell_github(config, plugin, adapters)
    progress = ProgressPlugin(config, names)
    if progress.wanted:
        config.pluginmanager.register(progress, "auth-provider-progress")
    if why_in_one_process(config) is None:
        config.pluginmanager.register(LanesPlugin(proof, progress), "auth-provider-lanes")


def _tell_github(config: pytest.Config, reports: ReportPlugin, adapters: Sequence[Adapter]) -> None:
    """Register what a job of GitHub Actions needs: harmless output, and unless unwanted a summary and annotations."""
    config.pluginmanager.register(HarmlessOutputPlugin(), "auth-provider-harmless-output")
    if not config.getoption("--auth-no-github"):
        strict = config.getoption("--auth-strict")
        plugin = GitHubPlugin(reports, adapters, config.rootpath, strict=strict)
        config.pluginmanager.register(plugin, "auth-provider-github")


def _refuse_mute_asserts(config: pytest.Config) -> None:
    """Refuse contracts with `assert` statements where Python leaves these out: any client would keep them.

    Raises `pytest.UsageError`, which names the first one. What pytest rewrites is not left out.
    """
    if not sys.flags.optimize or config.getoption("assertmode") != "plain":
        return
    for place in catalogue.bare_asserts():
        raise pytest.UsageError(
            f"{place}: an `assert` does nothing under python -O (PYTHONOPTIMIZE) with --assert=plain, so that any "
            "client would keep its contract. Leave out one of the two options, or write the contract with the verbs "
            "of auth_scenarios.verify, such as must(condition, expected, actual)"
        )


def _refuse_foreign_root(config: pytest.Config, reports: Sequence[Path]) -> None:
    """Refuse a run whose root directory pytest took from the path of a report that is there already.

    Raises `pytest.UsageError`: adapters would be looked for beside the report, and not in the project.
    """
    here, root = config.invocation_params.dir, config.rootpath
    for path in reports:
        if not here.is_relative_to(root) and (here / path).resolve().is_relative_to(root):
            raise pytest.UsageError(
                f"pytest takes {root} for the root of the project, since the file after --auth-report is there; "
                f"write it in one word: --auth-report={path}"
            )


def _notices(config: pytest.Config, adapters: Sequence[Adapter]) -> Iterator[str]:
    """Yield what belongs above the verdicts: that nobody named a client, what is configured and has no part in it."""
    names = [adapter.name for adapter in adapters]
    if names == [REFERENCE] and not config.getoption("--auth-client"):
        yield NOTICE.format(root=config.rootpath)
        if config.hook.pytest_auth_client.get_hookimpls():
            yield UNNAMED
        for path in files_below(config.rootpath):
            yield f"{path.relative_to(config.rootpath)} is not read: adapters are read from {config.rootpath} alone."
    yield from unused(config.rootpath, names)
    yield from filter(None, map(why_not_audited, adapters))
    yield from filter(None, map(why_not_warm, adapters))
