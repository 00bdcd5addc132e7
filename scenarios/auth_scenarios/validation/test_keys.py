"""The provider's keys: how often they are fetched, and what happens once they have changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from auth_scenarios.validation.bad_tokens import applies_to_validators
from auth_scenarios.verify import RESOURCES, applies_only, exposed, must_request_at_most, must_succeed, requests
from fakeprovider import Provider
from fakeprovider.faults import UnknownKid, WrongKey
from pytest_auth_provider import Client, scenario

ROTATION = (
    "The signer can begin using a new key at its discretion and signals the change to the verifier using the kid "
    "value. The verifier knows to go back to the jwks_uri location to re-retrieve the keys when it sees an unfamiliar "
    "kid value."
)


@scenario(
    "OIDC Core 10.1.1",
    ROTATION + " [...] In our words: once for a kid that stays unfamiliar; it may be anybody's.",
    harm="One odd token makes every command ask for the keys again and again, and the provider locks everybody out.",
    level="SHOULD",
    needs={"use"},
    signs_in=True,
)
def test_unknown_kid_refetches_once(auth_provider: Provider, auth_client: Client) -> None:
    """A token with a kid that no key has leads to one more request for the keys, and not to many."""
    applies_to_validators(auth_client)
    with auth_provider.failing(UnknownKid(), at="token"):
        auth_client.login()
        outcome = auth_client.use()
    must_request_at_most(outcome, "jwks", times=2)


@scenario(
    "OIDC Core 10.1.1",
    ROTATION,
    harm="After the provider has changed its keys, nobody can work until a cache that they do not know of is too old.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
    signs_in=True,
)
def test_rotated_key_is_accepted(auth_provider: Provider, auth_client: Client) -> None:
    """A token that is signed with a new key, which the provider publishes, is used."""
    applies_to_validators(auth_client)
    _must_work_with_new_tokens(auth_client, lambda: auth_provider.keys.rotate(keep_old=False))


@scenario(
    "custom among command-line tools",
    "In our words: a signature that does not fit the key it names may be that of a newer key of the same name, which "
    "one more request tells; more tell nothing new.",
    harm="After the provider has replaced a key, good tokens are refused for hours, or it is asked without end.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
    signs_in=True,
)
@pytest.mark.parametrize("key", ["replaced", "forged"])
def test_same_kid_new_key_refetches_once(auth_provider: Provider, auth_client: Client, key: str) -> None:
    """A signature that does not fit a key of that name leads to one more request for the keys at most."""
    applies_to_validators(auth_client)
    if key == "replaced":
        _must_work_with_new_tokens(auth_client, auth_provider.keys.replace)
        return
    with auth_provider.failing(WrongKey(), at="token"):
        auth_client.login()
        outcome = auth_client.use()
    asked, sent = requests(outcome, "jwks"), requests(outcome, *RESOURCES)
    exposed(auth_client, asked or not sent, "it saw that the signature does not fit", "it used the token unseen")
    must_request_at_most(outcome, "jwks", times=2)


@scenario(
    "custom among command-line tools",
    "In our words: what a command has fetched to check one token is good for the next token of the same command.",
    harm="Every command waits for the same keys several times, and a busy provider for all of them.",
    level="SHOULD",
    needs={"use"},
)
def test_jwks_cached(auth_client: Client) -> None:
    """A command that refreshes, and checks what it has, fetches the keys once at most."""
    auth_client.login(expired=True)
    outcome = auth_client.use()
    asked = requests(outcome, "jwks")
    applies_only(bool(asked), f"{auth_client.name} fetches no keys as it uses a token")
    exposed(auth_client, asked, f"it fetched the keys {len(asked)} time(s)", "it fetched no keys")
    must_request_at_most(outcome, "jwks", times=1)


def _must_work_with_new_tokens(client: Client, change_keys: Callable[[], object]) -> None:
    """Require that `use` succeeds with a token that was signed after the keys changed, and asks for them twice at most.

    The command before it has fetched the old keys, which a client may have stored.
    """
    with client.clock.let_tokens_expire():
        client.login()
        must_succeed(client.use())
    change_keys()
    outcome = client.use()
    must_succeed(outcome)
    fresh = requests(outcome, "token", grant="refresh_token")
    exposed(client, fresh, "it was given a token by another key than before", "it was given no new token")
    must_request_at_most(outcome, "jwks", times=2)
