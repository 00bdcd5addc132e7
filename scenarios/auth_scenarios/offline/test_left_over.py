"""What a client owes its users who are offline: no old token is called valid, and what it does then can be read."""

from __future__ import annotations

import re

from auth_scenarios.storage.second_server import must_hold_no_token_of, second_server, use_elsewhere
from auth_scenarios.stored import must_still_hold
from auth_scenarios.validation.bad_tokens import applies_to_validators
from auth_scenarios.verify import must, must_explain, must_not_say, must_succeed
from fakeprovider import Provider
from fakeprovider.faults import Refused
from pytest_auth_provider import Client, scenario

FALLBACK = re.compile(
    r"(?i)\boffline\b|best.effort|un\w*reachable|not reachable|(?:can ?not|can't) be reached|no network"
)
"""Words without which nobody could tell of it."""


@scenario(
    "mlco2/codecarbon#1208",
    "[...] failure to reach the auth server is not equivalent to token valid; [...] A stale token, a provider "
    "migration, or a revoked token may still be accepted by the CLI until the API rejects the request.",
    harm="A command that could do nothing looks as if it had worked, as nobody could be asked about its token.",
    level="SHOULD",
    needs={"use"},
    origin="codecarbon's offline fallback",
    promised_by={"offline": ""},
)
def test_stale_while_offline(auth_provider: Provider, auth_client: Client) -> None:
    """A token that has expired while the provider cannot be reached is an error, never valid, and stays stored."""
    applies_to_validators(auth_client)
    auth_client.login(expired=True)
    stored = auth_client.credentials()
    with auth_provider.failing(Refused()):
        outcome = auth_client.use()
    must_explain(outcome)
    must_not_say(outcome, "valid", "healthy")
    must_still_hold(auth_client, stored)


@scenario(
    "mlco2/codecarbon#1208; RFC 6749 10.3",
    "A stale token, a provider migration, or a revoked token may still be accepted by the CLI until the API rejects "
    "the request. [...] Access token credentials (as well as any confidential access token attributes) MUST be kept "
    "confidential in transit and storage, and only shared among the authorization server, the resource servers the "
    "access token is valid for, and the client to whom the access token is issued.",
    harm="After a change of providers the old tokens go to the new one's servers, as long as it cannot be asked.",
    needs={"use"},
    policy={"offline": "best_effort"},
    origin="codecarbon's offline fallback",
)
def test_provider_migration(auth_provider: Provider, auth_client: Client) -> None:
    """A token of another provider is not used at a new one that cannot be reached, and is not called valid."""
    client = auth_client.policies.switched("offline", "best_effort")
    client.login()
    with second_server(client) as elsewhere, elsewhere.provider.failing(Refused(), optional=True):
        outcome, heard = use_elsewhere(client, elsewhere)
    client.exposure.add("signed in at one provider, and pointed at another that could not be reached")
    must_not_say(outcome, "valid", "healthy")
    must_hold_no_token_of(auth_provider, heard)


@scenario(
    "mlco2/codecarbon#1208",
    "In practice, the CLI is using a best-effort check and then deferring trust to the server. That is acceptable for "
    "availability, but it should be called out explicitly so users and maintainers understand that: [...] In our "
    "words: where they can read it without a network.",
    harm="Nobody knows what the warning means, or that there is a stricter mode, until it is too late to ask.",
    level="SHOULD",
    needs={"help"},
    policy={"offline": "best_effort"},
    origin="codecarbon's offline fallback",
)
def test_fallback_is_documented(auth_client: Client) -> None:
    """The help tells what happens to a token while the provider cannot be reached.

    An adapter names a command that prints more than the help does as `x-docs` in its `[run]`.
    """
    outcomes = [auth_client.run(action) for action in ("help", "x-docs") if auth_client.can(action)]
    for outcome in outcomes:
        must_succeed(outcome)
    text = "\n".join(outcome.output for outcome in outcomes)
    auth_client.exposure.add(f"{len(text)} characters of help were read")
    must(
        FALLBACK.search(text), "the help mentions what happens offline", "it does not; [run] x-docs may name more of it"
    )
