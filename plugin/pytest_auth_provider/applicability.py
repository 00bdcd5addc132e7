"""Whether a contract applies to a client at all, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_auth_provider.scenario import Scenario

if TYPE_CHECKING:
    from pytest_auth_provider.clients.adapter import Adapter

    class _Skipped(Exception):  # noqa: N818 - stands for what pytest does not let type checkers see
        pass

else:
    _Skipped = pytest.skip.Exception


class NotApplicable(_Skipped):
    """The contract asks for something this client does not offer, and need not."""


def why_not(scenario: Scenario, adapter: Adapter) -> str:
    """Why `scenario` does not apply to this client, or an empty string where it does."""
    missing = sorted(({"login"} | scenario.needs) - adapter.run.keys())
    if missing:
        actions = ", ".join(f"`{action}`" for action in missing)
        return f"{adapter.name} has no {actions} ({adapter.source})"
    for policy, value in scenario.policy.items():
        if not adapter.offers(policy, value):
            declared = adapter.policies.get(policy)
            side = f"declares {policy} = {declared!r}" if declared else f"declares no policy {policy!r}"
            return f"{adapter.name} {side}; this contract is for {value!r} ({adapter.source})"
    return ""
