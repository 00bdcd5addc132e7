"""The end of a session, and a login that was granted less than it asked for: people are told, in time and in words."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from auth_scenarios.sessions import must_ask_to_sign_in
from auth_scenarios.verify import (
    applies_only,
    applies_where_changed,
    must,
    must_explain,
    must_not_crash,
    requests,
)
from fakeprovider import Provider
from fakeprovider.faults import WrongMember
from pytest_auth_provider import Client, Outcome, scenario

OF_SCOPES = re.compile(r"\b(?:scopes?|permissions?|privileges?|rights?|grant(?:ed|s)?|not allowed|missing)\b", re.I)
ADDRESS = re.compile(r"\S+://\S+")


@scenario(
    "RFC 6750 3.1",
    "The access token provided is expired, revoked, malformed, or invalid for other reasons. In our words: where "
    "nothing can renew it, the person is told that the session is over, and what helps.",
    harm="People read that something is not valid, and try everything but to sign in again.",
    level="SHOULD",
    needs={"use"},
    policy={"use": "calls"},
)
def test_expired_is_explained(auth_provider: Provider, auth_client: Client) -> None:
    """A session that was ended elsewhere is told as such, with what to do about it."""
    auth_client.login()
    auth_provider.end_sessions("an administrator ended it")
    auth_client.exposure.add("its session had been ended elsewhere")
    must_ask_to_sign_in(auth_client, auth_client.use())


@scenario(
    "RFC 6749 3.3",
    "If the issued access token scope is different from the one requested by the client, the authorization server MUST "
    'include the "scope" response parameter to inform the client of the actual scope granted. In our words: so a '
    "client that was granted nothing of what it asked for tells the person, before every command is refused.",
    harm="The login reports success, every command is then refused, and nobody says that a permission is missing.",
    policy={"granted_scope": "checked"},
)
def test_granted_scope_is_looked_at(auth_provider: Provider, auth_client: Client) -> None:
    """A login that is granted none of the scopes it asked for fails, or says so."""
    with auth_provider.failing(WrongMember("scope", "guest"), at="token", optional=True) as armed:
        outcome = auth_client.attempt_login()
    applies_where_changed(auth_provider, auth_client, armed.fired, "scope")
    asked = _asked_for(outcome)
    applies_only(bool(asked), f"{auth_client.name} asks for no scope")
    must_not_crash(outcome)
    if not outcome.ok:
        must_explain(outcome)
        return
    said = ADDRESS.sub(" ", outcome.output)
    told = OF_SCOPES.search(said) or any(scope in said for scope in asked)
    must(told, "`login` says that it was not granted what it asked for", f"it printed {said.strip()!r}")


def _asked_for(outcome: Outcome) -> set[str]:
    """Return the scopes that a login asked for, in whichever request of its flow."""
    asked: set[str] = set()
    for request in requests(outcome, "authorization", "device_authorization", "pushed_authorization_request", "token"):
        query = parse_qs(urlsplit(request.path).query)
        asked.update(request.form.get("scope", " ".join(query.get("scope", []))).split())
    return asked
