"""Sessions with their families: generation by generation, what is spent and what lives, and what was exchanged."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from fakeprovider.provider import Provider
from fakeprovider.state.store import AccessToken, RefreshToken, Session

MOST_SESSIONS: Final = 50
MOST_GENERATIONS: Final = 12


@dataclass(frozen=True)
class Generation:
    """One refresh token: `state` is live, spent, expired or ended with its session; `at` is when it was, or will be."""

    number: int
    state: str
    at: float | None


@dataclass(frozen=True)
class Family:
    """One session, the newest generations of its family, and the sessions that were exchanged from it."""

    session: Session
    generations: list[Generation]
    earlier: int
    access_tokens: int
    """How many access tokens still open a door."""
    children: list[Family] = field(default_factory=list)


def families(provider: Provider) -> list[Family]:
    """The newest sessions, newest first; those that were exchanged from another stand below it."""
    now = provider.clock.now()
    with provider.store.lock:
        sessions = list(provider.store.sessions.values())[-MOST_SESSIONS:]
        tokens = _by_session(provider.store.refresh_tokens.values())
        doors = _live(provider.store.access_tokens.values(), now)
        found = {s.id: _family(s, tokens[s.id], doors[s.id], now) for s in reversed(sessions)}
    roots: list[Family] = []
    for family in found.values():
        parent = found.get(family.session.parent.id) if family.session.parent else None
        (parent.children if parent else roots).append(family)
    return roots


def _by_session(tokens: Iterable[RefreshToken]) -> defaultdict[str, list[RefreshToken]]:
    by_session: defaultdict[str, list[RefreshToken]] = defaultdict(list)
    for token in tokens:
        by_session[token.session.id].append(token)
    return by_session


def _live(tokens: Iterable[AccessToken], now: float) -> Counter[str]:
    live = (token for token in tokens if not token.revoked and not token.session.ended and token.expires_at > now)
    return Counter(token.session.id for token in live)


def _family(session: Session, tokens: list[RefreshToken], access_tokens: int, now: float) -> Family:
    tokens.sort(key=lambda token: token.generation)
    shown = tokens[-MOST_GENERATIONS:]
    generations = [_generation(session, token, now) for token in shown]
    return Family(session, generations, len(tokens) - len(shown), access_tokens)


def _generation(session: Session, token: RefreshToken, now: float) -> Generation:
    if token.spent_at is not None:
        return Generation(token.generation, "spent", token.spent_at)
    if session.ended:
        return Generation(token.generation, "ended", session.ended_at)
    state = "live" if token.expires_at > now else "expired"
    return Generation(token.generation, state, token.expires_at)
