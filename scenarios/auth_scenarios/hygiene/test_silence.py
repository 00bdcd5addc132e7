"""Silence: a provider or an API that takes the request and never answers. Every command ends all the same."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from auth_scenarios.verify import RESOURCES, CannotTell, ContractBroken
from fakeprovider.faults import Stall
from fakeprovider.vocabulary import ENDPOINTS
from pytest_auth_provider import Client, Outcome, scenario
from pytest_auth_provider.clients import ClientGroup, Running

PATIENCE: Final = 180.0
"""Seconds that a command may take where the adapter declares nothing: some clients wait for 75 s, and with a reason."""
QUIET_TIMES: Final = 50
"""How many times as long as a quiet `use` a command may take where that is more: for clients that are slow anyway."""

# What the person sees in the browser: a login that waits for the person does not wait for the provider.
PAGES: Final = ("authorization", "verification", "end_session", "api")
PROVIDER: Final = "the whole provider"
TOKEN_ENDPOINT: Final = "the token endpoint"
API: Final = "the API"
SILENT_AT: Final = {
    PROVIDER: tuple(endpoint for endpoint in ENDPOINTS if endpoint not in PAGES),
    TOKEN_ENDPOINT: ("token",),
    API: RESOURCES,
}


@dataclass(frozen=True)
class Case:
    """An action begun in a state of the session (`signed out`, `signed in` or `expired`) while `silent` is so."""

    action: str
    silent: str
    session: str

    def applies_to(self, client: ClientGroup) -> bool:
        """Return whether clients of this kind come to ask there at all."""
        adapter = client.adapter
        needed = {"expired": ("refresh", "refreshes"), API: ("use", "calls")}
        asked = [needed[word] for word in (self.session, self.silent) if word in needed]
        return self.action in adapter.run and all(adapter.offers(policy, side) for policy, side in asked)

    def begin(self, client: Client, limit: float, silences: ExitStack) -> Running:
        """Bring the session into its state, silence the other side, and start the action, for `limit` seconds."""
        if self.session != "signed out":
            client.login(expired=self.session == "expired")
        silences.enter_context(client.provider.failing(Stall(), at=SILENT_AT[self.silent], optional=True))
        return client.within(limit).start(self.action)


CASES: Final = (
    Case("use", PROVIDER, "expired"),
    Case("use", TOKEN_ENDPOINT, "expired"),
    Case("use", API, "signed in"),
    Case("use_cached", API, "signed in"),
    Case("logout", PROVIDER, "signed in"),
    Case("login", PROVIDER, "signed out"),  # the last one: it may occupy a port that other logins need
)


@scenario(
    "custom among command-line tools",
    "In our words: a provider or an API that accepts the connection and says nothing does not hang a command for ever.",
    harm="A CI job hangs until it is killed by hand, and nobody learns why.",
    level="SHOULD",
    needs={"use"},
    origin="codecarbon's offline fallback",
)
def test_bounded_time(auth_client_group: ClientGroup) -> None:
    """Every command ends in the end, also while the provider or the API takes requests and never answers.

    All cases wait at the same time, so that a client with a time limit of its own costs that limit, once.
    """
    limit = _seconds_allowed(auth_client_group)
    with ExitStack() as silences:
        cases = [case for case in CASES if case.applies_to(auth_client_group)]
        clients = [auth_client_group.new() for _ in cases]
        started = [(case, case.begin(client, limit, silences)) for case, client in zip(cases, clients, strict=True)]
        ended = [(case, running.wait()) for case, running in started]
    told = {case: _told(case, outcome) for case, outcome in ended if _met_silence(outcome)}
    for words in told.values():
        auth_client_group.exposure.add(words)
    endless = [case for case, outcome in ended if outcome.timed_out and case in told]
    if endless:
        # Two clients in sandboxes of their own, or minutes of silence, are no accident: a second run would add nothing,
        # unless it is the one that really waits.
        carried = any(outcome.skipped for _case, outcome in ended)
        certain = not carried and (len(endless) > 1 or limit >= PATIENCE)
        raise ContractBroken(f"every command ends within {limit:.0f} s", "; ".join(told.values()), confirmed=certain)
    _check_for_other_reasons(ended)


def _seconds_allowed(group: ClientGroup) -> float:
    """Return how long a command may take: what the adapter declares, else `PATIENCE`, or `QUIET_TIMES` a quiet one."""
    declared = group.adapter.policies.get("ends_within")
    if declared:
        return float(declared)
    client = group.new()
    client.login()
    return max(PATIENCE, QUIET_TIMES * client.use().seconds)


def _met_silence(outcome: Outcome) -> bool:
    return any(exchange.faults for exchange in outcome.exchanges)


def _told(case: Case, outcome: Outcome) -> str:
    """Return in words how one case ended, and who was silent."""
    how = f"did not end within {outcome.seconds:.0f} s" if outcome.timed_out else f"ended after {outcome.seconds:.1f} s"
    return f"`{case.action}` while {case.silent} was silent: {how}"


def _check_for_other_reasons(ended: list[tuple[Case, Outcome]]) -> None:
    """Raise `CannotTell` for a command that did not end, and that nobody's silence kept waiting."""
    for case, outcome in ended:
        if outcome.timed_out:
            story = f"`{case.action}` did not end within {outcome.seconds:.0f} s, and met no silence"
            raise CannotTell(f"{story}: it waits for something else, perhaps for a person", outcome.describe())
