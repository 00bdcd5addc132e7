"""Whatever is answered: a client may refuse it, and does not die of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from auth_scenarios.hygiene.any_answer import answers_of, how_many, smallest
from auth_scenarios.verify import RESOURCES, applies_only, exposed, must, requests
from fakeprovider import Provider
from fakeprovider.faults import Fault
from pytest_auth_provider import Client, Outcome, scenario

LONGEST = 20.0
"""Seconds for one command; whether it ends at all is judged by `hygiene/bounded-time`."""


@scenario(
    "custom among command-line tools",
    "In our words: an answer of any status, with any headers and with JSON of any shape, is used, or refused with a "
    "message; no command dies of it, nor the next one of what it has stored.",
    harm="One odd answer of a provider or a gateway, and the tool shows its source code instead of what to do.",
    level="SHOULD",
)
@pytest.mark.parametrize(
    ("action", "endpoint"),
    [
        ("login", "discovery"),
        ("login", "device_authorization"),
        ("login", "token"),
        ("use", "token"),
        ("use", "jwks"),
        ("use", "api"),
        ("logout", "revocation"),
    ],
)
def test_survives_any_answer(auth_provider: Provider, auth_client: Client, action: str, endpoint: str) -> None:
    """No generated answer makes a command crash, or the next one; the smallest that does is shown as a fault."""
    applies_only(auth_client.can(action), f"{auth_client.name} has no `{action}`")
    examples = how_many()
    trial = Trial(auth_provider, auth_client, action, endpoint)
    found = smallest(answers_of(endpoint), trial.crashes, examples, f"{action} {endpoint}")
    told = f"smallest answer that was found, as a fault:\n  {trial.reproduction(found)}" if found else ""
    must(not found, f"`{action}` survives whatever {endpoint} answers", f"{trial.crash}; {told}")
    exposed(auth_client, trial.met, f"{trial.met} generated answers of {endpoint} reached `{action}`", "none did")


class Trial:
    """One action, again and again from the same beginning, each time with another answer of one endpoint."""

    def __init__(self, provider: Provider, client: Client, action: str, endpoint: str) -> None:
        self.met = 0
        self.crash = ""
        self._provider, self._action, self._endpoint = provider, action, endpoint
        self._at = RESOURCES if endpoint == "api" else (endpoint,)
        refreshes = client.policies["refresh"] == "refreshes"
        if action != "login":
            client.login(expired=action == "use" and endpoint == "token" and refreshes)
        self._client = client.unreported().within(LONGEST)
        self._begin_again = _bookmark(provider, client)
        asked = requests(self._run(None), *self._at)
        applies_only(bool(asked), f"{client.name} asks nothing of {endpoint} with `{action}`")

    def crashes(self, fault: Fault) -> bool:
        """Return whether the client dies of this answer, at once or of what it has stored of it."""
        outcomes = [self._run(fault)]
        if self._endpoint == "token" and outcomes[0].ok and self._client.can("use"):
            outcomes.append(self._client.use())
        died = next((outcome for outcome in outcomes if outcome.crash), None)
        if died is not None:
            then = " the next time" if died is not outcomes[0] else ""
            self.crash = f"`{died.action}` died{then}: {died.crash}"
        return died is not None

    def reproduction(self, fault: Fault) -> str:
        """Return the text that arms the fault, for `fakeprovider serve` or `@pytest.mark.auth_fault`."""
        return f"{' or '.join(self._at)} : {fault!r} x1"

    def _run(self, fault: Fault | None) -> Outcome:
        self._begin_again()
        if fault is None:
            return self._client.run(self._action)
        with self._provider.failing(fault, at=self._at, times=1, optional=True) as armed:
            outcome = self._client.run(self._action)
        self.met += bool(armed.fired)
        return outcome


def _bookmark(provider: Provider, client: Client) -> Callable[[], None]:
    """Return a function that brings client and provider back to where they are now."""
    stored, memory = client.disk.remember(), provider.snapshot()

    def begin_again() -> None:
        client.disk.restore(stored)
        provider.put_back(memory)
        client.restart()

    return begin_again
