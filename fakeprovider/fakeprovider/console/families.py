"""Sessions with their families of refresh tokens, generation by generation, as a tree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from fakeprovider.state.store import AccessToken, RefreshToken, Session, Store

_MOST_SESSIONS: Final = 50
_MOST_GENERATIONS: Final = 12


@dataclass(frozen=True)
class Generation:
    """One refresh token of a family.

    `state` is `live`, `expired`, `spent`, or `ended` with its session. `at` is when it expires, was spent, or ended, in
    seconds since the epoch.
    """

    number: int
    state: str
    at: float | None


@dataclass(frozen=True)
class Family:
    """One session with the newest generations of its family.

    `earlier` is how many older generations are left out, `access_tokens` how many access tokens are still accepted.
    `children` are the sessions whose tokens were exchanged from this one (RFC 8693).
    """

    session: Session
    generations: list[Generation]
    earlier: int
    access_tokens: int
    children: list[Family] = field(default_factory=list)


def families(store: Store, now: float) -> list[Family]:
    """List the newest sessions as of `now`, newest first; those that were exchanged from another stand below it."""
    with store.lock:
        sessions = list(store.sessions.values())[-_MOST_SESSIONS:]
        tokens = _by_session(store.refresh_tokens.values())
        live = _count_live(store.access_tokens.values(), now)
        found = {s.id: _family(s, tokens[s.id], live[s.id], now) for s in reversed(sessions)}
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


def _count_live(tokens: Iterable[AccessToken], now: float) -> Counter[str]:
    live = (token for token in tokens if not token.revoked and not token.session.ended and token.expires_at > now)
    return Counter(token.session.id for token in live)


def _family(session: Session, tokens: list[RefreshToken], access_tokens: int, now: float) -> Family:
    tokens.sort(key=lambda token: token.generation)
    shown = tokens[-_MOST_GENERATIONS:]
    generations = [_generation(session, token, now) for token in shown]
    return Family(session, generations, len(tokens) - len(shown), access_tokens)


def _generation(session: Session, token: RefreshToken, now: float) -> Generation:
    if token.spent_at is not None:
        return Generation(token.generation, "spent", token.spent_at)
    if session.ended:
        return Generation(token.generation, "ended", session.ended_at)
    state = "live" if token.expires_at > now else "expired"
    return Generation(token.generation, state, token.expires_at)
