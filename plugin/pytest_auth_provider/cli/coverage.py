"""`auth-provider clients NAME`: what an adapter covers, and which keys would make more contracts apply."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from fakeprovider.cli.command_line import print_table
from pytest_auth_provider import catalogue
from pytest_auth_provider.adapters.loader import load_adapter
from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.adapters.vocabulary import POLICIES
from pytest_auth_provider.profile import Profile, why_not_declared
from pytest_auth_provider.scenario import Scenario, why_not


def print_coverage(name: str, root: Path) -> int:
    """Print what the adapter of this client covers of the catalogue, family by family, and what more it could say.

    `root` is the project's directory. What is seen of a client in a run may still spare it contracts that its adapter
    does not rule out. Returns the exit code 0; raises `ClientError` for a client that there is no adapter for.
    """
    adapter, scenarios = load_adapter(name, root), catalogue.scenarios()
    asked = [scenario for scenario in scenarios if not why_not(scenario, adapter)]
    print(f"{name} ({adapter.source}) is asked for {len(asked)} of {len(scenarios)} contracts.\n")
    print_table(_by_family(scenarios, asked))
    open_to = _keys(adapter, scenarios)
    if open_to:
        print("\nMore would apply if its adapter said:\n")
        print_table(open_to)
    return 0


def _by_family(scenarios: Sequence[Scenario], asked: Sequence[Scenario]) -> list[tuple[str, str]]:
    every, some = (Counter(scenario.family for scenario in these) for these in (scenarios, asked))
    return [(family, f"{some[family]:3} of {every[family]}") for family in sorted(every)]


def _keys(adapter: Adapter, scenarios: Sequence[Scenario]) -> list[tuple[str, str]]:
    """Return each key that the adapter has not got, with the contracts that need it, those of most contracts first."""
    needed: Counter[str] = Counter()
    for scenario in scenarios:
        needed.update(_missing(adapter, scenario))
    return [(key, f"{times} contract{'s' if times > 1 else ''}") for key, times in needed.most_common()]


def _missing(adapter: Adapter, scenario: Scenario) -> Iterator[str]:
    """Yield the keys without which a contract does not apply; nothing where the adapter has chosen another side."""
    undeclared = [policy for policy in scenario.policy if _is_off(adapter, scenario, policy)]
    if any(adapter.policies.get(policy) for policy in undeclared):
        return
    yield from (f"run.{action}" for action in sorted(scenario.needs - adapter.run.keys()))
    yield from (f"policies.{policy} = {' or '.join(map(repr, POLICIES.get(policy, ())))}" for policy in undeclared)


def _is_off(adapter: Adapter, scenario: Scenario, policy: str) -> bool:
    return bool(why_not_declared({policy: scenario.policy[policy]}, adapter, Profile(adapter.name)))
