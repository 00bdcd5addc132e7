"""Answers to the polls of a device login that are no sign-in, whatever their status says."""

from __future__ import annotations

import json

import pytest

from auth_scenarios.device.polls import must_be_no_sign_in, polls_of
from auth_scenarios.stored import must_hold_no_credentials
from auth_scenarios.verify import (
    applies_only,
    must_explain,
    must_not_say,
    must_request_at_most,
    must_succeed,
    must_tell,
    sign_in_by_device,
)
from fakeprovider import Provider
from fakeprovider.faults import Body, ErrorAnswer
from pytest_auth_provider import Client, scenario

WORDS = {
    "authorization_pending": "The authorization request is still pending.",
    "access_denied": "The user denied the authorization request.",
}
"""What the errors are described by: a client may leave it at that."""
FAMILIES = ("rfc", "github")
"""Provider families where a client may meet errors with the status 200: GitHub, and those of nobody in particular."""


@scenario(
    "custom among command-line tools",
    "In our words: what an answer with an `error` in it says counts, also where its status is 200, as it is at GitHub.",
    harm="At a provider that sends its errors like GitHub does, signing in ends before anybody could type the code.",
    level="SHOULD",
    profile={"sign_in": "device"},
)
@pytest.mark.parametrize("code", ["authorization_pending", "access_denied"], ids=["pending", "denied"])
def test_poll_error_with_200(auth_provider: Provider, auth_client: Client, code: str) -> None:
    """An error with status 200 is an error: one that says pending is waited out, a denial is the end."""
    family = auth_provider.dialect.name
    applies_only(family in FAMILIES, f"a provider of the family {family} sends its errors with their own status")
    times = 2 if code == "authorization_pending" else None
    told = ErrorAnswer(code, 200, description=WORDS[code])
    with auth_provider.failing(told, at="token", grant="device_code", times=times):
        outcome = sign_in_by_device(auth_client)
    if times:
        must_succeed(outcome)
        return
    must_explain(outcome)
    must_tell(outcome, "denied")
    must_not_say(outcome, "signed_in")
    must_request_at_most(outcome, "token", grant="device_code")
    must_hold_no_credentials(auth_client)


@scenario(
    "review of the OSA device flow",
    "The polling loop exits with an unhandled traceback instead of a graceful failure message. In our words: JSON that "
    "is no object is no better an answer than a page.",
    harm="A gateway that answers `null` or `[]` in the provider's place ends the sign-in without a word on why.",
    level="SHOULD",
    origin="OSA's device flow",
    profile={"sign_in": "device"},
)
@pytest.mark.parametrize("value", [[], None, "approved"], ids=["list", "null", "text"])
def test_poll_json_of_the_wrong_type(auth_provider: Provider, auth_client: Client, value: object) -> None:
    """A poll answered with JSON that is no object ends in a message, nothing stored; or the next poll is made."""
    with auth_provider.failing(Body(json.dumps(value)), at="token", grant="device_code", times=1):
        outcome = sign_in_by_device(auth_client)
    must_be_no_sign_in(auth_client, outcome)


@scenario(
    "RFC 6749 5.1",
    "REQUIRED. The access token issued by the authorization server. In our words: an answer without one is no sign-in.",
    harm="The tool says that its user is signed in, stores nothing of use, and fails at the next command.",
    level="SHOULD",
    profile={"sign_in": "device"},
)
@pytest.mark.parametrize("token", [None, ""], ids=["null", "empty"])
def test_poll_200_missing_field(auth_provider: Provider, auth_client: Client, token: object) -> None:
    """A poll answered with 200 and without an access token is no sign-in: the login goes on, or ends with a message."""
    body = json.dumps({"access_token": token, "token_type": "Bearer", "expires_in": 3600})
    with auth_provider.failing(Body(body), at="token", grant="device_code", times=1):
        outcome = sign_in_by_device(auth_client)
    auth_client.exposure.add(f"its first of {len(polls_of(outcome))} polls was answered without an access token")
    must_be_no_sign_in(auth_client, outcome)
