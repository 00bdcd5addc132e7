"""The authorization_code grant: a code works once, for its client, at its redirect, within its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fakeprovider import Provider
from fakeprovider.protocol.pkce import s256

if TYPE_CHECKING:
    from tests.support.oauth_client import OAuthClient


def test_a_code_gives_tokens(provider: Provider, client: OAuthClient) -> None:
    """The whole flow ends in tokens that the API accepts."""
    tokens = client.exchange(client.code()).json()

    assert {"access_token", "refresh_token", "id_token", "expires_in", "scope"} <= set(tokens)
    assert client.use(tokens["access_token"]).json()["client_id"] == "cli"
    claims = client.claims(tokens["id_token"])
    assert (claims["aud"], claims["iss"], claims["sub"]) == ("cli", provider.issuer, "user-1")


def test_a_replayed_code_revokes_what_it_gave(client: OAuthClient) -> None:
    """A code that comes back is refused, and the tokens it gave die (RFC 6749 4.1.2)."""
    code = client.code()
    tokens = client.exchange(code).json()

    client.refused(client.exchange(code), "invalid_grant", "works once", "revoked now")

    assert client.use(tokens["access_token"]).status_code == 401
    client.refused(client.refresh(tokens["refresh_token"]), "invalid_grant", "authorization code came back")


def test_a_code_expires(provider: Provider, client: OAuthClient) -> None:
    """A code is worth nothing after its lifetime."""
    code = client.code()
    provider.clock.advance(61)

    client.refused(client.exchange(code), "invalid_grant", "expired", "lived 60 s")


def test_a_code_belongs_to_its_client(client: OAuthClient) -> None:
    """Another client cannot exchange the code, nor spoil it for its owner."""
    code = client.code()

    client.refused(client.exchange(code, client_id="thief"), "invalid_grant", "'cli'", "'thief'")

    assert client.exchange(code).status_code == 200


@pytest.mark.parametrize("sent", ["http://127.0.0.1:9999/callback", "http://localhost:8090/callback", None])
def test_the_redirect_must_be_the_same(client: OAuthClient, sent: str | None) -> None:
    """redirect_uri must be identical to the one of the authorization request (RFC 6749 4.1.3)."""
    answer = client.exchange(client.code(), redirect_uri=sent)

    client.refused(answer, "invalid_grant", repr(sent or ""), "'http://127.0.0.1:8090/callback'", "identical")


@pytest.mark.parametrize("code", ["", "made-up"])
def test_an_unknown_code_is_refused(client: OAuthClient, code: str) -> None:
    """A missing code and one that never was are told apart."""
    answer = client.exchange(code)

    client.refused(answer, *(("invalid_grant", "never issued") if code else ("invalid_request", "'code' is required")))


class TestPkce:
    """RFC 7636, as RFC 9700 2.1.1 asks for it: S256 or nothing."""

    def test_a_wrong_verifier_is_refused(self, client: OAuthClient) -> None:
        """The rejection names both hashes, and the right verifier still works."""
        code, wrong = client.code(), "x" * 43

        answer = client.exchange(code, code_verifier=wrong)

        client.refused(answer, "invalid_grant", s256(wrong), client.challenge)
        assert client.exchange(code).status_code == 200

    def test_a_missing_verifier_is_refused(self, client: OAuthClient) -> None:
        """A challenge needs its verifier."""
        client.refused(client.exchange(client.code(), code_verifier=None), "invalid_grant", "code_verifier is missing")

    @pytest.mark.parametrize("verifier", ["short", "x" * 129, "ä" * 43, "space inside " * 5])
    def test_a_malformed_verifier_is_refused(self, client: OAuthClient, verifier: str) -> None:
        """Characters and length are those of RFC 7636 4.1."""
        code = client.code(code_challenge=s256(verifier))

        client.refused(client.exchange(code, code_verifier=verifier), "invalid_grant", "43 to 128", "RFC 7636 4.1")

    @pytest.mark.parametrize(("verifier", "culprit"), [("x" * 43 + "=", "holds '='"), ("x" * 42, "has 42 characters")])
    def test_the_culprit_is_named(self, client: OAuthClient, verifier: str, culprit: str) -> None:
        """The padding of base64 is what is wrong with a verifier of a legal length."""
        answer = client.exchange(client.code(code_challenge=s256(verifier)), code_verifier=verifier)
        client.refused(answer, "invalid_grant", f"code_verifier {culprit}, expected 43 to 128")

    def test_a_malformed_verifier_passes_where_nobody_checks(self, provider: Provider, client: OAuthClient) -> None:
        """With check_code_verifier off, only the hash counts."""
        provider.check_code_verifier = False

        code = client.code(code_challenge=s256("short"))

        assert client.exchange(code, code_verifier="short").status_code == 200

    @pytest.mark.parametrize("method", ["plain", None])
    def test_plain_is_refused(self, client: OAuthClient, method: str | None) -> None:
        """code_challenge_method plain, which a missing one means too, is refused (RFC 7636 4.3)."""
        told = client.landed(client.authorize(code_challenge_method=method))

        assert told["error"] == "invalid_request"
        assert "plain" in told["error_description"]

    def test_a_challenge_that_is_no_hash_is_refused(self, client: OAuthClient) -> None:
        """A challenge that no verifier can have is refused at once."""
        assert "43 characters" in client.landed(client.authorize(code_challenge="tiny"))["error_description"]

    def test_a_verifier_without_challenge_is_refused(self, provider: Provider, client: OAuthClient) -> None:
        """A verifier nobody asked for betrays a challenge that got lost (RFC 9700 2.1.1)."""
        provider.require_pkce = "never"
        code = client.code(code_challenge=None, code_challenge_method=None)

        client.refused(client.exchange(code), "invalid_grant", "no code_challenge")

        assert client.exchange(code, code_verifier=None).status_code == 200


class TestResources:
    """RFC 8707: tokens for the resources that were asked for."""

    def test_the_audience_is_what_was_asked_for(self, provider: Provider, client: OAuthClient) -> None:
        """A resource asked for at the authorization endpoint ends in aud, again after a refresh."""
        tokens = client.sign_in(resource=f"{provider.api}/mcp")
        refreshed = client.refresh(tokens["refresh_token"]).json()

        assert client.claims(tokens["access_token"])["aud"] == f"{provider.api}/mcp"
        assert client.claims(refreshed["access_token"])["aud"] == f"{provider.api}/mcp"
        assert client.use(tokens["access_token"]).status_code == 200

    def test_a_token_request_may_narrow_it(self, client: OAuthClient) -> None:
        """Of two resources, the token request may choose one (RFC 8707 2.2)."""
        both = ["https://a.test", "https://b.test"]
        answer = client.exchange(client.code(resource=both), resource="https://b.test")

        assert client.claims(answer.json()["access_token"])["aud"] == "https://b.test"

    def test_a_token_request_may_not_widen_it(self, client: OAuthClient) -> None:
        """A resource nobody granted is invalid_target."""
        answer = client.exchange(client.code(resource="https://a.test"), resource="https://b.test")

        client.refused(answer, "invalid_target", "'https://b.test'", "https://a.test")
