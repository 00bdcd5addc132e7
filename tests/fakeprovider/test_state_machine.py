"""The provider against a small model of what it must remember, step by step as Hypothesis thinks of them.

For every reuse policy and dialect in memory, and for every reuse policy on Redis, where each example draws its dialect
and each request comes to one of two providers that are one. A failure prints the shortest steps that lead to it.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from werkzeug.test import EnvironBuilder

from fakeprovider import Provider
from fakeprovider.dialects import built_in
from fakeprovider.server.answer import Answer
from fakeprovider.server.request import Request
from fakeprovider.state.store import RefreshToken
from tests.support.redis_server import empty

POLICIES = ("revoke_family", "reject", "benign_409", "replay_same_answer", "reused_401")
DIALECTS = tuple(built_in())
BENIGN = ("benign_409", "replay_same_answer")
GRACE, REFRESH_LIFETIME, ACCESS_LIFETIME = 10, 10_000, 5_000
STEPS = (4, 3_001, 20_002)
"""Seconds the clock advances by; no sum of them comes near a limit, so that real time does not matter."""


@dataclass
class Family:
    """What the model knows of one session."""

    session_id: str
    ended: bool = False


@dataclass
class Generation:
    """What the model knows of one refresh token, and the access token that came with it."""

    family: Family
    refresh_token: str
    access_token: str
    issued_at: int
    spent_at: int | None = None
    answer: bytes = b""


@dataclass
class Variant:
    """One variant of the provider ("" draws the dialect), and which outcomes of a refresh were met with it."""

    policy: str
    dialect: str
    state: str
    met: set[str] = field(default_factory=set)


class Machine(RuleBasedStateMachine):
    """Sign in, refresh, replay, revoke, use, rotate keys and advance the clock, in any order."""

    variant: ClassVar[Variant]
    tokens: Bundle[Generation] = Bundle("tokens")

    @initialize(target=tokens, dialect=st.sampled_from(DIALECTS))
    def begin(self, dialect: str) -> Generation:
        """Start one provider, or on Redis two that are one, and sign somebody in."""
        self.dialect = self.variant.dialect or dialect
        self.now = 0
        self.stack = ExitStack()
        if self.variant.state:
            empty(self.variant.state)
        self.providers = [self._provider() for _ in range(2 if self.variant.state else 1)]
        self.turn = 0
        return self.sign_in_here(self.any)

    def _provider(self) -> Provider:
        knobs: dict[str, Any] = {"reuse": self.variant.policy, "reuse_grace": GRACE, "check_audience": False}
        knobs |= {"refresh_token_lifetime": REFRESH_LIFETIME, "access_token_lifetime": ACCESS_LIFETIME}
        knobs |= {"state": self.variant.state, "control": bool(self.variant.state)}
        provider = Provider(self.dialect, algorithm="ES256", **knobs)
        self.stack.callback(provider.stop)
        provider.begin()
        provider.store.keep = 1e9  # whether something was cleaned up is not the model's business
        return provider

    def teardown(self) -> None:
        """Stop what was started."""
        self.stack.close()

    @property
    def any(self) -> Provider:
        """The provider whose turn it is."""
        self.turn += 1
        return self.providers[self.turn % len(self.providers)]

    @rule(target=tokens)
    def sign_in(self) -> Generation:
        """A person signs in; the tokens are the first generation of a family."""
        return self.sign_in_here(self.any)

    def sign_in_here(self, provider: Provider) -> Generation:
        """Sign somebody in without a flow."""
        issued = provider.issue("cli")
        # Not every dialect tells its clients the refresh token.
        [token] = self._family(provider, issued.session_id)
        return Generation(Family(issued.session_id), token.value, issued.access_token, self.now)

    def _family(self, provider: Provider, session_id: str) -> list[RefreshToken]:
        return [one for one in provider.store.refresh_tokens.values() if one.session.id == session_id]

    @rule(target=tokens, token=tokens)
    def refresh(self, token: Generation) -> Any:
        """A refresh token comes, for the first time or again."""
        return self._refresh(token)

    @rule(target=tokens, token=tokens)
    def refresh_twice(self, token: Generation) -> Any:
        """A refresh token comes twice in a row, to one provider and to the other."""
        first, second = self._refresh(token), self._refresh(token)
        return first if isinstance(first, Generation) else second

    def _refresh(self, token: Generation) -> Any:
        provider = self.any
        answer = ask_to_refresh(provider, token.refresh_token)
        expected = self._expected(token)
        self.variant.met.add(expected)
        if expected == "rotated":
            token.spent_at, token.answer = self.now, answer.body
            return self._next_generation(provider, token)
        if expected == "same answer":
            assert answer.body == token.answer
        elif expected == "benign":
            assert (answer.status, b"retry" in answer.body) == (409, True)
        else:
            note = provider.journal.since(0)[-1].note
            assert note.startswith(("invalid_grant: ", "refresh_token_reused: "))
            assert expected in note
        if expected == "whole family is revoked":
            token.family.ended = True
        return multiple()

    def _expected(self, token: Generation) -> str:
        if token.spent_at is None:
            if token.family.ended:
                return "is over"
            return "rotated" if self.now < token.issued_at + REFRESH_LIFETIME else "expired"
        if self.variant.policy in BENIGN and self.now <= token.spent_at + GRACE and not token.family.ended:
            return "benign" if self.variant.policy == "benign_409" else "same answer"
        return {"reject": "lives on", "reused_401": "was spent"}.get(self.variant.policy, "whole family is revoked")

    def _next_generation(self, provider: Provider, token: Generation) -> Generation:
        newest = max(self._family(provider, token.family.session_id), key=lambda one: one.generation)
        assert newest.value != token.refresh_token
        [access] = [one for one in list(provider.store.access_tokens) if one.encode() in token.answer]
        return Generation(token.family, newest.value, access, self.now)

    @rule(token=tokens)
    def revoke(self, token: Generation) -> None:
        """Somebody ends the session of a token."""
        provider = self.any
        with provider.store.lock:
            session = provider.store.refresh_tokens[token.refresh_token].session
            provider.store.end_session(session, "revoked", provider.clock.now())
        token.family.ended = True

    @rule(token=tokens)
    def use(self, token: Generation) -> None:
        """An access token is good until it expires or its session ends, at every provider."""
        alive = not token.family.ended and self.now < token.issued_at + ACCESS_LIFETIME
        provider = self.any
        assert use_at_api(provider, token.access_token).status == (200 if alive else 401)

    @rule(keep_old=st.booleans())
    def rotate_keys(self, keep_old: bool) -> None:
        """Another key signs from now on."""
        self.any.keys.rotate(keep_old=keep_old)

    @rule(seconds=st.sampled_from(STEPS))
    def advance(self, seconds: int) -> None:
        """Time passes."""
        self.any.clock.advance(seconds)
        self.now += seconds

    @invariant()
    def keys_agree(self) -> None:
        """All publish the same keys, the one that signs first."""
        if hasattr(self, "providers"):
            for provider in self.providers:
                provider.backend.refresh()
            published = [provider.keys.jwks() for provider in self.providers]
            assert published == published[:1] * len(self.providers)


def explore(variant: Variant, examples: int) -> None:
    """Run the machine against a variant, that many times."""
    bounded = settings(
        max_examples=examples,
        stateful_step_count=25,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    # The same examples in every run, and others for each variant.
    kind = seed(f"{variant.policy} {variant.dialect}")(type("Machine", (Machine,), {"variant": variant}))
    run_state_machine_as_test(kind, settings=bounded)


@pytest.mark.parametrize("policy", POLICIES)
def test_in_memory(policy: str) -> None:
    """Every dialect remembers what it must under this policy."""
    met = set[str]()
    for dialect in DIALECTS:
        explore(Variant(policy, dialect, state="", met=met), examples=3)
    assert met >= outcomes(policy)


@pytest.mark.parametrize("policy", POLICIES)
def test_on_redis(policy: str, state: str) -> None:
    """Two providers that share their state are one, whichever of them is asked; each example draws a dialect."""
    met = set[str]()
    explore(Variant(policy, "", state, met), examples=15)
    assert met >= outcomes(policy)


def outcomes(policy: str) -> set[str]:
    """What the examples have to have met, so that they prove anything."""
    replayed = {"benign_409": "benign", "replay_same_answer": "same answer", "reject": "lives on"}
    spent = {"reused_401": "was spent", "revoke_family": "whole family is revoked"}
    return {"rotated", "is over", {**replayed, **spent}[policy]}


def ask_to_refresh(provider: Provider, token: str) -> Answer:
    """Spend a refresh token as clients of the dialect do."""
    members = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "cli"}
    names = {name: ours for ours, name in provider.dialect.member_names.items()}
    form = {names.get(name, name): value for name, value in members.items()}
    path = provider.path + provider.dialect.paths["token"]
    if names:
        return _ask(provider, path, data=json.dumps(form), content_type="application/json")
    return _ask(provider, path, data=urlencode(form), content_type="application/x-www-form-urlencoded")


def use_at_api(provider: Provider, token: str) -> Answer:
    """Call the protected API."""
    below = "" if provider.dialect.api_path is None else provider.path + provider.dialect.api_path
    return _ask(provider, f"{below}/things", of_api=True, headers={"Authorization": f"Bearer {token}"})


def _ask(provider: Provider, path: str, *, of_api: bool = False, **options: Any) -> Answer:
    method = "POST" if "data" in options else "GET"
    environ = EnvironBuilder(path, provider.origin, method=method, **options).get_environ()
    return provider.answer(Request(environ), of_api=of_api)
