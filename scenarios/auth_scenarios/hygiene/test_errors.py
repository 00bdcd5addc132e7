"""What a client says when something is wrong with a token: it says so without showing the token."""

from __future__ import annotations

import json

import pytest

from auth_scenarios.verify import applies_only, must
from fakeprovider import Provider
from fakeprovider.faults import Body, Fault
from pytest_auth_provider import Client, scenario

TOKENS = ("auth-provider-access-2f9d1c7b6e3a8054", "auth-provider-refresh-81b07e5d4c6f2a39")
"""An access token and a refresh token that were never to be printed."""
ANSWER = json.dumps(
    {"access_token": TOKENS[0], "token_type": "Bearer", "expires_in": 3600, "refresh_token": TOKENS[1]}, indent=None
)


@scenario(
    "RFC 6749 10.3; RFC 6749 10.4",
    "Access token credentials (as well as any confidential access token attributes) MUST be kept confidential in "
    "transit and storage, [...] Refresh tokens MUST be kept confidential in transit and storage, [...] In our words: "
    "an error about a token, or about the answer it came in, does not print it.",
    harm="The error that a user copies into a search engine or an issue holds a token that lets anybody act as them.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes", "use": "calls"},
)
@pytest.mark.parametrize(
    "told",
    [
        pytest.param(Body(ANSWER[:-1]), id="cut-off"),
        pytest.param(Body(f"[{ANSWER}]"), id="list"),
        pytest.param(Body(ANSWER, 500), id="in-a-500"),
    ],
)
def test_no_secret_in_errors(auth_provider: Provider, auth_client: Client, told: Fault) -> None:
    """An answer with tokens that cannot be read or used is complained about without showing the tokens."""
    auth_client.login(expired=True)
    client = auth_client.unreported()  # whether it crashes as well is another matter
    with auth_provider.failing(told, at="token", grant="refresh_token", optional=True) as armed:
        outcome = client.use()
    applies_only(bool(armed.fired), f"{client.name} asks for no refresh")
    shown = [token for token in TOKENS if token in outcome.output]
    kinds = " and ".join(sorted({token.split("-")[2] for token in shown}))
    must(not shown, "no token is printed", f"`use` printed the {kinds} token of the answer it could not use")
