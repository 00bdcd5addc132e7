"""The refresh_token grant: rotation, families, and every policy for a spent token (RFC 6749 6, RFC 9700 4.14)."""

from __future__ import annotations

import httpx
import pytest

from fakeprovider import Provider
from fakeprovider.faults import Hold
from tests.support.oauth_client import OAuthClient
from tests.support.providers import Serve


def test_each_refresh_is_the_next_generation(serve: Serve, http: httpx.Client) -> None:
    """A refresh spends its token and hands out the next one, in the same session; one dialect tells which it is."""
    client = OAuthClient(serve("spec_kitty"), http)
    first = client.sign_in()
    second = client.refresh(first["refresh_token"]).json()
    third = client.refresh(second["refresh_token"]).json()

    assert [t["generation"] for t in (first, second, third)] == [1, 2, 3]
    assert len({t["session_id"] for t in (first, second, third)}) == 1
    assert len({t["refresh_token"] for t in (first, second, third)}) == 3


def test_scope_can_be_narrowed_for_one_token(client: OAuthClient) -> None:
    """A narrower scope is for this access token; the family keeps the whole (RFC 6749 6)."""
    first = client.sign_in(scope="openid read write")
    narrow = client.refresh(first["refresh_token"], scope="read").json()
    whole = client.refresh(narrow["refresh_token"]).json()

    assert (narrow["scope"], whole["scope"]) == ("read", "openid read write")
    client.refused(client.refresh(whole["refresh_token"], scope="admin"), "invalid_scope", "'admin'", "read write")


def test_it_is_bound_to_its_client(client: OAuthClient) -> None:
    """Another client is refused, naming both, and the owner is not harmed (RFC 6749 10.4)."""
    token = client.sign_in()["refresh_token"]

    client.refused(client.refresh(token, client_id="thief"), "invalid_grant", "'cli'", "'thief'")

    assert client.refresh(token).status_code == 200


def test_it_expires(provider: Provider, client: OAuthClient) -> None:
    """An expired token says since when."""
    token = client.sign_in()["refresh_token"]
    provider.clock.advance(provider.refresh_token_lifetime + 5)

    client.refused(client.refresh(token), "invalid_grant", "expired", "s ago")


def test_without_rotation_it_stays(provider: Provider, client: OAuthClient) -> None:
    """With rotation off, the token works again and no other is handed out."""
    provider.rotate_refresh_tokens = False
    token = client.sign_in()["refresh_token"]

    answers = [client.refresh(token) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert not any("refresh_token" in answer.json() for answer in answers)


@pytest.mark.parametrize(
    ("rule", "scope", "expected"),
    [
        ("always", "openid", True),
        ("offline_access", "openid", False),
        ("offline_access", "openid offline_access", True),
    ],
)
def test_who_gets_a_refresh_token(
    provider: Provider, client: OAuthClient, rule: str, scope: str, expected: bool
) -> None:
    """Everybody, or those who ask for offline_access; no prompt=consent is needed for it."""
    provider.refresh_tokens = rule  # type: ignore[assignment]  # from a parameter
    by_browser = client.sign_in(scope=scope)
    by_device = client.poll(client.device(scope=scope)["device_code"]).json()

    assert ["refresh_token" in tokens for tokens in (by_browser, by_device)] == [expected, expected]


class TestReuse:
    """What happens when a spent token comes back; `again` is that answer, `after` the state of its successor."""

    @staticmethod
    def replay(client: OAuthClient, wait: float = 0.0) -> tuple[dict[str, str], dict[str, str]]:
        """Refresh once; the spent token and the successor's answer."""
        spent = client.sign_in()
        newer = client.refresh(spent["refresh_token"]).json()
        client.provider.clock.advance(wait)
        return spent, newer

    def test_revoke_family(self, client: OAuthClient) -> None:
        """The default: the whole family dies (RFC 9700 4.14.2)."""
        spent, newer = self.replay(client)

        client.refused(client.refresh(spent["refresh_token"]), "invalid_grant", "generation 1", "whole family")
        client.refused(client.refresh(newer["refresh_token"]), "invalid_grant", "a spent refresh token came back")
        assert client.use(newer["access_token"]).status_code == 401

    def test_reject(self, provider: Provider, client: OAuthClient) -> None:
        """The spent token is refused and the family lives on."""
        provider.reuse = "reject"
        spent, newer = self.replay(client)

        client.refused(client.refresh(spent["refresh_token"]), "invalid_grant", "the family lives on")
        assert client.refresh(newer["refresh_token"]).status_code == 200

    def test_reused_401(self, provider: Provider, client: OAuthClient) -> None:
        """A code of its own, on 401 (codex's refresh storm)."""
        provider.reuse = "reused_401"
        spent, newer = self.replay(client)

        client.refused(client.refresh(spent["refresh_token"]), "refresh_token_reused", "generation 1", status=401)
        assert client.refresh(newer["refresh_token"]).status_code == 200

    @pytest.mark.parametrize("retry_after", [0, 5, None, "soon"])
    def test_benign_409(self, provider: Provider, client: OAuthClient, retry_after: object) -> None:
        """Within the grace window a replay is benign, and says when to retry (spec-kitty's sign-out)."""
        provider.reuse, provider.retry_after = "benign_409", retry_after
        spent, newer = self.replay(client, wait=5)

        answer = client.refresh(spent["refresh_token"])

        client.refused(answer, "refresh_replay_benign_retry", "was spent", status=409)
        assert answer.json().get("retry_after") == retry_after
        assert client.refresh(newer["refresh_token"]).status_code == 200

    @pytest.mark.parametrize("policy", ["benign_409", "replay_same_answer"])
    def test_after_the_grace_window_it_is_a_theft(self, provider: Provider, client: OAuthClient, policy: str) -> None:
        """Past reuse_grace the family is revoked."""
        provider.reuse = policy  # type: ignore[assignment]  # from a parameter
        spent, newer = self.replay(client, wait=30)

        client.refused(client.refresh(spent["refresh_token"]), "invalid_grant", "whole family")
        assert client.refresh(newer["refresh_token"]).status_code == 400

    def test_replay_same_answer(self, provider: Provider, client: OAuthClient) -> None:
        """Within the grace window the very answer that was lost comes again."""
        provider.reuse = "replay_same_answer"
        spent, newer = self.replay(client, wait=5)

        assert client.refresh(spent["refresh_token"]).json() == newer
        assert client.refresh(newer["refresh_token"]).status_code == 200


def test_tokens_live_from_the_moment_they_are_issued(provider: Provider, client: OAuthClient) -> None:
    """A request that was held gets tokens of the full lifetime, not what the wait has left of it."""
    tokens = client.sign_in()
    with provider.failing(
        Hold(meanwhile=lambda: provider.clock.advance(1000)), at="token", grant="refresh_token", times=1
    ):
        answer = client.refresh(tokens["refresh_token"]).json()
    left = client.claims(answer["access_token"])["exp"] - provider.clock.now()
    assert left == pytest.approx(provider.access_token_lifetime, abs=30)
