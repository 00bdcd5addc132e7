"""Every record comes back from Redis as it was, and is cleaned up when its time is over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from redis import Redis
from werkzeug.datastructures import MultiDict

from fakeprovider.protocol.authorization_request import AuthorizationRequest, Redirection
from fakeprovider.redis_state.store import RedisStore
from fakeprovider.redis_state.turn import Turn
from fakeprovider.state.clients import ClientRecord
from fakeprovider.state.store import (
    AccessToken,
    AuthorizationCode,
    DeviceCode,
    IdToken,
    PushedRequest,
    RefreshToken,
    Session,
    SignInPage,
    UsedAssertion,
)
from fakeprovider.tokens.lookup import find

CLIENT = ClientRecord("cli", redirect_uris=("http://127.0.0.1/",), jwks={"keys": [{"kty": "oct"}]}, name="Ünïcödé")
REQUEST = AuthorizationRequest(
    redirection=Redirection(CLIENT, "http://127.0.0.1:1/", uri_was_sent=True, state="s", response_mode="query"),
    scope="openid",
    nonce="n",
    code_challenge="c",
    prompt=("login",),
    login_hint="",
    max_age=None,
    resources=("https://api.example",),
)


@pytest.fixture
def store(state: str) -> Iterator[RedisStore]:
    """A store in Redis."""
    redis = Redis.from_url(state, decode_responses=True)
    yield RedisStore(redis, Turn(redis, "test:"), "test:")
    redis.close()


def test_every_kind(store: RedisStore) -> None:
    """All kinds of records come back equal, tokens with the session they belong to."""
    parent = Session("1", "cli", "user-1", "openid", 1.5)
    session = Session("2", "cli", "user-1", "openid", 2.5, ("a", "b"), 2.0, parent, 3, "over", 9.0)
    pushed = MultiDict([("resource", "a"), ("resource", "b"), ("state", "s")])
    kept = {
        "sessions": {"1": parent, "2": session},
        "refresh_tokens": {"r": RefreshToken("r", session, 1, 5.0, 4.0, {"access_token": "x", "expires_in": 5})},
        "access_tokens": {"a": AccessToken("a", session, 5.0, "openid", ("b",), 4.0)},
        "id_tokens": {"i": IdToken("i", session, 5.0)},
        "device_codes": {"d": DeviceCode("d", "BCDF-GHJK", "cli", "openid", 5.0, 1.0, "approved", "user-1", 1.0, 2)},
        "authorization_codes": {
            "c": AuthorizationCode("c", REQUEST, "user-1", 1.0, 5.0),
            "used": AuthorizationCode("used", REQUEST, "user-1", 1.0, 5.0, session),
        },
        "pushed_requests": {"p": PushedRequest("cli", pushed, 5.0)},
        "sign_in_pages": {"s": SignInPage(REQUEST, 5.0)},
        "used_assertions": {("issuer", "jti"): UsedAssertion(5.0)},
        "authentications": {"user-1": 1.0},
    }
    with store.lock:
        for name, records in kept.items():
            getattr(store, name).update(records)
    assert {name: dict(getattr(store, name)) for name in kept} == kept
    with store.lock:
        [token, other] = find(store, "r"), find(store, "a")
        assert token is not None
        assert other is not None
        assert token.session is other.session is store.sessions["2"]
        assert token.session.parent is store.sessions["1"]


def test_a_change_in_a_turn_is_kept(store: RedisStore) -> None:
    """What is changed in place in a turn is written, what is changed outside is not."""
    session = store.new_session("cli", "user-1", "openid", 1.0)
    with store.lock:
        store.sessions[session.id].generation = 7
    store.sessions[session.id].generation = 9
    assert store.sessions[session.id].generation == 7
    store.end_session(session, "over", 5.0)  # which looks it up
    assert store.sessions[session.id].ended == "over"


def test_cleaning(store: RedisStore) -> None:
    """Records go some time after they expired, sessions with the last token, a parent not before its children."""
    parent = store.new_session("cli", "user-1", "openid", 0.0)
    child = store.new_session("cli", "user-1", "openid", 0.0, parent=parent)
    with store.lock:
        store.access_tokens["child"] = AccessToken("child", child, 2000.0, "openid")
        store.access_tokens["parent"] = AccessToken("parent", parent, 100.0, "openid")
        store.used_assertions["iss", "jti"] = UsedAssertion(100.0)
    assert store.clean(100.0 + store.keep - 1) == 0
    assert store.clean(100.0 + store.keep) == 2
    assert (list(store.access_tokens), len(store.sessions), len(store.used_assertions)) == (["child"], 2, 0)
    assert store.clean(2000.0 + store.keep) == 3
    assert len(store.sessions) == 0


def test_a_longer_life_is_noticed(store: RedisStore) -> None:
    """A record whose end moved is cleaned at its new end."""
    code = DeviceCode("d", "BCDF-GHJK", "cli", "openid", 100.0, 1.0)
    with store.lock:
        store.device_codes["d"] = code
    with store.lock:
        store.device_codes["d"] = replace(code, expires_at=5000.0)
    assert store.clean(100.0 + store.keep) == 0
    assert store.by_user_code("bcdf ghjk") == replace(code, expires_at=5000.0)


def test_a_token_without_its_session_is_gone(store: RedisStore) -> None:
    """A token whose session was forgotten is none, and goes."""
    session = store.new_session("cli", "user-1", "openid", 0.0)
    with store.lock:
        store.id_tokens["i"] = IdToken("i", session, 5.0)
    with store.lock:
        del store.sessions[session.id]
    assert "i" not in store.id_tokens
    assert list(store.id_tokens) == []
