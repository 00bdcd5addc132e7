"""Scenarios: `@scenario(...)` says what contract a pytest function checks; `Scenario` is that, read back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

Level = Literal["MUST", "SHOULD", "MAY"]
LEVELS: tuple[Level, ...] = ("MUST", "SHOULD", "MAY")
MARK = "auth_scenario"


@dataclass(frozen=True)
class Scenario:
    """One contract: its id, what it promises, where it is written and what a client needs for it to apply.

    `id` is family and file name, as in `revoke/5xx-is-never-revoked`. `requirement` quotes the source. `needs` are
    actions of the adapter, `policy` a policy to the side it must be on. `provider` are settings of the provider.
    """

    id: str
    title: str
    source: str
    requirement: str
    level: Level = "MUST"
    seed: str = ""
    needs: frozenset[str] = frozenset()
    policy: Mapping[str, str] = field(default_factory=dict)
    provider: Mapping[str, object] = field(default_factory=dict)

    @property
    def family(self) -> str:
        """The family, as in `revoke`."""
        return self.id.partition("/")[0]


def scenario(
    source: str,
    requirement: str,
    *,
    level: Level = "MUST",
    seed: str = "",
    needs: Iterable[str] = (),
    policy: Mapping[str, str] | None = None,
    provider: Mapping[str, object] | None = None,
) -> pytest.MarkDecorator:
    """Mark a test function as the check of one contract.

    `source` is the clause (`RFC 7009 2.2.1`), `requirement` quotes it, `seed` names the document that asked for it.
    `needs` are the actions a client must offer besides `login`, `policy` the sides it must be on; otherwise the
    contract does not apply. `provider` are settings of the provider for this contract. Raises `ValueError` for a level
    that does not exist.
    """
    if level not in LEVELS:
        raise ValueError(f"scenario level {level!r} is not one of {', '.join(LEVELS)}")
    facts = {
        "source": source,
        "requirement": requirement,
        "level": level,
        "seed": seed,
        "needs": frozenset(needs),
        "policy": dict(policy or {}),
        "provider": dict(provider or {}),
    }
    mark: pytest.MarkDecorator = getattr(pytest.mark, MARK)(**facts)
    return mark


def scenario_of_item(item: pytest.Item) -> Scenario | None:
    """The contract an item checks, or None for any other test."""
    mark = item.get_closest_marker(MARK)
    function = getattr(item, "function", None)
    return None if mark is None or function is None else _scenario(item.path, function, mark.kwargs)


def scenario_of_function(path: Path, function: Callable[..., object]) -> Scenario | None:
    """The contract a test function in the file `path` checks, or None for any other function."""
    marks: list[pytest.Mark] = getattr(function, "pytestmark", [])
    mark = next((mark for mark in marks if mark.name == MARK), None)
    return None if mark is None else _scenario(path, function, mark.kwargs)


def contract_id(path: Path) -> str:
    """The id of the contract that the file `path` checks: its family and its name."""
    return f"{path.parent.name}/{path.stem.removeprefix('test_').replace('_', '-')}"


def _scenario(path: Path, function: Callable[..., object], facts: Mapping[str, Any]) -> Scenario:
    contract = contract_id(path)
    title = (function.__doc__ or contract).strip().partition("\n")[0]
    return Scenario(id=contract, title=title, **facts)


# FROM plugin/pytest_auth_provider/applicability.py: Whether a contract applies to a client at all, and why not.


if TYPE_CHECKING:
    from pytest_auth_provider.adapters.models import Adapter

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
