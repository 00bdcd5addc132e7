"""What a refresh asks for, of whom, and how often: its scope, its prerequisite, its one shot."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from auth_scenarios.sessions import must_not_storm
from auth_scenarios.verify import (
    applies_only,
    exposed,
    must,
    must_explain,
    must_not_request,
    requests,
)
from fakeprovider import Exchange, Provider
from fakeprovider.faults import LostAnswer, WrongMember
from pytest_auth_provider import Client, Outcome, scenario

OFFLINE_ACCESS = "offline_access"


@scenario(
    "RFC 6749 6",
    "The requested scope MUST NOT include any scope not originally granted by the resource owner, and if omitted is "
    "treated as equal to the scope originally granted by the resource owner.",
    harm="Where a person or a provider grants less than was asked for, every refresh is refused.",
    needs={"use"},
    policy={"refresh": "refreshes"},
    signs_in=True,
)
def test_scope_is_not_needed_or_kept(auth_provider: Provider, auth_client: Client) -> None:
    """A client that was granted less than it had asked for refreshes with what it was granted, or names no scope."""
    asked = _scopes_asked(auth_client.login())
    applies_only(len(asked) > 1, f"{auth_client.name} asks for no scope of which one could be refused")
    refused = next((one for one in reversed(asked) if one not in ("openid", OFFLINE_ACCESS)), asked[-1])
    granted = [one for one in asked if one != refused]
    with auth_provider.failing(WrongMember("scope", " ".join(granted)), at="token", optional=True) as armed:
        auth_client.login(expired=True)
        applies_only(bool(armed.fired), f"{auth_client.name} is told no scope by a provider of this family")
        outcome = auth_client.use()
    refreshes = requests(outcome, "token", grant="refresh_token")
    exposed(auth_client, refreshes, f"it was not granted {refused!r}, and refreshed", "it made no refresh request")
    wide = [e.line for e in refreshes if set(e.form.get("scope", "").split()) - set(granted)]
    must(not wide, f"no refresh asks for more than {' '.join(granted)!r}", f"{refused!r} was asked for: {wide}")


@scenario(
    "OIDC Core 11",
    "This scope value requests that an OAuth 2.0 Refresh Token be issued that can be used to obtain an Access Token "
    "that grants access to the End-User's UserInfo Endpoint even when the End-User is not present (not logged in). In "
    "our words: who wants to refresh asks for it, at a provider that lists it.",
    harm="Users sign in through the browser once an hour, although the provider would have spared them that.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
    provider={"refresh_tokens": OFFLINE_ACCESS},
    signs_in=True,
)
def test_offline_access_is_asked_for(auth_provider: Provider, auth_client: Client) -> None:
    """A client that refreshes asks for `offline_access` at a provider that lists it, and gives nothing without it."""
    family = auth_provider.dialect.name
    applies_only(family == "rfc", f"a provider of the family {family} has its own way to ask for refresh tokens")
    signed_in = auth_client.login()
    asked = _scopes_asked(signed_in)
    applies_only(not _asks_as_google_has_it(signed_in), f"{auth_client.name} asks for it by `access_type`")
    applies_only("openid" in asked, f"{auth_client.name} does not speak OpenID Connect")
    auth_client.exposure.add("signed in where a refresh token has to be asked for")
    must(OFFLINE_ACCESS in asked, f"{OFFLINE_ACCESS!r} is asked for", f"it asked for {' '.join(asked)!r} alone")


@scenario(
    "RFC 9110 9.2.2",
    "A client SHOULD NOT automatically retry a failed automatic retry. In our words: a refresh token may be spent "
    "although no answer came; it is sent once more at most.",
    harm="On a bad connection the tool sends a spent token again and again: it looks like theft, and ends the session.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
def test_one_shot_is_not_retried_blindly(auth_provider: Provider, auth_client: Client) -> None:
    """A refresh whose answers are lost is tried once more at most by the same command."""
    auth_client.login(expired=True)
    with auth_provider.failing(LostAnswer(), at="token", grant="refresh_token"):
        outcome = auth_client.use()
    sent = [_token_of(e) for e in requests(outcome, "token", grant="refresh_token")]
    most = max(map(sent.count, sent))
    must_not_storm(auth_provider, auth_client, outcome)
    must(most <= 2, "the same refresh token is sent twice at most", f"`{outcome.action}` sent it {most} times")


@scenario(
    "RFC 6749 10.4",
    "Refresh tokens MUST be kept confidential in transit and storage, and shared only among the authorization server "
    "and the client to whom the refresh tokens were issued. In our words: so a tool that lives on the credentials of "
    "another one leaves refreshing to that one, as it declares.",
    harm="A companion tool spends the refresh token of the tool that it sits on, and signs its user out there.",
    needs={"use"},
    policy={"refresh": "never"},
)
def test_second_client_does_not_refresh(auth_client: Client) -> None:
    """A client that declares that it never refreshes does not, even where there is a refresh token in its store."""
    auth_client.login(expired=True)
    kinds = {kind for file in auth_client.credentials() for kind in file.kinds}
    applies_only("refresh_token" in kinds, f"{auth_client.name} stores no refresh token")
    borrower = auth_client.policies.switched("refresh", "never")
    outcome = borrower.use()
    auth_client.exposure.add("its access token had expired, and there was a refresh token in its store")
    must_not_request(outcome, "token", grant="refresh_token")
    if not outcome.ok:
        must_explain(outcome)


def _token_of(refresh: Exchange) -> str:
    return refresh.form.get("refresh_token", "")


def _scopes_asked(login: Outcome) -> list[str]:
    """Return the scopes that a login asked for, in order; none where it named none."""
    begun = requests(login, "device_authorization", "authorization")
    told = [e.form.get("scope") or parse_qs(urlsplit(e.path).query).get("scope", [""])[0] for e in begun]
    return next((scope.split() for scope in told if scope), [])


def _asks_as_google_has_it(outcome: Outcome) -> bool:
    """Return whether an authorization request asked for a refresh token by Google's `access_type=offline`."""
    return any("access_type=offline" in e.path for e in requests(outcome, "authorization"))
