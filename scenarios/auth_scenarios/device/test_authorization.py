"""The answer that begins a device login (RFC 8628 3.2): what is shown of it, and what may be odd about it."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl

import pytest

from auth_scenarios.device.polls import must_be_no_sign_in
from auth_scenarios.stored import must_hold_no_credentials
from auth_scenarios.verify import (
    applies_only,
    applies_to_people,
    applies_where_changed,
    exposed,
    must,
    must_explain,
    must_not_request,
    must_not_say,
    must_succeed,
    requests,
    sign_in_by_device,
)
from fakeprovider import Provider
from fakeprovider.faults import (
    Body,
    ErrorAnswer,
    ExtraMember,
    Fault,
    HtmlPage,
    MissingMember,
    NullMember,
    ServerError,
    WrongMember,
)
from pytest_auth_provider import Client, Outcome, scenario

NOTHINGS = re.compile(r"\b(?:None|undefined|null|nil|NaN)\b")
"""How programs print what is not there."""
INTERVAL = 1.0
"""Seconds that a login waits before it asks again."""


@scenario(
    "RFC 8628 3.3",
    "After receiving a successful authorization response, the client displays or otherwise communicates the "
    '"user_code" and the "verification_uri" to the end user and instructs them to visit the URI in a user agent on a '
    "secondary device",
    harm="Nobody can sign in, because the terminal does not say where to go or what to type there.",
    provider={"device_interval": INTERVAL},
    profile={"sign_in": "device"},
)
def test_shows_code_and_uri(auth_provider: Provider, auth_client: Client) -> None:
    """A device login shows the code to type and the page to type it on."""
    without_link = MissingMember("verification_uri_complete")
    with auth_provider.failing(without_link, at="device_authorization", optional=True):
        outcome = sign_in_by_device(auth_client, pending=1)
    polled = requests(outcome, "token", grant="device_code")
    alone = f"{auth_client.name} ends where no link holds the code: see device/uri-complete-is-optional"
    applies_only(bool(polled), alone)
    _must_show_code(auth_provider, auth_client, outcome)
    pages = {value for answer in _answers(outcome) for value in answer.values() if _is_url(value)}
    applies_only(bool(pages), f"{auth_client.name} is told no page by a provider of this family")
    printed = "".join(outcome.output.split())  # an address may be broken over lines
    must(any(str(page).partition("://")[2] in printed for page in pages), "the page is shown", "the output lacks it")


@scenario(
    "RFC 8628 3.3.1",
    'Clients MUST still display the "user_code", as the authorization server will require the user to confirm it to '
    "disambiguate devices or as remote phishing mitigation.",
    harm="The page asks to compare a code that the terminal does not show, so a phished sign-in looks like one's own.",
    provider={"device_interval": INTERVAL},
    profile={"sign_in": "device"},
)
def test_code_is_shown_beside_the_complete_uri(auth_provider: Provider, auth_client: Client) -> None:
    """The code is shown also where a link or a page that was opened holds it already."""
    outcome = sign_in_by_device(auth_client, pending=1)
    _must_show_code(auth_provider, auth_client, outcome)


@scenario(
    "RFC 8628 3.2",
    'OPTIONAL. A verification URI that includes the "user_code" (or other information with the same function as the '
    '"user_code"), which is designed for non-textual transmission. In our words: a login works without it, and shows '
    "nothing in its place.",
    harm="At a provider that sends no such link the tool crashes, or tells people to open `None`.",
    level="SHOULD",
    provider={"device_interval": INTERVAL},
    profile={"sign_in": "device"},
)
@pytest.mark.parametrize(
    "told",
    [
        pytest.param(MissingMember("verification_uri_complete"), id="absent"),
        pytest.param(NullMember("verification_uri_complete"), id="null"),
        pytest.param(WrongMember("verification_uri_complete", ""), id="empty"),
    ],
)
def test_uri_complete_is_optional(auth_provider: Provider, auth_client: Client, told: Fault) -> None:
    """A login works without a link that holds the code, and prints no `None` or `undefined` in its place."""
    applies_to_people(auth_client)  # to programs `null` says that there is none
    with auth_provider.failing(told, at="device_authorization", optional=True) as armed:
        outcome = sign_in_by_device(auth_client, pending=1)
    natural = isinstance(told, MissingMember)
    applies_where_changed(auth_provider, auth_client, armed.fired or natural, "verification_uri_complete")
    auth_client.exposure.add("no link that holds the code was sent, or none of use")
    must_succeed(outcome)
    shown = NOTHINGS.search(outcome.output)
    must(shown is None, "nothing is shown in the place of the link", f"the output holds {shown and shown[0]!r}")


@scenario(
    "RFC 8628 3.2",
    "REQUIRED. The device verification code. [...] REQUIRED. The end-user verification code. [...] REQUIRED. The "
    "end-user verification URI on the authorization server. In our words: without one of them the login ends with a "
    "message, before it polls.",
    harm="The tool waits for a sign-in that nobody can complete, or ends in an error of its own making.",
    level="SHOULD",
    profile={"sign_in": "device"},
)
@pytest.mark.parametrize("member", ["device_code", "user_code", "verification_uri"])
def test_authorization_missing_field(auth_provider: Provider, auth_client: Client, member: str) -> None:
    """An answer that lacks the device code, the user code or the page ends the login with a message."""
    with auth_provider.failing(MissingMember(member), at="device_authorization", optional=True) as armed:
        outcome = sign_in_by_device(auth_client)
    applies_where_changed(auth_provider, auth_client, armed.fired, member)
    _must_end_before_it_polls(auth_client, outcome)


@scenario(
    "RFC 8628 3.2",
    "In response, the authorization server generates a unique device verification code and an end-user code that are "
    'valid for a limited time and includes them in the HTTP response body using the "application/json" format '
    "[RFC8259] with a 200 (OK) status code. In our words: anything else ends the login with a message.",
    harm="A gateway answers in the provider's place, and the user reads a parser's complaint instead of a reason.",
    level="SHOULD",
    profile={"sign_in": "device"},
)
@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(HtmlPage(200), id="html-200"),
        pytest.param(HtmlPage(403), id="html-403"),
        pytest.param(ServerError(500), id="500"),
        pytest.param(Body("[]"), id="list"),
        pytest.param(Body("null"), id="null"),
        pytest.param(Body(""), id="empty"),
    ],
)
def test_authorization_non_json(auth_provider: Provider, auth_client: Client, failure: Fault) -> None:
    """A begin of the login that is answered with a page, a list or nothing ends it with a message."""
    with auth_provider.failing(failure, at="device_authorization"):
        outcome = sign_in_by_device(auth_client)
    _must_end_before_it_polls(auth_client, outcome)


@scenario(
    "RFC 6749 5.1",
    "The client MUST ignore unrecognized value names in the response.",
    harm="The day a provider adds a member to its answers, nobody can sign in with the tool any more.",
    profile={"sign_in": "device"},
)
def test_unknown_members_ignored(auth_provider: Provider, auth_client: Client) -> None:
    """Members that no standard knows, in the answers of a device login, change nothing."""
    told = ExtraMember("x_future", {"of": ["any", "shape", None]})
    with auth_provider.failing(told, at="device_authorization"), auth_provider.failing(told, at="token"):
        outcome = sign_in_by_device(auth_client)
    must_succeed(outcome)


@scenario(
    "RFC 8628 3.2",
    "REQUIRED. The device verification code. [...] REQUIRED. The end-user verification code. [...] REQUIRED. The "
    "end-user verification URI on the authorization server. In our words: a list or an object is none of them.",
    harm="One odd answer of a provider ends the sign-in in an error of the tool's own making.",
    level="SHOULD",
    profile={"sign_in": "device"},
)
@pytest.mark.parametrize("member", ["device_code", "user_code", "verification_uri"])
def test_authorization_wrong_type(auth_provider: Provider, auth_client: Client, member: str) -> None:
    """An answer whose device code, user code or page is an object ends the login with a message, nothing stored.

    Unless it succeeds all the same: somebody may have found the page by another way.
    """
    told = WrongMember(member, {"is": ["no", "text"]})
    with auth_provider.failing(told, at="device_authorization", optional=True) as armed:
        outcome = sign_in_by_device(auth_client)
    applies_where_changed(auth_provider, auth_client, armed.fired, member)
    must_be_no_sign_in(auth_client, outcome)


@scenario(
    "RFC 6749 5.2",
    "REQUIRED. A single ASCII [USASCII] error code from the following: [...] In our words: a sign-in that the provider "
    "refuses to begin ends there, and says so.",
    harm="The tool waits for a sign-in that was refused before it began, or ends without a reason.",
    level="SHOULD",
    profile={"sign_in": "device"},
)
@pytest.mark.parametrize("code", ["invalid_client", "invalid_scope"])
def test_authorization_error_status(auth_provider: Provider, auth_client: Client, code: str) -> None:
    """A login that the provider refuses to begin ends with a message, before it polls."""
    with auth_provider.failing(ErrorAnswer(code), at="device_authorization"):
        outcome = sign_in_by_device(auth_client)
    _must_end_before_it_polls(auth_client, outcome)


def _is_url(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://"))


def _answers(outcome: Outcome) -> list[dict[str, object]]:
    """Return what the device authorization endpoint answered: the members of each answer."""
    return [_members(e.response_body) for e in requests(outcome, "device_authorization") if e.status == 200]


def _members(body: bytes) -> dict[str, Any]:
    """Return the members of an answer, which some families of providers write as a form."""
    if body.lstrip().startswith(b"{"):
        members: dict[str, Any] = json.loads(body)
        return members
    return dict(parse_qsl(body.decode(errors="replace")))


def _must_show_code(provider: Provider, client: Client, outcome: Outcome) -> None:
    """Require that the output holds the user code, with or without its dash, in either case."""
    codes = [secret.value for secret in provider.secrets if secret.kind == "user_code"]
    exposed(client, codes, f"told the code {codes[-1] if codes else ''}", "it was told no code")
    shown = re.sub(r"[^A-Z]", "", outcome.output.upper())
    must(any(code.replace("-", "") in shown for code in codes), "the code is shown", "the output lacks it")


def _must_end_before_it_polls(client: Client, outcome: Outcome) -> None:
    """Require that the login ended with a message, asked the token endpoint for nothing and stored nothing."""
    exposed(
        client,
        requests(outcome, "device_authorization"),
        "the login began with an answer of no use",
        "no login began",
    )
    at_a_browser = outcome.timed_out and "redirect_uri=" in outcome.output
    applies_only(not at_a_browser, f"{client.name} goes on at a browser where it can begin no device login")
    must_not_request(outcome, "token")  # also of one that was killed as it polled
    must_explain(outcome)
    must_not_say(outcome, "signed_in")
    must_hold_no_credentials(client)
