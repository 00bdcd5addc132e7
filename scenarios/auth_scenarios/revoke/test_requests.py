"""What a sign-out asks of the provider, and what it leaves on the machine (RFC 7009 2.1)."""

from __future__ import annotations

from collections.abc import Iterable

from auth_scenarios.stored import must_hold_no_credentials
from auth_scenarios.verify import (
    applies_only,
    exposed,
    must,
    must_end_as_declared,
    must_not_crash,
    must_not_request,
    must_not_say,
    requests,
)
from fakeprovider import Exchange, Provider
from fakeprovider.faults import ErrorAnswer
from pytest_auth_provider import Client, scenario

SIGN_IN = ("authorization", "device_authorization")
FORM = "application/x-www-form-urlencoded"
WITHOUT_CONSEQUENCE = (
    "The authorization server responds with HTTP status code 200 if the token has been revoked successfully or if the "
    "client submitted an invalid token. In our words: "
)


@scenario(
    "RFC 7009 2.1",
    'The client constructs the request by including the following parameters using the "application/x-www-form-'
    'urlencoded" format in the HTTP request entity-body',
    harm="The provider understands nothing, so every sign-out leaves a live session behind.",
    needs={"logout"},
    policy={"logout": "revokes"},
)
def test_request_shape(auth_provider: Provider, auth_client: Client) -> None:
    """A revocation is a POST of a form, with a token that this provider has issued."""
    auth_client.login()
    outcome = auth_client.logout()
    made = requests(outcome, "revocation")
    exposed(auth_client, made, f"it made {len(made)} revocation request(s)", "it made no revocation request")
    _applies_to_rfc_7009(auth_client, made)
    for request in made:
        must(request.method == "POST", "the revocation is a POST", f"it is a {request.method}")
        kind = request.header("Content-Type").partition(";")[0].strip().lower()
        must(kind == FORM, f"its body is {FORM}", f"it is {kind or 'of no kind'}")
        known = auth_provider.secrets.kind_of(request.form.get("token", ""))
        must(known.endswith("_token"), "it names a token that was issued", f"`token` holds {known or 'something else'}")


@scenario(
    "RFC 7009 2.1",
    "If the particular token is a refresh token and the authorization server supports the revocation of access tokens, "
    "then the authorization server SHOULD also invalidate all access tokens based on the same authorization grant "
    "[...] In our words: so the refresh token is the one to revoke; an access token alone ends nothing.",
    harm="Whoever finds the old refresh token goes on using the account, for weeks after its owner signed out.",
    level="SHOULD",
    needs={"logout"},
    policy={"logout": "revokes"},
)
def test_logout_revokes_the_refresh_token(auth_provider: Provider, auth_client: Client) -> None:
    """A client that was given a refresh token revokes it when it signs out, not the access token alone."""
    auth_client.login()
    given = any(secret.kind == "refresh_token" for secret in auth_provider.secrets)
    exposed(auth_client, given, "it was given a refresh token", "it was given no refresh token")
    made = requests(auth_client.logout(), "revocation", "end_session")
    exposed(auth_client, made, f"it made {len(made)} request(s) to revoke", "it made no request to revoke")
    _applies_to_rfc_7009(auth_client, made)
    named = {auth_provider.secrets.kind_of(value) for request in made for value in request.form.values()} - {""}
    must("refresh_token" in named, "the refresh token is revoked", f"what it named is: {', '.join(sorted(named))}")


@scenario(
    "RFC 7009 2.1",
    "The client also includes its authentication credentials as described in Section 2.3. of [RFC6749]. In our words: "
    "it needs no other, so a sign-out asks nobody to sign in, and depends on no refresh.",
    harm="To sign out of a session that has expired, people have to sign in first.",
    level="SHOULD",
    needs={"logout"},
)
def test_logout_never_asks_to_sign_in(auth_provider: Provider, auth_client: Client) -> None:
    """A sign-out with an expired access token begins no sign-in; where it refreshes, it goes well without that, too."""
    auth_client.login(expired=True)
    auth_client.exposure.add("its access token had expired")
    outcome = auth_client.logout()
    must_end_as_declared(outcome)
    must_not_request(outcome, *SIGN_IN)
    if requests(outcome, "token"):
        auth_client.login(expired=True)
        with auth_provider.failing(ErrorAnswer("invalid_grant"), at="token", grant="refresh_token"):
            outcome = auth_client.logout()
        must_end_as_declared(outcome)
        must_not_request(outcome, *SIGN_IN)
        auth_client.restart()
        must_hold_no_credentials(auth_client)


@scenario(
    "RFC 7009 2.2",
    WITHOUT_CONSEQUENCE + "a session that is gone already is no failure, so signing out again is none either.",
    harm="A script that signs out to be sure fails on every machine where nobody is signed in.",
    level="SHOULD",
    needs={"logout"},
)
def test_twice_is_fine(auth_client: Client) -> None:
    """Signing out a second time asks the provider for nothing, crashes nowhere and claims no revocation."""
    auth_client.login()
    auth_client.logout()
    auth_client.exposure.add("it had been signed out a moment before")
    outcome = auth_client.logout()
    must_not_crash(outcome)
    must_not_request(outcome, "revocation", "token")
    must_not_say(outcome, "revoked")


@scenario(
    "RFC 6749 10.4",
    "Refresh tokens MUST be kept confidential in transit and storage, [...] In our words: after a sign-out nobody "
    "needs them, so no file holds them: no store, no cache, no backup and nothing half written.",
    harm="Who signs out before giving the machine away gives the session away with it.",
    level="SHOULD",
    needs={"logout"},
)
def test_logout_removes_every_copy(auth_client: Client) -> None:
    """After a sign-out no file of the client holds a token, whatever it was called."""
    auth_client.login(expired=True)
    for action in ("use", "use_cached", "status"):
        if auth_client.can(action):
            auth_client.run(action)
    held = {kind for file in auth_client.credentials() for kind in file.kinds}
    exposed(auth_client, held, f"its files held {', '.join(sorted(held))}", "no file of it held a token that was seen")
    must_end_as_declared(auth_client.logout())
    auth_client.restart()
    must_hold_no_credentials(auth_client)


def _applies_to_rfc_7009(client: Client, made: Iterable[Exchange]) -> None:
    """Skip a contract about RFC 7009 where the provider has another protocol.

    The bearer token alone was enough, or a body that is no form was understood.
    """
    answered = [e for e in made if e.status in (200, 204)]
    foreign = any((e.bearer and "token" not in e.form) or "json" in e.header("Content-Type") for e in answered)
    applies_only(not foreign, f"{client.name} signs out by another protocol than that of RFC 7009")
