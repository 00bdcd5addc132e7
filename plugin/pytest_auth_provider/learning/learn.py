"""Learn a client: run the experiments, and make its profile of what they observed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

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
from pytest_auth_provider.profile import Observation, Profile, contradictions

Observations = Mapping[str, Observation]


class Experiment(NamedTuple):
    """An experiment, with the names of the observations that it is expected to make."""

    names: tuple[str, ...]
    run: Callable[[Bench], Observations]


EXPERIMENTS: Final = (
    Experiment(("expired", "clock"), observe_expired),
    Experiment(("rejected",), observe_rejected),
    Experiment(("zero_lifetime",), observe_zero_lifetime),
    Experiment(("signed_out_use",), observe_signed_out),
    Experiment(("built_in_hosts",), observe_built_in_hosts),
)
"""The experiments behind an undisturbed life, in any order: each has a sandbox and a provider of its own."""
LAST: Final = Experiment(("refused",), observe_refused)
"""The experiment that has to know how the client comes to refresh."""
AT_ONCE: Final = 4
"""How many experiments run at the same time, where the client is a program of its own."""


def learn(adapter: Adapter, factory: ClientFactory, directory: Path) -> Profile:
    """Learn what the adapter's client does, in sandboxes below `directory`, and return its profile.

    A client that cannot sign in with nothing wrong has a profile with a `problem` and nothing else. An experiment that
    fails leaves its own observations unlearned, and says why.
    """
    began = time.monotonic()
    bench = Bench(adapter, factory, directory)
    profile = Profile(adapter.name)
    try:
        profile = replace(profile, version=factory.version(adapter))
        problem = _first_life(bench)
    except ClientError as error:  # as where its HOME cannot be prepared
        problem = str(error)
    if problem:
        return replace(profile, problem=problem)
    at_once = AT_ONCE if adapter.kind == "process" and not adapter.ports else 1
    with ThreadPoolExecutor(at_once) as pool:
        for observations in list(pool.map(partial(_observe, bench), EXPERIMENTS)):
            bench.known |= observations
    bench.known |= _observe(bench, LAST)
    profile = replace(profile, observations=bench.known, seconds=bench.seconds)
    took = round(time.monotonic() - began, 3)
    return replace(profile, contradictions=tuple(contradictions(adapter, profile)), learned_in=took)


def _first_life(bench: Bench) -> str:
    """Live a life without faults; return why the client cannot be checked, "" where it can.

    A login that fails is tried once more, unless it never reached the provider. One that fails in another way then
    says nothing about those to come.
    """
    first: LoginFailed | None = None
    for _ in range(2):
        try:
            bench.known |= live_undisturbed(bench)
        except LoginFailed as failed:
            if "never reached the provider" in failed.summary:
                return str(failed)
            if first is not None and first.summary == failed.summary:
                return f"{failed.summary} - twice\n{failed.details}"
            first = failed
            bench.known |= dict.fromkeys(UNDISTURBED, Observation.not_learned(failed.summary))
        else:
            break
    return ""


def _observe(bench: Bench, experiment: Experiment) -> Observations:
    """Run one experiment; what keeps it from being made is all that is learned of its observations then."""
    try:
        return experiment.run(bench)
    except Exception as error:  # whatever it was, the other experiments go on
        why = error.summary if isinstance(error, Explained) else f"{type(error).__name__}: {error}"
        return dict.fromkeys(experiment.names, Observation.not_learned(why))
