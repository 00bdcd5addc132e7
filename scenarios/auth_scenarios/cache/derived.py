"""Derived tokens: those that a client trades its own for and caches, as one for each stack."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from auth_scenarios.verify import RESOURCES, CannotTell, applies_only, must_succeed, requests
from fakeprovider import Exchange
from pytest_auth_provider import Client, Outcome


@dataclass(frozen=True)
class Derived:
    """The derived token that a client has just cached: for which `grant` it was given, and the files that hold it."""

    token: str
    grant: str
    files: tuple[Path, ...]


def cache_derived(client: Client) -> Derived:
    """Let a client that is signed in cache a derived token. Not for clients that have no other than their own."""
    before = {file.path for file in client.credentials()}
    outcome = client.use_cached()
    must_succeed(outcome)
    given = requests(outcome, "token")
    applies_only(bool(given), f"{client.name} derives no token: it uses that of its session")
    token = last_call(outcome).bearer
    files = tuple(file.path for file in client.credentials() if token in file.values and file.path not in before)
    return Derived(token, given[-1].grant, files)


def own_files(client: Client, derived: Derived) -> tuple[Path, ...]:
    """Return the files that hold the derived token alone. The contract does not apply where there are none."""
    applies_only(bool(derived.files), f"{client.name} keeps its cache in no file of its own")
    return derived.files


def last_call(outcome: Outcome) -> Exchange:
    """Return the last call of the API. Raises `CannotTell` where there was none."""
    calls = requests(outcome, *RESOURCES)
    if not calls:
        raise CannotTell(f"`{outcome.action}` sent no token to the API", outcome.describe())
    return calls[-1]
