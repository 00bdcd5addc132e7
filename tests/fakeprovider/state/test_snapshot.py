"""What a provider remembers, kept and put back into another one at the same address."""

from __future__ import annotations

from fakeprovider import Provider
from tests.support.oauth_client import OAuthClient
from tests.support.providers import Serve


def test_another_provider_goes_on_from_a_snapshot(serve: Serve, client: OAuthClient) -> None:
    """Tokens that were good are good, also those spent since; the clock, people and exchanges are as they were."""
    provider = client.provider
    provider.clock.advance(1000)
    provider.people.new(name="Grace Hopper")
    tokens = client.sign_in()
    snapshot = provider.snapshot()
    client.refresh(tokens["refresh_token"])
    provider.end_sessions()
    address = provider.address[1]
    provider.stop()
    for _ in range(2):  # what the first of them does is nothing to the second
        later = serve(port=address, device_interval=0)
        later.put_back(snapshot)
        again = OAuthClient(later, client.http)
        assert again.refresh(tokens["refresh_token"]).status_code == 200
        assert list(later.store.sessions) == list(snapshot.records["sessions"])
        assert [exchange.number for exchange in later.journal] == [1, 2, 3]
        assert later.clock.advanced == 1000
        assert [person.name for person in later.people] == [person.name for person in provider.people]
        assert again.refresh(tokens["refresh_token"]).status_code == 400
        later.stop()


def test_secrets_and_keys_are_put_back(provider: Provider, client: OAuthClient) -> None:
    """What was minted is known by its kind, and a token signed with a rotated key can be checked."""
    provider.keys.rotate()
    tokens = client.sign_in()
    published = [key.kid for key in provider.keys.published]
    snapshot = provider.snapshot()
    provider.keys.rotate()
    provider.secrets.forget()
    provider.put_back(snapshot)
    assert provider.secrets.kind_of(tokens["refresh_token"]) == "refresh_token"
    assert [key.kid for key in provider.keys.published] == published
    assert provider.keys.active.kid == published[0]
