"""Dialect `aws_sso`, as the AWS CLI meets it."""

from __future__ import annotations

from typing import Any
from unittest.mock import ANY

import httpx
import pytest

from fakeprovider import Provider
from fakeprovider.faults import ExtraMember, Fault, MissingMember, NullMember, WrongMember
from tests.support.providers import Serve

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


def sign_in(provider: Provider, http: httpx.Client, polls: int = 1) -> list[httpx.Response]:
    """Register, begin, and poll as often as asked."""
    client = http.post(provider.url("registration"), json={"clientName": "cli", "clientType": "public"}).json()
    known = {name: client[name] for name in ("clientId", "clientSecret")}
    begun = http.post(
        provider.url("device_authorization"), json={**known, "startUrl": "https://engines.awsapps.com/start"}
    ).json()
    asked = {**known, "deviceCode": begun["deviceCode"], "grantType": DEVICE}
    return [http.post(provider.url("token"), json=asked) for _ in range(polls)]


def tokens(provider: Provider, http: httpx.Client) -> Any:
    """The tokens of a sign-in that went well."""
    return sign_in(provider, http)[0].json()


def refresh(provider: Provider, http: httpx.Client, token: str, **changes: str) -> httpx.Response:
    """Ask for other tokens, as the client that registered last."""
    client = list(provider.clients)[-1]
    known = {"clientId": client.client_id, "clientSecret": client.secret}
    asked = {**known, "grantType": "refresh_token", "refreshToken": token, **changes}
    return http.post(provider.url("token"), json=asked)


def test_the_device_flow_in_camel_case(serve: Serve, http: httpx.Client) -> None:
    """JSON in and out; what goes wrong is named in a header."""
    provider = serve("aws_sso", device_interval=0)
    provider.user.script("pending", "slow_down", "approve")
    pending, slow_down, done = sign_in(provider, http, polls=3)

    exceptions = [answer.headers["x-amzn-ErrorType"] for answer in (pending, slow_down)]
    assert exceptions == ["AuthorizationPendingException", "SlowDownException"]
    assert sorted(done.json()) == ["accessToken", "expiresIn", "refreshToken", "tokenType"]
    polled = provider.journal.where(grant="device_code")
    assert (len(polled), polled[0].form["device_code"][:1] != "") == (3, True)


def test_a_refresh(serve: Serve, http: httpx.Client) -> None:
    """At the same path, with the refresh token in camel case, once."""
    provider = serve("aws_sso", device_interval=0)
    token = tokens(provider, http)["refreshToken"]
    assert refresh(provider, http, token).json()["accessToken"]
    again = refresh(provider, http, token)
    assert (again.status_code, again.headers["x-amzn-ErrorType"]) == (400, "InvalidGrantException")


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (MissingMember("refresh_token"), {}),
        (NullMember("refresh_token"), {"refreshToken": None}),
        (WrongMember("refresh_token", 7), {"refreshToken": 7}),
        (ExtraMember("access_token", 7), {"refreshToken": ANY}),
    ],
)
def test_members_are_spoilt_under_the_names_they_have_here(
    serve: Serve, http: httpx.Client, fault: Fault, told: dict[str, object]
) -> None:
    """A fault names a member as the RFCs do, and meets it in camel case; one that is there already is not another."""
    provider = serve("aws_sso", device_interval=0)
    with provider.failing(fault, at="token", optional=True):
        answer = tokens(provider, http)
    assert {name: value for name, value in answer.items() if name == "refreshToken"} == told
    assert not [name for name in answer if "_" in name]


def test_a_registered_client_is_held_to_its_secret(serve: Serve, http: httpx.Client) -> None:
    """What RegisterClient gave out is what works, for tokens and for what begins a sign-in."""
    provider = serve("aws_sso", device_interval=0)
    token = tokens(provider, http)["refreshToken"]
    wrong = refresh(provider, http, token, clientSecret="guessed")
    assert (wrong.status_code, wrong.headers["x-amzn-ErrorType"]) == (401, "InvalidClientException")
    assert refresh(provider, http, token).status_code == 200


def test_the_portal_ends_a_session(serve: Serve, http: httpx.Client) -> None:
    """The token comes in a header of its own, and is worthless afterwards."""
    provider = serve("aws_sso", device_interval=0)
    signed_in = tokens(provider, http)
    token = signed_in["accessToken"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert http.get(f"{provider.api}/session", headers=bearer).json() == {"identity": "user-1"}
    assert http.post(provider.url("revocation"), headers={"x-amz-sso_bearer_token": token}).status_code == 200
    assert http.get(f"{provider.api}/session", headers=bearer).status_code == 401
    assert provider.journal.where(endpoint="revocation")[-1].bearer == token
    assert refresh(provider, http, signed_in["refreshToken"]).status_code == 400, "the session is over, not the token"
    again = http.post(provider.url("revocation"), headers={"x-amz-sso_bearer_token": token})
    assert (again.status_code, again.headers["x-amzn-ErrorType"]) == (401, "UnauthorizedException")


def test_what_is_unknown_is_said(serve: Serve, http: httpx.Client) -> None:
    """Another grant type, and a body without what is needed."""
    provider = serve("aws_sso")
    other = http.post(provider.url("token"), json={"clientId": "c", "grantType": "password"})
    assert other.headers["x-amzn-ErrorType"] == "UnsupportedGrantTypeException"
    assert http.post(provider.url("registration"), json={}).headers["x-amzn-ErrorType"] == "InvalidRequestException"


def test_seeded_tokens_are_found_under_any_name() -> None:
    """`issue()` hands over the tokens of a family that calls its members otherwise."""
    with Provider("aws_sso") as provider:
        issued = provider.issue("client")
        assert provider.secrets.kind_of(issued.access_token) == "access_token"
        assert issued.members["accessToken"] == issued.access_token
