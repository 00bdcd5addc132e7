"""The type of an access token (RFC 6749 7.1): how it is written, and what a client does with one it does not know."""

from __future__ import annotations

import pytest

from auth_scenarios.verify import (
    RESOURCES,
    applies_only,
    applies_where_changed,
    must,
    must_explain,
    must_not_say,
    must_succeed,
    requests,
)
from fakeprovider import Provider
from fakeprovider.faults import WrongMember
from pytest_auth_provider import Client, scenario


@scenario(
    "RFC 6749 5.1",
    "The type of the token issued as described in Section 7.1. Value is case insensitive.",
    harm="At a provider that writes `bearer` otherwise than usual, nobody can sign in.",
    needs={"use"},
    signs_in=True,
)
@pytest.mark.parametrize("told", ["bearer", "BEARER"])
def test_token_type_any_case(auth_provider: Provider, auth_client: Client, told: str) -> None:
    """A bearer token is used, however the provider writes its type."""
    with auth_provider.failing(WrongMember("token_type", told), at="token", optional=True) as written:
        outcome = auth_client.attempt_login()
        applies_where_changed(auth_provider, auth_client, written.fired, "token_type")
        must_succeed(outcome)
        must_succeed(auth_client.use())


@scenario(
    "RFC 6750 2.1",
    "Clients SHOULD make authenticated requests with a bearer token using the "
    '"Authorization" request header field with the "Bearer" HTTP authorization scheme.',
    harm="At an API that takes the scheme literally, every call fails, although the sign-in went well.",
    level="SHOULD",
    needs={"use"},
    signs_in=True,
)
def test_scheme_is_bearer(auth_provider: Provider, auth_client: Client) -> None:
    """The scheme in the header is `Bearer`, and not what the provider has written as the type of the token."""
    with auth_provider.failing(WrongMember("token_type", "bEARER"), at="token", optional=True) as written:
        outcome = auth_client.attempt_login()
        applies_where_changed(auth_provider, auth_client, written.fired, "token_type")
        must_succeed(outcome)
        used = auth_client.use()
    carried = [e.header("Authorization") for e in requests(used, *RESOURCES) if e.bearer]
    schemes = {value.partition(" ")[0] for value in carried if value.lower().startswith("bearer ")}
    applies_only(bool(schemes), f"{auth_client.name} sends its token otherwise than as a bearer token in the header")
    must(schemes == {"Bearer"}, "the scheme is `Bearer`", f"it is {' and '.join(sorted(schemes))}")


@scenario(
    "RFC 6749 7.1",
    "The client MUST NOT use an access token if it does not understand the token type.",
    harm="A token that has to be signed or bound for each call is sent bare, and whoever sees it can use it.",
    needs={"use"},
    signs_in=True,
)
def test_token_type_unknown_is_refused(auth_provider: Provider, auth_client: Client) -> None:
    """A token of a type that nobody knows is not sent to the API, and the person is told."""
    with auth_provider.failing(WrongMember("token_type", "x-sealed"), at="token", optional=True) as written:
        signed_in = auth_client.attempt_login()
        applies_where_changed(auth_provider, auth_client, written.fired, "token_type")
        outcomes = [signed_in, *([auth_client.use()] if signed_in.ok else [])]
    issued = {secret.value for secret in auth_provider.secrets if secret.kind == "access_token"}
    sent = [e.line for o in outcomes for e in requests(o, *RESOURCES) if _carries(e.header("Authorization"), issued)]
    must(not sent, "a token of an unknown type is not used", "; ".join(sent))
    must_explain(outcomes[-1])
    must_not_say(outcomes[-1], "valid", "healthy")


def _carries(header: str, issued: set[str]) -> bool:
    return any(token in header for token in issued)
