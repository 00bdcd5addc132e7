"""`auth-provider try`: one action, and everything that happened."""

from __future__ import annotations

from pathlib import Path

from pytest_auth_provider.cli.stage import on_stage
from pytest_auth_provider.clients.adapter_file import load_adapter
from pytest_auth_provider.clients.errors import LoginFailed
from pytest_auth_provider.report.evidence import told


def try_action(name: str, action: str, root: Path) -> int:
    """Sign in and run the action; 0 where it ended as declared and nothing was found, else 1. Raises `ClientError`."""
    with on_stage(load_adapter(name, root)) as (client, record):
        problem = ""
        try:
            client.login()
        except LoginFailed as failed:
            problem = str(failed).partition("\n")[0]
        if not problem and action != "login":
            client.run(action)
        print(told(record.outcomes, record.sandbox))
        for _outcome, finding in record.findings:
            print(f"found: {finding}")
        if problem:
            print(f"failed: {problem}")
        elif not record.outcomes[-1].ok:
            print(f"failed: `{action}` ended with {record.outcomes[-1].ending()}")
        else:
            print("well done: nothing was found")
        return 1 if problem or record.findings or not record.outcomes[-1].ok else 0
