"""Learn a client: run the experiments one after the other, and make its profile of what they observed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.clients.factory import ClientFactory
from pytest_auth_provider.errors import ClientError, Explained, LoginFailed
from pytest_auth_provider.learning.bench import Bench
from pytest_auth_provider.learning.beside import observe_built_in_hosts, observe_signed_out
from pytest_auth_provider.learning.lifetime import (
    observe_expired,
    observe_refused,
    observe_rejected,
    observe_zero_lifetime,
)
from pytest_auth_provider.learning.undisturbed import UNDISTURBED, live_undisturbed
from pytest_auth_provider.profile import Observation, Profile

Experiment = Callable[[Bench], Mapping[str, Observation]]

EXPERIMENTS: Final[tuple[tuple[tuple[str, ...], Experiment], ...]] = (
    (("signed_out_use",), observe_signed_out),
    (("expired", "clock"), observe_expired),
    (("rejected",), observe_rejected),
    (("refused",), observe_refused),
    (("zero_lifetime",), observe_zero_lifetime),
    (("built_in_hosts",), observe_built_in_hosts),
)
"""Every experiment behind the first one, with the observations it is expected to make; later ones build on earlier."""


def learn(adapter: Adapter, factory: ClientFactory, directory: Path) -> Profile:
    """Learn what the adapter's client does, in sandboxes below `directory`, and return its profile.

    A client that cannot sign in with nothing wrong has a profile with a `problem` and nothing else. An experiment that
    fails leaves its own observations unlearned, and says why.
    """
    began = time.monotonic()
    bench = Bench(adapter, factory, directory)
    try:
        version = factory.version(adapter)
        problem = _first_life(bench)
    except ClientError as error:  # as where its HOME cannot be prepared
        return Profile(adapter.name, problem=str(error))
    if problem:
        return Profile(adapter.name, version, problem)
    for names, experiment in EXPERIMENTS:
        bench.known |= _observe(bench, names, experiment)
    took = round(time.monotonic() - began, 3)
    return Profile(adapter.name, version, "", bench.known, bench.seconds, took)


def _first_life(bench: Bench) -> str:
    """Live a life without faults; return why the client cannot be checked, "" where it can.

    A login that fails is tried once more, unless it never reached the provider. One that fails in another way then
    says nothing about those to come.
    """
    problems: list[LoginFailed] = []
    for _ in range(2):
        try:
            bench.known |= live_undisturbed(bench)
        except LoginFailed as failed:
            problems.append(failed)
            if "never reached the provider" in failed.summary:
                return str(failed)
        else:
            return ""
    first, second = problems
    if first.summary == second.summary:
        return f"{first.summary}, twice\n{second.details}"
    bench.known |= dict.fromkeys(UNDISTURBED, Observation.not_learned(second.summary))
    return ""


def _observe(bench: Bench, names: tuple[str, ...], experiment: Experiment) -> Mapping[str, Observation]:
    """Run one experiment; what keeps it from being made is all that is learned of its observations then."""
    try:
        return experiment(bench)
    except Exception as error:  # noqa: BLE001 - whatever it was, the other experiments go on
        why = error.summary if isinstance(error, Explained) else f"{type(error).__name__}: {error}"
        return dict.fromkeys(names, Observation.not_learned(why))
