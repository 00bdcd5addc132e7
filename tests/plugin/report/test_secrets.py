"""No report gives a secret away, however short it is and wherever it stands; equal ones still look equal."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from pathlib import Path

import pytest

from fakeprovider import Exchange
from pytest_auth_provider.clients import Outcome
from pytest_auth_provider.report.evidence import render_evidence
from pytest_auth_provider.report.redaction import Redaction, redact
from pytest_auth_provider.report.secrets import KnownSecrets, shorten, shorten_header
from pytest_auth_provider.report.steps import Step, steps_of

SANDBOX = Path("/sandbox")
OPAQUE = "2jvdKKqtr9wjltXh_GZM7t7i7cAD7330EtIdpPUds6Y"
CODE = "3ToWoFPM28CnQ0zJr5ZtVb1yXeUgHk4LsDfyPmz4abc"
PASSWORD = "correct horse/battery"


def exchange(
    form: dict[str, str] | None = None,
    body: object = "",
    headers: tuple[tuple[str, str], ...] = (),
    answer_headers: tuple[tuple[str, str], ...] = (),
) -> Exchange:
    """A request to the token endpoint with this form, and the answer with this body."""
    answered = (body if isinstance(body, str) else json.dumps(body)).encode()
    return Exchange(
        *(
            1,
            "token",
            "refresh_token",
            "acme",
            "POST",
            "/token",
            headers,
            b"",
            form or {},
            200,
            answer_headers,
            answered,
        ),
        *("", (), 0.0, 0.0, 0.0),
    )


def told(*exchanges: Exchange, stdout: str = "", argv: tuple[str, ...] = ("acme", "use")) -> Step:
    """What is told of a command that printed this and made these exchanges."""
    (step,) = steps_of([Outcome("use", argv, 0, stdout=stdout, exchanges=exchanges)], SANDBOX)
    return step


def test_a_secret_is_shown_by_its_ends() -> None:
    """Of a long one more than of a short one, and of a short one nothing; what is shortened stays as it is."""
    assert shorten("e" * 80) == "eeeeeeeeeeee...eeeeee"
    assert shorten(OPAQUE) == "2jvdKKqt...ds6Y"
    assert shorten("0123456789ab") == "012...ab"
    assert shorten("babbage") == "..."
    assert shorten(shorten(OPAQUE)) == shorten(OPAQUE)


@pytest.mark.parametrize(
    "name",
    [
        *("access_token", "refresh_token", "id_token", "device_code", "client_secret", "code_verifier", "code"),
        *("password", "assertion", "token", "registration_access_token"),
    ],
)
def test_a_secret_member_of_a_request_is_shortened_wherever_it_stands(name: str) -> None:
    """In the form, in what the client printed, and in its command line."""
    step = told(exchange({name: OPAQUE}), stdout=f"sent <{OPAQUE}>\n", argv=("acme", f"--with={OPAQUE}"))
    assert step.exchanges[0].sent == f"{name}=2jvdKKqt...ds6Y"
    assert step.stdout == ("sent <2jvdKKqt...ds6Y>",)
    assert step.command == "acme --with=2jvdKKqt...ds6Y"


def test_a_token_of_an_answer_is_shortened_wherever_it_stands() -> None:
    """Also where a client prints it alone; and one that a body is cut off in is shortened before."""
    body = {"padding": "x" * 70, "access_token": OPAQUE, "refresh_token": CODE}
    step = told(exchange(body=body), stdout=f"{OPAQUE}\nexport T={CODE}\n")
    assert step.stdout == ("2jvdKKqt...ds6Y", "export T=3ToWoFPM...4abc")
    assert '"access_token": "2jvdKKqt...ds6Y", "refresh_token": "3ToWoFPM...4abc"' in step.exchanges[0].answered
    assert OPAQUE[:12] not in json.dumps(asdict(step))


def test_an_error_code_is_no_secret() -> None:
    """What an answer calls `code` is that of an error more often than not, and a person has to read it."""
    step = told(exchange(body={"code": "invalid_grant"}), stdout="failed: invalid_grant; code: invalid_grant\n")
    assert "invalid_grant" in step.exchanges[0].answered
    assert step.stdout == ("failed: invalid_grant; code: invalid_grant",)


def test_credentials_in_headers_are_shortened() -> None:
    """A token, a password in base64, and cookies, without their attributes; the name of the scheme stays."""
    basic = base64.b64encode(f"acme:{PASSWORD}".encode()).decode()
    headers = (("Authorization", f"Basic {basic}"), ("Cookie", f"sid={OPAQUE}; theme=dark"), ("Accept", "*/*"))
    answer = (("Set-Cookie", f"sid={CODE}; Path=/; HttpOnly"), ("Location", f"http://x/cb?code={CODE}&state=abc"))
    step = told(exchange(headers=headers, answer_headers=answer), stdout=f"{PASSWORD} {OPAQUE} {CODE}\n")
    request, response = (
        dict(fields) for fields in (step.exchanges[0].request_headers, step.exchanges[0].response_headers)
    )
    assert request == {
        "Authorization": f"Basic {shorten(basic)}",
        "Cookie": "sid=2jvdKKqt...ds6Y; theme=...",
        "Accept": "*/*",
    }
    assert response["Set-Cookie"] == "sid=3ToWoFPM...4abc; Path=/; HttpOnly"
    assert response["Location"] == "http://x/cb?code=3ToWoFPM...4abc&state=abc"
    assert step.stdout == ("cor...ry 2jvdKKqt...ds6Y 3ToWoFPM...4abc",)
    assert shorten_header("authorization", OPAQUE) == "2jvdKKqt...ds6Y"


def test_a_secret_is_found_in_every_spelling() -> None:
    """As in a URL, in JSON, and in base64 behind a user name."""
    known = KnownSecrets([PASSWORD])
    assert known.shorten_in("https://x/?p=correct%20horse%2Fbattery") == "https://x/?p=cor...ry"
    assert known.shorten_in(r'"correct horse\/battery"') == '"cor...ry"'
    encoded = base64.b64encode(f"acme:{PASSWORD}".encode()).decode()
    assert encoded[8:28] not in known.shorten_in(encoded)


def test_what_the_provider_issued_is_known_without_an_exchange() -> None:
    """As a token of a sign-in that was put back; what is too short to be meant is not looked for."""
    redaction = Redaction([], SANDBOX, [OPAQUE, "use"])
    assert redaction(f"use {OPAQUE}") == "use 2jvdKKqt...ds6Y"


def test_equal_secrets_look_equal() -> None:
    """In the form, the body, the header and the output alike, be they long or short."""
    for secret in (OPAQUE, f"eyJhbGciOiJSUzI1NiJ9.{'a' * 300}.{'b' * 80}"):
        headers = (("Authorization", f"Bearer {secret}"),)
        step = told(exchange({"token": secret}, {"access_token": secret}, headers), stdout=secret)
        (asked,) = step.exchanges
        seen = [asked.sent, asked.answered, asked.request_headers[0][1], *step.stdout]
        assert all(shorten(secret) in text for text in seen), seen


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f'token = {{"access_token":"{OPAQUE}"}}', 'token = {"access_token":"2jvdKKqt...ds6Y"}'),
        (rf'"{{\"refresh_token\":\"{OPAQUE}\"}}"', r'"{\"refresh_token\":\"2jvdKKqt...ds6Y\"}"'),
        ("acme --client_secret=babbage", "acme --client_secret=..."),
        ("client_secret = babbage", "client_secret = ..."),
        (f"curl -H 'Authorization: Bearer {OPAQUE}'", "curl -H 'Authorization: Bearer 2jvdKKqt...ds6Y'"),
        (f"GET /callback?code={OPAQUE}&state=x", "GET /callback?code=2jvdKKqt...ds6Y&state=x"),
        ("refresh_token: required; Bearer token", "refresh_token: required; Bearer token"),
        ("enter BDFG-HJKL; exit code=404", "enter BDFG-HJKL; exit code=404"),
    ],
)
def test_what_stands_behind_the_name_of_a_secret_is_shortened(text: str, shown: str) -> None:
    """Where nothing else is known, as of a login that failed before any exchange; prose stays."""
    assert redact(text, [], SANDBOX) == shown


def test_a_user_code_stays() -> None:
    """It is made to be shown."""
    step = told(exchange(body={"user_code": "BDFG-HJKL", "device_code": OPAQUE}), stdout="Enter BDFG-HJKL\n")
    assert "BDFG-HJKL" in step.exchanges[0].answered
    assert step.stdout == ("Enter BDFG-HJKL",)
    assert OPAQUE not in render_evidence([step])
