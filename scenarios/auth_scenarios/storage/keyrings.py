"""A client that keeps its session in a keyring, and the keyring: for contracts about what becomes of it there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from auth_scenarios.verify import applies_only, must_succeed
from pytest_auth_provider import Client
from pytest_auth_provider.keyring import Keyring, KeyringState, why_no_bus

SIDES = ("fallback", "required")
"""The sides of the policy `keyring_missing`: who declares one uses a keyring, or can be switched to it."""


@contextmanager
def keyring_for(client: Client, state: KeyringState = "works") -> Iterator[tuple[Client, Keyring]]:
    """Put a keyring in this state into the client's sandbox for a block; yield the client that uses it, and it.

    The contract does not apply on a machine without a bus for it.
    """
    why_not = why_no_bus()
    applies_only(not why_not, f"{client.name} can have no keyring here: {why_not}")
    side = next((side for side in SIDES if client.policies.offers("keyring_missing", side)), "")
    keeper = client.policies.switched("keyring_missing", side) if side else client
    with Keyring(client.sandbox, state) as keyring:
        yield keeper, keyring


@contextmanager
def session_in_keyring(client: Client) -> Iterator[tuple[Client, Keyring]]:
    """Sign in with a keyring that works, as `keyring_for` has it. Only for clients that keep their tokens in it."""
    with keyring_for(client) as (keeper, keyring):
        must_succeed(keeper.attempt_login())
        issued = [secret.value for secret in client.provider.secrets if secret.kind.endswith("_token")]
        applies_only(keyring.holds(issued), f"{client.name} keeps no token in a keyring")
        applies_only(not keeper.holds_credentials(), f"{client.name} keeps its tokens in a file beside the keyring")
        client.exposure.add("its session was in a keyring")
        yield keeper, keyring
