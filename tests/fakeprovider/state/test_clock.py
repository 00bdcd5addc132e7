"""One clock: the provider's, the process's when it is frozen, and that of JOSE libraries agree."""

from __future__ import annotations

from typing import Any

import httpx
import jwt
import pytest
from freezegun import freeze_time
from joserfc import jwt as joserfc_jwt
from joserfc.errors import ExpiredTokenError
from joserfc.jwk import KeySet

from fakeprovider import Provider
from tests.support.providers import Serve


def check_with_pyjwt(http: httpx.Client, provider: Provider, token: str) -> dict[str, Any]:
    """Claims as PyJWT accepts them now."""
    (key,) = http.get(provider.url("jwks")).json()["keys"]
    claims: dict[str, Any] = jwt.decode(token, jwt.PyJWK(key), ["RS256"], audience=provider.api)
    return claims


def check_with_joserfc(http: httpx.Client, provider: Provider, token: str) -> dict[str, Any]:
    """Claims as joserfc accepts them now."""
    keys = KeySet.import_key_set(http.get(provider.url("jwks")).json())
    decoded = joserfc_jwt.decode(token, keys, algorithms=["RS256"])
    joserfc_jwt.JWTClaimsRegistry(aud={"essential": True, "value": provider.api}).validate(decoded.claims)
    return decoded.claims


def test_a_frozen_process_freezes_the_provider(serve: Serve, http: httpx.Client, use: Any) -> None:
    """Freezegun moves the provider and both libraries alike: good until the lifetime is over, then for nobody."""
    provider = serve(access_token_lifetime=600)
    with freeze_time("2031-05-06 07:08:09") as frozen:
        token = provider.issue().access_token
        claims = check_with_pyjwt(http, provider, token)
        now = int(provider.clock.now())
        assert (claims["iat"], claims["exp"]) == (now, now + 600)
        assert check_with_joserfc(http, provider, token) == claims
        assert use(provider, token).status_code == 200

        frozen.tick(601)
        assert use(provider, token).status_code == 401
        with pytest.raises(jwt.ExpiredSignatureError):
            check_with_pyjwt(http, provider, token)
        with pytest.raises(ExpiredTokenError):
            check_with_joserfc(http, provider, token)


def test_the_provider_can_be_ahead_of_everybody(serve: Serve, use: Any, refresh: Any) -> None:
    """`advance` expires tokens for the provider alone, at once and without waiting."""
    provider = serve(access_token_lifetime=600)
    issued = provider.issue()
    assert use(provider, issued.access_token).status_code == 200

    provider.clock.advance(601)
    assert use(provider, issued.access_token).status_code == 401
    renewed = refresh(provider, issued.refresh_token).json()["access_token"]
    claims = jwt.decode(renewed, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 600
    assert claims["iat"] >= int(issued.issued_at) + 601


def test_both_clocks_add_up(serve: Serve) -> None:
    """What the test advances comes on top of what freezegun says."""
    provider = serve()
    with freeze_time("2031-05-06 07:08:09"):
        frozen = provider.clock.now()
        provider.clock.advance(90)
        assert provider.clock.now() == frozen + 90
        provider.clock.advance(-90)
        assert provider.clock.now() == frozen


def test_every_provider_has_its_own_clock(serve: Serve) -> None:
    """Advancing one provider leaves the one beside it alone."""
    one = serve(path="/a")
    other = one.beside("/b")
    one.clock.advance(10_000)
    assert one.clock.now() - other.clock.now() > 9_000


def test_access_tokens_can_end_before_their_time(serve: Serve, use: Any, refresh: Any) -> None:
    """Those issued so far, at the provider's resources; their sessions live on, and what is issued afterwards does."""
    provider = serve()
    issued = provider.issue(scope="offline_access")
    provider.expire_access_tokens()
    assert use(provider, issued.access_token).status_code == 401
    assert use(provider, refresh(provider, issued.refresh_token).json()["access_token"]).status_code == 200


def test_tokens_that_expired_stay_expired(serve: Serve, use: Any) -> None:
    """A leeway that is set afterwards is for those alone that had not expired."""
    provider = serve(access_token_lifetime=10)
    expired = provider.issue().access_token
    provider.clock.advance(11)
    living = provider.issue().access_token
    provider.keep_access_tokens_expired()
    provider.leeway = 60
    assert use(provider, expired).status_code == 401
    provider.clock.advance(11)
    assert use(provider, living).status_code == 200
