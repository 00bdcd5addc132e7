"""What an endpoint can answer wrongly."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl

import httpx
import pytest

from fakeprovider import Provider
from fakeprovider.faults import (
    Body,
    CaptivePortal,
    ErrorAnswer,
    ErrorInSuccess,
    ExtraMember,
    Fault,
    GzipGarbage,
    HtmlPage,
    HugeBody,
    MissingMember,
    NullMember,
    RateLimited,
    Redirect,
    ReplayConflict,
    ServerError,
    WrongCharset,
    WrongContentType,
    WrongMember,
)
from fakeprovider.faults.response import Envelope
from tests.support.oauth_client import OAuthClient


@pytest.mark.parametrize(
    ("envelope", "body"),
    [
        ("error", {"error": "refresh_token_reused", "error_description": "injected fault"}),
        ("error.code", {"error": {"code": "refresh_token_reused", "message": "injected fault"}}),
        ("code", {"code": "refresh_token_reused", "message": "injected fault"}),
        ("errorCode", {"errorCode": "refresh_token_reused", "errorMessage": "injected fault"}),
        ("detail.code", {"detail": {"code": "refresh_token_reused", "message": "injected fault"}}),
        ("detail", {"detail": "refresh_token_reused"}),
    ],
)
def test_error_envelopes(provider: Provider, client: OAuthClient, envelope: Envelope, body: object) -> None:
    """Any code in any envelope, and the token is not spent by it."""
    token = client.sign_in_by_device()["refresh_token"]
    with provider.failing(ErrorAnswer("refresh_token_reused", 401, envelope), at="token"):
        answer = client.refresh(token)
    assert (answer.status_code, answer.json()) == (401, body)
    assert client.refresh(token).status_code == 200


@pytest.mark.parametrize("value", [0, 5, "soon", 10**9, True])
def test_replay_conflict(provider: Provider, client: OAuthClient, value: object) -> None:
    """The benign 409 carries any retry_after."""
    with provider.failing(ReplayConflict(value)):
        answer = client.refresh("any")
    assert answer.status_code == 409
    assert answer.json()["error"] == "refresh_replay_benign_retry"
    assert answer.json()["retry_after"] == value


def test_replay_conflict_without_retry_after(provider: Provider, client: OAuthClient) -> None:
    """None leaves the member out."""
    with provider.failing(ReplayConflict(None)):
        assert "retry_after" not in client.refresh("any").json()


def test_retry_after(provider: Provider, client: OAuthClient) -> None:
    """Retry-After in seconds, as any text, and as a date by the provider's clock."""
    provider.clock.advance(86400)
    with provider.script("token", RateLimited(7), RateLimited(7, as_date=True), ServerError(503, retry_after="soon")):
        seconds, date, text = (client.refresh("any") for _ in range(3))
    assert [seconds.status_code, date.status_code, text.status_code] == [429, 429, 503]
    assert seconds.headers["retry-after"] == "7"
    assert parsedate_to_datetime(date.headers["retry-after"]).timestamp() == pytest.approx(
        provider.clock.now() + 7, abs=30
    )
    assert text.headers["retry-after"] == "soon"


def test_slow_down(provider: Provider, client: OAuthClient) -> None:
    """An OAuth error with a member of its own beside it."""
    with provider.failing(ErrorAnswer("slow_down", extra={"interval": 10}), at="token"):
        assert client.poll("any").json()["interval"] == 10


@pytest.mark.parametrize("text", ["[]", "null", '"ok"', "42", "", "{"])
def test_bodies(provider: Provider, client: OAuthClient, text: str) -> None:
    """Any body, as JSON."""
    with provider.failing(Body(text), at="revocation"):
        answer = client.request("revocation", token="any")
    assert (answer.status_code, answer.text, answer.headers["content-type"]) == (200, text, "application/json")


def test_pages_and_redirects(provider: Provider, client: OAuthClient) -> None:
    """A gateway's page, a portal's redirect, and a redirect that asks for the credentials again elsewhere."""
    with provider.script(
        "token", HtmlPage(502), CaptivePortal(), CaptivePortal(511), Redirect("https://b.invalid", 308)
    ):
        page, portal, polite, moved = (client.refresh("any") for _ in range(4))
    assert (page.status_code, page.text[:15]) == (502, "<!doctype html>")
    assert (portal.status_code, portal.headers["location"]) == (302, "http://portal.invalid/terms")
    assert polite.status_code == 511
    assert (moved.status_code, moved.headers["location"]) == (308, "https://b.invalid/token")


def test_a_redirect_keeps_whatever_path_there_was(provider: Provider, client: OAuthClient) -> None:
    """Also one that would not fit into a header as it reads."""
    with provider.failing(Redirect("https://b.invalid"), at="api"):
        answer = client.use("any", "/%E2%82%AC%0d%0a?x=%0a")
    assert answer.headers["location"] == "https://b.invalid/%E2%82%AC%0D%0A?x=%0a"


def test_huge_body(provider: Provider, client: OAuthClient) -> None:
    """Valid JSON, and all of the size that was asked for."""
    with provider.failing(HugeBody(300_000), at="discovery"):
        answer = client.get("discovery")
    assert len(answer.content) == 300_000
    assert list(answer.json()) == ["x"]


@pytest.mark.parametrize(
    ("fault", "value"),
    [
        (MissingMember("access_token"), "absent"),
        (NullMember("access_token"), None),
        (WrongMember("access_token", {"a": 1}), {"a": 1}),
    ],
)
def test_token_members(provider: Provider, client: OAuthClient, fault: MissingMember, value: object) -> None:
    """A token answer without a member it needs; the refresh token is spent all the same."""
    token = client.sign_in_by_device()["refresh_token"]
    with provider.failing(fault, at="token"):
        answer = client.refresh(token)
    assert answer.status_code == 200
    assert answer.json().get("access_token", "absent") == value
    assert client.refresh(token).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("fault", "interval"),
    [
        (MissingMember("interval"), None),
        (NullMember("interval"), ""),
        (WrongMember("interval", -1), "-1"),
        (ExtraMember("interval", 9), "5"),
    ],
)
def test_members_of_a_form(fault: Fault, interval: str | None) -> None:
    """GitHub answers with a form whoever does not ask for JSON: its members can be wrong just so."""
    with Provider("github") as provider, provider.failing(fault, at="device_authorization", optional=True):
        answer = httpx.post(provider.url("device_authorization"), data={"client_id": "cli"})
    assert answer.headers["content-type"].startswith("application/x-www-form-urlencoded")
    members = dict(parse_qsl(answer.text, keep_blank_values=True))
    assert members.get("interval") == interval
    assert members["user_code"]


def test_extra_member_and_error_in_success(provider: Provider, client: OAuthClient) -> None:
    """More than was asked for, and an error under a 200; neither bends an answer that is an error already."""
    with provider.failing(ExtraMember("colour", "red"), at="token") as armed:
        assert client.refresh("never issued").json().keys() == {"error", "error_description"}
        assert client.sign_in_by_device()["colour"] == "red"
    assert armed.fired == 1
    with provider.failing(ErrorInSuccess("server_error"), at="token"):
        assert client.sign_in_by_device()["error"] == "server_error"


def test_wrong_content_type_and_charset(provider: Provider, client: OAuthClient) -> None:
    """The right text under a wrong type, and the wrong bytes under a right one."""
    with provider.failing(WrongContentType("text/html"), at="discovery"):
        answer = client.get("discovery")
    assert answer.headers["content-type"] == "text/html"
    assert answer.json()["issuer"] == provider.issuer
    with provider.failing(WrongCharset(), at="discovery"):
        answer = client.get("discovery")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    with pytest.raises(UnicodeDecodeError):
        answer.content.decode("utf-8")


def test_gzip_garbage(provider: Provider, client: OAuthClient) -> None:
    """What is said to be gzip cannot be unpacked."""
    with provider.failing(GzipGarbage(), at="discovery"), pytest.raises(httpx.DecodingError):
        client.get("discovery")
