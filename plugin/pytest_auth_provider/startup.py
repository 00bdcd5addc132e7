"""Start a run of contracts: with `--auth-provider`, select contracts, find clients, judge and collect verdicts.

Imported only then: everything a run of contracts needs and no other run should pay for comes with this module.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from pytest_auth_provider import catalogue
from pytest_auth_provider.confirmation import ConfirmationPlugin
from pytest_auth_provider.judge import JudgePlugin
from pytest_auth_provider.report.plugin import ReportPlugin
from pytest_auth_provider.report.writers import check_report_path
from pytest_auth_provider.selection import REFERENCE, adapter_of, client_names, select_contracts
from pytest_auth_provider.strace.connections import why_not_audited

NOTICE: Final = (
    "No client was named, and none is configured in {root}, so the bundled reference client was checked. "
    "Name yours with --auth-client, or configure it in auth-provider.toml."
)


def start(config: pytest.Config) -> None:
    """Register what a run of contracts needs, in every process of it; reports belong to the process of the user.

    Raises `pytest.UsageError`, before anything is run, for a client that cannot be checked, a contract of a declared
    deviation that does not exist, and a report that could not be written.
    """
    pytest.register_assert_rewrite(*catalogue.packages())
    names = client_names(config)
    adapters = [adapter_of(config, name) for name in names]
    config.pluginmanager.register(JudgePlugin(strict=config.getoption("--auth-strict")), "auth-provider-judge")
    config.pluginmanager.register(ConfirmationPlugin(), "auth-provider-confirmation")
    select_contracts(config)
    if hasattr(config, "workerinput"):
        # A worker of pytest-xdist: the controller collects the verdicts.
        return
    reports = [Path(name) for name in config.getoption("--auth-report")]
    for path in reports:
        check_report_path(path)
    defaulted = names == [REFERENCE] and not config.getoption("--auth-client")
    notices = [NOTICE.format(root=config.rootpath) if defaulted else "", *map(why_not_audited, adapters)]
    notice = " ".join(filter(None, notices))
    config.pluginmanager.register(ReportPlugin(reports=reports, notice=notice), "auth-provider-report")
