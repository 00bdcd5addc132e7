"""What every refusal has in common, in whatever words a dialect says it."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlsplit

import httpx

from tests.support.oauth_client import OAuthClient

TOKENS: Final = ("access_token", "accessToken", "id_token", "refresh_token")


def note(client: OAuthClient) -> str:
    """What the journal says of the last exchange."""
    journal = client.provider.journal
    return journal.since(journal.mark() - 1)[-1].note


def refused(client: OAuthClient, answer: httpx.Response, code: str) -> None:
    """The request was refused for the reason that the RFCs call `code`, and nothing that opens anything came with it.

    The dialect may word it otherwise; the journal tells the reason in the words of the RFCs.
    """
    assert note(client).startswith(f"{code}: "), f"{answer.status_code} {answer.text}\n{note(client)}"
    assert not answer.is_server_error
    assert not any(f'"{member}"' in answer.text for member in TOKENS)
    if client.provider.dialect.name == "rfc":
        told = answer.json()
        assert told["error"] == code
        assert told["error_description"].isprintable()
        assert answer.status_code == (401 if code in ("invalid_client", "refresh_token_reused") else 400)


def refused_at_the_browser(client: OAuthClient, answer: httpx.Response) -> None:
    """The person is told; the browser is sent nowhere (RFC 6749 3.1.2.4, 4.1.2.1)."""
    assert answer.status_code == 400, answer.headers
    assert "location" not in answer.headers
    assert answer.headers["content-type"].startswith("text/html")
    assert note(client).startswith(("invalid_request: ", "invalid_request_uri: "))


def sent_back(client: OAuthClient, answer: httpx.Response, code: str) -> None:
    """The browser is sent back to the client with an error, the state and the issuer (RFC 6749 4.1.2.1, RFC 9207 2)."""
    parts = urlsplit(answer.headers["location"])
    told = dict(parse_qsl(parts.query or parts.fragment))
    assert (told["error"], told["iss"]) == (code, client.provider.issuer)
    assert "code" not in told
    assert "access_token" not in answer.headers["location"]
