"""What the client does where it is not signed in, and where nothing points it at the provider."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.adapters.placeholders import placeholders_in
from pytest_auth_provider.adapters.vocabulary import ENDPOINT_PLACEHOLDERS
from pytest_auth_provider.learning.bench import Bench, NotLearned
from pytest_auth_provider.learning.exchanges import sign_ins, told
from pytest_auth_provider.outcome.outcome import exit_name
from pytest_auth_provider.profile import Observation

ADDRESSES: Final = frozenset({"issuer", "api", *ENDPOINT_PLACEHOLDERS})
"""Placeholders that are addresses of the provider."""
PATIENCE: Final = 5.0
"""Seconds after which a login at built-in hosts is killed: nobody answers there."""


def observe_signed_out(bench: Bench) -> dict[str, Observation]:
    """Run `use` before any login: `signed_out_use`."""
    bench.require("use")
    with bench.client() as client:
        outcome = client.use()
    if outcome.timed_out:
        raise NotLearned("`use` before the login did not end in time")
    seen = f"before any login its `use` {told(outcome.exchanges)} and ended with {exit_name(outcome.exit_code)}"
    value = "signs_in" if sign_ins(outcome.exchanges) else "succeeds" if outcome.ok else "fails"
    return {"signed_out_use": Observation.of(value, seen)}


def observe_built_in_hosts(bench: Bench) -> dict[str, Observation]:
    """Try to sign in without the variables that point the client at the provider, and note which hosts it tries.

    Nothing leaves the machine: the proxy of the sandbox refuses every host, no page is visited, and a client that was
    not seen to use the proxy is not tried. Nothing is observed of one that is pointed at the provider in other ways.
    """
    pointing = [name for name, value in bench.adapter.env.items() if ADDRESSES & set(placeholders_in(value))]
    words = [word for step in bench.adapter.run["login"] for word in (*bench.adapter.command, *step.args)]
    if not pointing or any(ADDRESSES & set(placeholders_in(word)) for word in words):
        return {}
    if not bench.uses_proxy:
        raise NotLearned("it was not seen to use the proxy, so nothing would keep it from reaching its real hosts")
    with bench.client(_unpointed(bench.adapter, pointing)) as client:
        outcome = client.attempt_login()
    hosts = tuple(dict.fromkeys(contact.host for contact in outcome.contacts))
    tried = f"tried {', '.join(hosts)}" if hosts else "tried no host that the proxy saw"
    return {"built_in_hosts": Observation(hosts or ("none",), f"without {', '.join(pointing)} its login {tried}")}


def _unpointed(adapter: Adapter, pointing: list[str]) -> Adapter:
    """Return the adapter without these variables, its login short and without a browser."""
    steps = tuple(replace(step, timeout=PATIENCE) for step in adapter.run["login"])
    env = {name: value for name, value in adapter.env.items() if name not in pointing}
    return replace(adapter, env=env, run={**adapter.run, "login": steps}, browser="none")
