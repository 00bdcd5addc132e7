"""Sessions that are not there, not any more, or not the only ones: what a sign-out and a new login do about them."""

from __future__ import annotations

import re

import pytest

from auth_scenarios.given import Given, sent_tokens
from auth_scenarios.sessions import must_end_signed_out
from auth_scenarios.stored import must_hold_no_credentials
from auth_scenarios.verify import (
    applies_only,
    exposed,
    is_granted,
    must,
    must_end,
    must_not_crash,
    must_not_say,
    must_succeed,
    requests,
)
from fakeprovider import Exchange, Provider
from pytest_auth_provider import Client, Outcome, scenario

CUSTOM = "custom among command-line tools"
SIGN_OUT_PATH = re.compile(r"log-?out|sign-?out|revo[ck]", re.IGNORECASE)


@scenario(
    CUSTOM,
    "In our words: where nobody has signed in there is nothing to revoke, so nobody is asked anything.",
    harm="A script that signs out to be sure fails or hangs on a machine without a network, for nothing.",
    level="SHOULD",
    needs={"logout"},
)
def test_not_signed_in(auth_client: Client) -> None:
    """Signing out where nobody ever signed in makes no request, crashes nowhere and claims no revocation."""
    outcome = auth_client.logout()
    auth_client.exposure.add("nobody had ever signed in")
    must_end(outcome)
    must_not_crash(outcome)
    must(not outcome.exchanges, "no request at all", "\n".join(exchange.line for exchange in outcome.exchanges))
    must_not_say(outcome, "revoked")


@scenario(
    CUSTOM,
    "In our words: what is missing need not be deleted. A sign-out takes away what is left, and succeeds.",
    harm="After a half-finished clean-up by hand, the tool refuses to sign out, and what is left stays there for good.",
    level="SHOULD",
    needs={"logout"},
)
@pytest.mark.parametrize("missing", [0, -1], ids=["first", "last"])
def test_missing_entry_is_no_error(auth_client: Client, missing: int) -> None:
    """A sign-out where one of several files with credentials is gone takes away the others, and ends as ever."""
    auth_client.login()
    if auth_client.can("use_cached"):
        auth_client.use_cached()
    files = auth_client.credentials()
    applies_only(len(files) > 1, f"{auth_client.name} keeps its credentials in one file")
    files[missing].path.unlink()
    auth_client.exposure.add(f"one of {len(files)} files with credentials was missing")
    must_end_signed_out(auth_client, auth_client.logout())
    auth_client.restart()
    must_hold_no_credentials(auth_client)


@scenario(
    CUSTOM,
    "In our words: a session that a login replaces can be used by nobody who should, so clients that promise it revoke "
    "it; but only once the new one is there, for a login may fail.",
    harm="Every login leaves one more session alive at the provider; or one that fails has ended the old one already.",
    level="SHOULD",
    promised_by={"replaced_session": "revoked"},
    needs={"logout"},
    policy={"logout": "revokes"},
)
@pytest.mark.parametrize("decision", ["approves", "denies"])
def test_relogin_retires_the_old_session(auth_provider: Provider, auth_client: Client, decision: str) -> None:
    """A login that replaces a session revokes that one as promised, after it has the new one, and not if it fails."""
    auth_client.login()
    old = {secret.value for secret in auth_provider.secrets if secret.kind == "refresh_token"}
    applies_only(bool(old), f"{auth_client.name} was given no refresh token")
    if decision == "denies":
        auth_provider.user.denies()
    outcome = auth_client.attempt_login()
    retired = [request.number for request in _revocations(outcome) if old & set(request.form.values())]
    granted = [e.number for e in requests(outcome, "token") if is_granted(e) and e.grant != "refresh_token"]
    auth_client.exposure.add(f"it was to sign in over a live session, and the person {decision}")
    early = bool(retired) and min(retired) < max(granted, default=min(retired) + 1)
    if early and requests(outcome, "device_authorization"):
        _applies_to_who_keeps_it_till_then(auth_provider, auth_client)
    promised = auth_client.policies["replaced_session"] == "revoked"
    if decision == "denies":
        must(not retired, "a login that fails leaves the old session alone", "the old session was revoked")
        auth_provider.user.approves()
        retires = promised or _revocations(auth_client.attempt_login())
        applies_only(bool(retires), f"{auth_client.name} leaves a session alone that it replaces")
        return
    must_succeed(outcome)
    applies_only(bool(retired) or promised, f"{auth_client.name} leaves a session alone that it replaces")
    must(retired, "the session that was replaced is revoked", f"{len(_revocations(outcome))} request(s) to revoke it")
    must(min(retired) > max(granted, default=0), "it is revoked after the new one was given", "it was revoked before")


@scenario(
    CUSTOM,
    "In our words: another credential is another session. What came of the former one is not used for it.",
    harm="A token was replaced because it had leaked, or was somebody else's, and the tool goes on with the old one.",
    level="SHOULD",
    promised_by={"environment_token": "wins"},
    needs={"use"},
    policy={"use": "calls"},
)
@pytest.mark.parametrize("action", ["use", "use_cached"])
def test_changed_credentials_drop_the_old_session(auth_provider: Provider, auth_client: Client, action: str) -> None:
    """Once the token of the environment is another one, nothing of the former one is sent, cached or not."""
    applies_only(auth_client.can(action), f"{auth_client.name} has no `{action}`")
    given = Given(auth_provider, auth_client)
    auth_client.login()
    given.applies_where_it_wins()
    first, second = given.good(), given.good()
    known = auth_provider.store.access_tokens
    must_succeed(given.run(action, first))
    outcome = given.run(action, second)
    sent = sent_tokens(outcome)
    exposed(auth_client, sent, "the token of the environment was replaced by somebody else's", "it called no API")
    owners = {known[token].session.subject for token in sent if token in known}
    must(
        owners == {known[second].session.subject}, "the API sees the new token's owner", f"it saw {owners or 'nobody'}"
    )


@scenario(
    "spec-kitty revoke contract, D1",
    "_auth_logout.py currently POSTs to POST /api/v1/logout with an Authorization: Bearer <access_token> header and no "
    "request body. This endpoint is retired in Tranche 2. In our words: a sign-out asks the endpoints that there are, "
    "and nothing at a place where there was one once.",
    harm="The sign-out goes to an address that nobody serves any more, and the session is never ended.",
    level="SHOULD",
    needs={"logout"},
    policy={"logout": "revokes"},
    origin="spec-kitty's sign-out",
)
def test_retired_endpoint_unused(auth_client: Client) -> None:
    """A sign-out sends nothing to an address for signing out that the provider does not have."""
    auth_client.login()
    outcome = auth_client.logout()
    must_not_crash(outcome)
    auth_client.exposure.add(f"it signed out with {len(outcome.exchanges)} request(s)")
    nowhere = [e.line for e in outcome.exchanges if not e.endpoint and SIGN_OUT_PATH.search(e.path)]
    must(not nowhere, "no request for an endpoint that there is not", "\n".join(nowhere))


def _applies_to_who_keeps_it_till_then(provider: Provider, client: Client) -> None:
    """Skip the contract for a client that has lost its session wherever a login fails: another one accuses it."""
    provider.user.approves()
    client.login()
    provider.user.denies()
    client.attempt_login()
    told = f"{client.name} signs out before it signs in: see device/failed-login-keeps-old-credentials"
    applies_only(client.holds_credentials(), told)


def _revocations(outcome: Outcome) -> tuple[Exchange, ...]:
    return requests(outcome, "revocation", "end_session")
