"""What a sign-out says of the session at the provider: no more than it knows, and no less."""

from __future__ import annotations

import re

import pytest

from auth_scenarios.sessions import must_end_signed_out
from auth_scenarios.stored import must_hold_no_credentials
from auth_scenarios.verify import applies_only, must, must_not_crash, must_not_say, requests
from fakeprovider import Provider
from fakeprovider.faults import ErrorAnswer, Fault, MissingMember, Redirect, Reset, ServerError
from pytest_auth_provider import Client, Outcome, scenario

CONFIRMED = (
    "The authorization server responds with HTTP status code 200 if the token has been revoked successfully or if the "
    "client submitted an invalid token. "
)
NOBODY = "http://127.0.0.1:9"
"""Where nobody listens, on this machine: who follows gets no answer, and reaches no stranger."""
TOLD_TO_LIVE_ON = re.compile(
    r"revo[ck]|\b(?:provider|server|remote\w*|still|remains?|expir\w+|local(?:ly)?|only|elsewhere)\b"
    r"|\b(?:this|your) (?:machine|computer|device)\b",
    re.IGNORECASE,
)
"""Words of which one at least says that the session at the provider is another matter."""
ADDRESS = re.compile(r"\S+://\S+")


@scenario(
    "RFC 7009 2.2",
    CONFIRMED + "[...] In our words: so any other answer, and none, is no confirmation.",
    harm="A user who signs out believes that the token is dead, and whoever finds it can go on using it.",
    level="SHOULD",
    needs={"logout"},
    policy={"logout": "revokes"},
    origin="spec-kitty's sign-out",
)
@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(ErrorAnswer("unsupported_token_type"), id="400"),
        pytest.param(ServerError(429), id="429"),
        pytest.param(Redirect(NOBODY, 302), id="redirect"),
        pytest.param(Reset(), id="reset"),
    ],
)
def test_unconfirmed_is_never_revoked(auth_provider: Provider, auth_client: Client, failure: Fault) -> None:
    """A refusal, a redirect or no answer from the revocation endpoint is never reported as a revocation."""
    auth_client.login()
    with auth_provider.failing(failure, at="revocation"):
        outcome = auth_client.logout()
    must_not_crash(outcome)
    must_not_say(outcome, "revoked")


@scenario(
    "RFC 7009 2.2; spec-kitty revoke contract, D2",
    CONFIRMED + "[...] A 200 is revocation-confirmed regardless of whether the token was still valid.",
    harm="Whose session was ended elsewhere cannot sign out: the tool asks for a session that there is no more.",
    level="SHOULD",
    needs={"logout"},
    policy={"logout": "revokes"},
    origin="spec-kitty's sign-out",
)
def test_200_is_revoked(auth_provider: Provider, auth_client: Client) -> None:
    """Signing out of a session that was ended elsewhere goes as any sign-out does."""
    auth_client.login()
    auth_provider.end_sessions("an administrator ended it")
    auth_client.exposure.add("its session had been ended elsewhere")
    must_end_signed_out(auth_client, auth_client.logout())
    auth_client.restart()
    must_hold_no_credentials(auth_client)


@scenario(
    "custom among command-line tools",
    "In our words: a sign-out that the provider is not told of leaves the session alive there, and says so.",
    harm="A copy of the token goes on working for months after its owner has signed out and thinks it is dead.",
    level="SHOULD",
    needs={"logout"},
)
def test_logout_revokes_or_says_it_does_not(auth_client: Client) -> None:
    """A sign-out tells the provider, or says that it has only forgotten the session on this machine."""
    auth_client.login()
    outcome = auth_client.logout()
    must_not_crash(outcome)
    made = requests(outcome, "revocation", "end_session")
    auth_client.exposure.add(f"it signed out with {len(made)} request(s) to revoke")
    if not made and not _says_that_it_lives_on(outcome):
        applies_only(outcome.says("signed_out"), f"{auth_client.name} claims nothing of its session")
        must(False, "`logout` says that the session goes on at the provider", f"it printed {outcome.output.strip()!r}")


@scenario(
    "custom among command-line tools",
    "In our words: where the provider names no endpoint to revoke at, the sign-out is a local one, and it says so.",
    harm="The provider was changed, nothing is revoked any more, and the tool goes on saying that one is signed out.",
    level="SHOULD",
    needs={"logout"},
    policy={"logout": "revokes"},
)
def test_no_endpoint_advertised(auth_provider: Provider, auth_client: Client) -> None:
    """Without an endpoint to revoke at, a sign-out forgets the session, claims no revocation and says so."""
    without = MissingMember("revocation_endpoint"), MissingMember("end_session_endpoint")
    with auth_provider.failing(*without, at="discovery", optional=True) as armed:
        auth_client.login()
        outcome = auth_client.logout()
    knows = not armed.fired or requests(outcome, "revocation", "end_session")
    applies_only(not knows, f"{auth_client.name} knows where to revoke without being told")
    must_end_signed_out(auth_client, outcome)
    must_not_say(outcome, "revoked")
    told = outcome.crash or _says_that_it_lives_on(outcome)
    must(told, "`logout` says that the session goes on at the provider", f"it printed {outcome.output.strip()!r}")


def _says_that_it_lives_on(outcome: Outcome) -> bool:
    """Return whether the output says anything of the session at the provider, addresses aside."""
    return outcome.says("unverified") or TOLD_TO_LIVE_ON.search(ADDRESS.sub(" ", outcome.output)) is not None
