"""Using a stored token while the provider cannot be reached, under either side of the policy `offline`."""

from __future__ import annotations

import pytest

from auth_scenarios.stored import must_still_hold
from auth_scenarios.unreachable import OUTAGES, Outage
from auth_scenarios.verify import (
    AUTH_ENDPOINTS,
    RESOURCES,
    applies_only,
    must,
    must_explain,
    must_not_request,
    must_not_say,
    must_say,
    must_succeed,
    must_tell,
    requests,
)
from fakeprovider import Provider
from fakeprovider.faults import Body, Fault, HtmlPage, Refused, ServerError
from pytest_auth_provider import Client, scenario


@scenario(
    "mlco2/codecarbon#1208",
    "[...] the CLI is using a best-effort check and then deferring trust to the server. That is acceptable for "
    "availability, [...]",
    harm="While the provider is down, nobody can work with a token that is still good.",
    needs={"use"},
    policy={"offline": "best_effort"},
    origin="codecarbon's offline fallback",
)
@pytest.mark.parametrize("outage", OUTAGES)
def test_best_effort_defers_to_the_api(auth_provider: Provider, auth_client: Client, outage: Outage) -> None:
    """While the provider cannot be reached, a best-effort client uses its stored token and lets the API decide."""
    client = auth_client.policies.switched("offline", "best_effort")
    client.login()
    stored = client.credentials()
    with outage.of(auth_provider):
        outcome = client.use()
    must_succeed(outcome)
    calls = requests(outcome, *RESOURCES)
    must(calls, "the API is called", "it was not")
    kinds = {auth_provider.secrets.kind_of(call.bearer) or "none" for call in calls}
    must(kinds == {"access_token"}, "the API calls carry the stored token", f"they carry {' and '.join(sorted(kinds))}")
    must_not_request(outcome, "token")
    must_still_hold(client, stored)


@scenario(
    "mlco2/codecarbon#1208",
    "[...] failure to reach the auth server is not equivalent to token valid; [...] Consider logging a warning when "
    "the CLI skips local validation because the auth server is unreachable.",
    harm=(
        "A user takes a token for checked that nobody has looked at, and finds out when it is refused in the middle of "
        "the work."
    ),
    level="SHOULD",
    needs={"use"},
    policy={"offline": "best_effort"},
    origin="codecarbon's offline fallback",
)
@pytest.mark.parametrize("outage", OUTAGES)
def test_skipped_validation_is_said(auth_provider: Provider, auth_client: Client, outage: Outage) -> None:
    """A client that goes on without validating its token warns about it, and never calls the token valid."""
    client = auth_client.policies.switched("offline", "best_effort")
    client.login()
    with outage.of(auth_provider):
        outcome = client.use()
    must_say(outcome, "unverified")
    must_not_say(outcome, "valid", "healthy")


@scenario(
    "mlco2/codecarbon#1208",
    "If stricter behavior is ever desired, add a separate mode for must validate locally versus best-effort offline "
    "fallback. In our words: who declares the strict mode does not use a token that could not be validated.",
    harm="Whoever chose the strict mode, for safety's sake, sends a token that was not validated all the same.",
    needs={"use"},
    policy={"offline": "strict"},
    origin="codecarbon's offline fallback",
)
@pytest.mark.parametrize("outage", OUTAGES)
def test_strict_refuses(auth_provider: Provider, auth_client: Client, outage: Outage) -> None:
    """While the provider cannot be reached, a strict client fails with a reason, calls no API and loses nothing."""
    client = auth_client.policies.switched("offline", "strict")
    client.login()
    stored = client.credentials()
    with outage.of(auth_provider):
        outcome = client.use()
    must_explain(outcome)
    must_not_say(outcome, "valid", "healthy", "expired")
    must_not_request(outcome, *RESOURCES)
    must_still_hold(client, stored)


@scenario(
    "mlco2/codecarbon#1208",
    "A stale token, a provider migration, or a revoked token may still be accepted by the CLI until the API rejects "
    "the request.",
    harm="A refused command looks as if it had succeeded, or a stored session is lost because of one outage.",
    needs={"use"},
    policy={"offline": "best_effort"},
    origin="codecarbon's offline fallback",
)
def test_the_api_has_the_last_word(auth_provider: Provider, auth_client: Client) -> None:
    """A token the API rejects while the provider cannot be reached is an error, and the session stays stored."""
    client = auth_client.policies.switched("offline", "best_effort")
    client.login()
    stored = client.credentials()
    auth_provider.end_sessions()
    with auth_provider.failing(Refused()):
        outcome = client.use()
    must(requests(outcome, *RESOURCES), "the API is asked", "it was not")
    must_explain(outcome)
    if not outcome.says("sign_in_again"):
        must_tell(outcome, "rejected")
    must_not_say(outcome, "healthy")
    must_still_hold(client, stored)


@scenario(
    "mlco2/codecarbon#1208",
    "[...] failure to reach the auth server is not equivalent to token valid; [...] In our words: nor is it a reason "
    "to lose what is stored, or to go on without validation once the provider is back.",
    harm="One outage signs everybody out, or leaves the tool without validation for good.",
    level="SHOULD",
    needs={"use"},
    origin="codecarbon's offline fallback",
)
def test_recovers(auth_provider: Provider, auth_client: Client) -> None:
    """Once the provider can be reached again, the next command works as before the outage, with what was stored."""
    auth_client.login()
    before = auth_client.use()
    must_succeed(before)
    stored = auth_client.credentials()
    asks_provider = requests(before, *AUTH_ENDPOINTS)
    applies_only(bool(asks_provider), f"{auth_client.name} asks its provider nothing as it uses a good token")
    with auth_provider.failing(Refused()):
        auth_client.use()
    must_still_hold(auth_client, stored)
    after = auth_client.use()
    must_succeed(after)
    asked, asks = ({e.endpoint for e in outcome.exchanges} for outcome in (before, after))
    must(
        asked <= asks, f"it asks {', '.join(sorted(asked))} as before", f"it asks {', '.join(sorted(asks)) or 'nobody'}"
    )


@scenario(
    "mlco2/codecarbon#1208",
    "[...] the CLI is using a best-effort check [...] In our words: where the provider answers, with whatever, it has "
    "been reached, and nothing is skipped for that.",
    harm="Any page in the provider's place switches off the validation of tokens.",
    level="SHOULD",
    needs={"use"},
    policy={"offline": "best_effort"},
    origin="codecarbon's offline fallback",
)
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(HtmlPage(200), id="html-200"),
        pytest.param(ServerError(500), id="500"),
        pytest.param(Body("[]"), id="list"),
    ],
)
def test_broken_is_not_unreachable(auth_provider: Provider, auth_client: Client, answer: Fault) -> None:
    """A provider that answers nonsense is not taken for one that cannot be reached: the token is not used unchecked."""
    client = auth_client.policies.switched("offline", "best_effort")
    client.login()
    stored = client.credentials()
    with auth_provider.failing(answer, at="discovery"):
        outcome = client.use()
    must_explain(outcome)
    must_not_say(outcome, "unverified", "valid", "healthy")
    must_not_request(outcome, *RESOURCES)
    must_still_hold(client, stored)


@scenario(
    "mlco2/codecarbon#1208",
    "[...] failure to reach the auth server is not equivalent to token valid; [...] In our words: nor to a session "
    "that has ended, whichever command meets it.",
    harm="A command that only looks, run on a train, signs its user out.",
    level="SHOULD",
    origin="codecarbon's offline fallback",
)
@pytest.mark.parametrize("action", ["use", "status", "token", "doctor", "doctor_server"])
@pytest.mark.parametrize("expired", [False, True], ids=["good", "expired"])
def test_unreachable_keeps_the_session(
    auth_provider: Provider, auth_client: Client, action: str, expired: bool
) -> None:
    """Whatever is run while the provider cannot be reached, what is stored stays."""
    applies_only(auth_client.can(action), f"{auth_client.name} has no `{action}`")
    auth_client.login(expired=expired)
    stored = auth_client.credentials()
    with auth_provider.failing(Refused(), optional=True) as refused:
        auth_client.run(action)
    must_still_hold(auth_client, stored)
    applies_only(bool(refused.fired), f"`{action}` of {auth_client.name} asks the provider nothing")
