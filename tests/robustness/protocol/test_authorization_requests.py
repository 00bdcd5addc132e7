"""The authorization endpoint, clause by clause, in every dialect (RFC 6749 4.1, RFC 7636, OIDC Core 3.1.2)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.robustness.protocol.conftest import Party
from tests.robustness.protocol.families import every_dialect
from tests.robustness.protocol.refusals import refused_at_the_browser, sent_back
from tests.support.oauth_client import CALLBACK

UNTRUSTED: dict[str, dict[str, Any]] = {
    "RFC 6749 4.1.1: no client_id": {"client_id": None},
    "RFC 6749 3.1: client_id twice": {"client_id": ["cli", "cli"]},
    "RFC 6749 3.1.2.3: no redirect_uri, and none registered": {"redirect_uri": None},
    "RFC 6749 3.1: redirect_uri twice": {"redirect_uri": [CALLBACK, CALLBACK]},
    "RFC 6749 3.1.2: a relative one": {"redirect_uri": "/callback"},
    "RFC 6749 3.1.2: one with a fragment": {"redirect_uri": f"{CALLBACK}#x"},
    "RFC 6749 3.1.2.4: one that nobody registered": {"redirect_uri": "https://elsewhere.example/callback"},
    "RFC 9700 4.1.1: one that looks like loopback": {"redirect_uri": "http://127.0.0.1.elsewhere.example/"},
    "RFC 9700 4.1.1: one with a user name": {"redirect_uri": "http://127.0.0.1@elsewhere.example/"},
    "RFC 3986 3.2.2: half an address": {"redirect_uri": "http://[::1]elsewhere.example/"},
    "RFC 3986 3.2.3: a port of letters": {"redirect_uri": "http://127.0.0.1:abc/"},
    "RFC 3986 3.2.3: a port there cannot be": {"redirect_uri": "http://127.0.0.1:99999/"},
    "RFC 3986 2: a space": {"redirect_uri": "http://127.0.0.1/a b"},
    "RFC 3986 2: a backslash, which browsers take for a slash": {"redirect_uri": "http:\\\\127.0.0.1/"},
    "RFC 3986 2: a newline": {"redirect_uri": "http://127.0.0.1/\r\nSet-Cookie: a=b"},
    "RFC 8252 7.1: a scheme of an app that is not native": {"redirect_uri": "com.example.app:/callback"},
    "RFC 9700 4.11: a scheme that runs in the browser": {"redirect_uri": "javascript:alert(1)"},
    "RFC 9126 4: a request_uri that was never pushed": {"request_uri": "urn:ietf:params:oauth:request_uri:x"},
}

SENT_BACK: dict[str, tuple[str, dict[str, Any]]] = {
    "RFC 6749 4.1.1: no response_type": ("invalid_request", {"response_type": None}),
    "RFC 6749 3.1.1: an unknown one": ("unsupported_response_type", {"response_type": "ticket"}),
    "RFC 9700 2.1.2: token": ("unsupported_response_type", {"response_type": "token"}),
    "RFC 9700 2.1.2: id_token token": ("unsupported_response_type", {"response_type": "id_token token"}),
    "OIDC Core 3.3: code id_token": ("unsupported_response_type", {"response_type": "code id_token"}),
    "OIDC Core 3.2: id_token": ("unsupported_response_type", {"response_type": "id_token"}),
    "RFC 6749 3.1: scope twice": ("invalid_request", {"scope": ["openid", "openid"]}),
    "RFC 6749 3.1: state twice": ("invalid_request", {"state": ["a", "b"]}),
    "RFC 6749 3.1: code_challenge twice": ("invalid_request", {"code_challenge": ["a" * 43, "b" * 43]}),
    "RFC 7636 4.3: plain": ("invalid_request", {"code_challenge_method": "plain"}),
    "RFC 7636 4.3: no method, which means plain": ("invalid_request", {"code_challenge_method": None}),
    "RFC 7636 4.3: an unknown method": ("invalid_request", {"code_challenge_method": "S512"}),
    "RFC 7636 4.2: a challenge that is too short": ("invalid_request", {"code_challenge": "a" * 42}),
    "RFC 7636 4.2: one that is too long": ("invalid_request", {"code_challenge": "a" * 44}),
    "RFC 7636 4.2: one with padding": ("invalid_request", {"code_challenge": "a" * 42 + "="}),
    "RFC 7636 4.2: one in plain base64": ("invalid_request", {"code_challenge": "a" * 42 + "+"}),
    "OIDC Core 3.1.2.1: prompt none, and another": ("invalid_request", {"prompt": "none login"}),
    "OIDC Core 3.1.2.1: an unknown prompt": ("invalid_request", {"prompt": "beg"}),
    "OIDC Core 3.1.2.1: max_age of letters": ("invalid_request", {"max_age": "soon"}),
    "OIDC Core 3.1.2.1: max_age below zero": ("invalid_request", {"max_age": "-1"}),
    "OIDC Core 6.1: a request object": ("request_not_supported", {"request": "e30.e30."}),
    "OAuth Multiple Response Types 2.1: an unknown mode": ("invalid_request", {"response_mode": "pigeon"}),
    "RFC 8707 2: a relative resource": ("invalid_target", {"resource": "/api"}),
    "RFC 8707 2: a resource with a fragment": ("invalid_target", {"resource": "https://api.example/#x"}),
}

STATES = ["a", "0", "a b+c", "%41&code=x#y", "é\u202e\U0001f600", "<script>", "'\"\\", "x" * 4000]


@every_dialect
@pytest.mark.parametrize("clause", UNTRUSTED)
def test_the_browser_is_sent_nowhere(party: Party, dialect: str, clause: str) -> None:
    """Where it is not sure whom a redirect would reach."""
    client = party(dialect)
    refused_at_the_browser(client, client.authorize(**UNTRUSTED[clause]))


@every_dialect
@pytest.mark.parametrize("clause", SENT_BACK)
def test_the_client_is_told(party: Party, dialect: str, clause: str) -> None:
    """Of whatever else is wrong with the request."""
    client = party(dialect)
    code, changes = SENT_BACK[clause]
    sent_back(client, client.authorize(**changes), code)


@every_dialect
def test_the_user_denies(party: Party, dialect: str) -> None:
    """RFC 6749 4.1.2.1."""
    client = party(dialect)
    client.provider.user.denies()
    sent_back(client, client.authorize(), "access_denied")


@every_dialect
def test_nobody_is_signed_in(party: Party, dialect: str) -> None:
    """OIDC Core 3.1.2.6: prompt none shows no page."""
    client = party(dialect)
    client.provider.user.ignores()
    sent_back(client, client.authorize(prompt="none"), "login_required")


@every_dialect
def test_a_page_is_shown(party: Party, dialect: str) -> None:
    """RFC 6749 4.1.1: the owner decides; RFC 9700 4.16: nobody frames the page."""
    client = party(dialect)
    client.provider.user.ignores()
    answer = client.authorize()
    assert answer.status_code == 200
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


@every_dialect
@pytest.mark.parametrize("state", STATES, ids=range(len(STATES)))
def test_the_state_comes_back_as_it_was(party: Party, dialect: str, state: str) -> None:
    """RFC 6749 4.1.2."""
    client = party(dialect)
    told = client.landed(client.authorize(state=state))
    assert (told["state"], told["iss"]) == (state, client.provider.issuer)
    assert sorted(told) == ["code", "iss", "state"]


@every_dialect
def test_no_state_is_invented(party: Party, dialect: str) -> None:
    """RFC 6749 4.1.2: only where one was sent."""
    client = party(dialect)
    assert sorted(client.landed(client.authorize(state=None))) == ["code", "iss"]


@every_dialect
def test_what_is_not_known_is_ignored(party: Party, dialect: str) -> None:
    """RFC 6749 3.1."""
    client = party(dialect)
    assert "code" in client.landed(client.authorize(audience_hint="x", x_y="z"))


@every_dialect
def test_the_query_of_the_address_stays(party: Party, dialect: str) -> None:
    """RFC 6749 3.1.2: what was in it is not lost."""
    client = party(dialect)
    told = client.landed(client.authorize(redirect_uri=f"{CALLBACK}?tab=1"))
    assert told["tab"] == "1"
    assert "code" in told


@every_dialect
@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_any_port_of_loopback(party: Party, dialect: str, host: str) -> None:
    """RFC 8252 7.3."""
    client = party(dialect)
    answer = client.authorize(redirect_uri=f"http://{host}:51763/cb")
    assert answer.headers["location"].startswith(f"http://{host}:51763/cb?code=")


@every_dialect
def test_fragment(party: Party, dialect: str) -> None:
    """OAuth Multiple Response Types 2.1: the code is in the fragment and not in the query."""
    client = party(dialect)
    parts = urlsplit(client.authorize(response_mode="fragment").headers["location"])
    assert parts.query == ""
    assert "code" in dict(parse_qsl(parts.fragment))


@every_dialect
def test_form_post(party: Party, dialect: str) -> None:
    """OAuth Form Post Response Mode 2: a page that posts, in no cache, and the code in no address."""
    client = party(dialect)
    answer = client.authorize(response_mode="form_post")
    assert answer.status_code == 200
    assert f'action="{CALLBACK}"' in answer.text
    assert 'name="code"' in answer.text
    assert answer.headers["cache-control"] == "no-store"


@every_dialect
def test_a_post_is_as_good(party: Party, dialect: str) -> None:
    """OIDC Core 3.1.2.1; RFC 9700 4.12: by a redirect that does not repeat it."""
    client = party(dialect)
    url = client.authorization_url()
    address, _, query = url.partition("?")
    answer = client.http.post(address, data=dict(parse_qsl(query)))
    assert answer.status_code == 303
    assert "code" in client.landed(answer)


@every_dialect
def test_every_code_is_another(party: Party, dialect: str) -> None:
    """RFC 6749 10.10: and none can be guessed."""
    client = party(dialect)
    codes = {client.code() for _ in range(5)}
    assert len(codes) == 5
    assert min(map(len, codes)) >= 22  # 128 bits in base64url
