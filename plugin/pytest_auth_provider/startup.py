"""What `--auth-provider` sets in motion: contracts selected, clients found, verdicts collected."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_auth_provider import catalogue
from pytest_auth_provider.judge import Checking
from pytest_auth_provider.report.plugin import Results
from pytest_auth_provider.report.writers import check_report_path
from pytest_auth_provider.selection import REFERENCE, adapter_of, client_names, select_contracts
from pytest_auth_provider.strace.connections import why_not_audited

NOTICE = (
    "No client was named, and none is configured in {root}, so the bundled reference client was checked. "
    "Name yours with --auth-client, or configure it in auth-provider.toml."
)


def start(config: pytest.Config) -> None:
    """Begin a run of contracts. Raises `pytest.UsageError` for a client or report that cannot be."""
    pytest.register_assert_rewrite(*catalogue.packages())
    names = client_names(config)
    adapters = [adapter_of(config, name) for name in names]
    config.pluginmanager.register(Checking(strict=config.getoption("--auth-strict")), "auth-provider-checking")
    select_contracts(config)
    if hasattr(config, "workerinput"):
        # A worker of pytest-xdist: the controller collects the results.
        return
    reports = [Path(name) for name in config.getoption("--auth-report")]
    for path in reports:
        check_report_path(path)
    defaulted = names == [REFERENCE] and not config.getoption("--auth-client")
    notices = [NOTICE.format(root=config.rootpath) if defaulted else "", *map(why_not_audited, adapters)]
    notice = " ".join(filter(None, notices))
    config.pluginmanager.register(Results(reports=reports, notice=notice), "auth-provider-results")
