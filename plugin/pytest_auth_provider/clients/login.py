"""Whether a login left the client signed in, and if not, what to look at."""

from __future__ import annotations

from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.adapters.placeholders import placeholders_in
from pytest_auth_provider.adapters.vocabulary import ENDPOINT_PLACEHOLDERS
from pytest_auth_provider.clients.outcome import Outcome


def login_problem(outcome: Outcome, adapter: Adapter, issuer: str, *, tokens_issued: bool) -> str:
    """Say why a login did not sign the client in; empty where it did.

    `issuer` is the provider's, `tokens_issued` tells whether it issued any token meanwhile.
    """
    if outcome.timed_out:
        return "the login did not end in time"
    if outcome.exit_code not in outcome.expected:
        codes = " or ".join(str(code) for code in sorted(outcome.expected))
        return f"expected exit code {codes}, got {outcome.exit_code}"
    if not outcome.exchanges:
        return f"the login never reached the provider: {_pointing_hint(adapter, issuer)}"
    if not tokens_issued:
        return "the login reached the provider, but no token was issued"
    return ""


def _pointing_hint(adapter: Adapter, issuer: str) -> str:
    """Ask whether the variables of the adapter that hold an address of the provider do their job."""
    addresses = {"issuer", "api", *ENDPOINT_PLACEHOLDERS}
    pointing = [name for name, value in adapter.env.items() if addresses & set(placeholders_in(value))]
    if not pointing:
        return f"does {adapter.source} point it at {issuer}?"
    verb = "is" if len(pointing) == 1 else "are"
    return f"{verb} {' and '.join(pointing)} pointed at {issuer}?"
