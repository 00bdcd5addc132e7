"""JWTs that are handed in as proof (RFC 7523 3): signature, issuer, subject, audience, time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import KeySet, KeySetSerialization

from fakeprovider.state.store import Store, UsedAssertion
from fakeprovider.tokens.jwt import parse_json
from fakeprovider.vocabulary import ALGORITHMS

Claims = Mapping[str, object]

_SKEW: Final = 30.0
"""Seconds by which a client's clock may be ahead of the provider's."""


_RSA_MODULUS: Final = 342
"""The length of a modulus of 2048 bits in base64url."""
_END_OF_TIME: Final = 1e15
"""The latest time that is accepted, in seconds since the epoch: a record beyond it would never be cleaned up."""


class BadAssertion(Exception):  # noqa: N818 - it never leaves the provider; what does is an OAuthError
    """Why an assertion proves nothing, in words."""


def verify(
    value: str,
    jwks: Mapping[str, object],
    *,
    issuer: str,
    audiences: Iterable[str],
    now: float,
    leeway: float,
) -> Claims:
    """Return the claims of a JWT signed by one of `jwks`; raise `BadAssertion` saying what is wrong with it.

    `now` is in seconds since the epoch, `leeway` the seconds for which an expired one is still accepted.
    """
    claims = _signed_claims(value, jwks)
    _check_parties(claims, issuer, tuple(audiences))
    _check_time(claims, now, leeway)
    return claims


def use_once(store: Store, claims: Claims) -> None:
    """Refuse an assertion whose `jti` was used before (RFC 7523 3); one winner, however many come at once."""
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti:
        raise BadAssertion("its jti is missing, which keeps it from being replayed (OIDC Core 9)")
    key = (str(claims.get("iss")), jti)
    with store.lock:
        if key in store.used_assertions:
            raise BadAssertion(f"its jti {jti!r} was used before; each assertion works once")
        store.used_assertions[key] = UsedAssertion(_number(claims, "exp"))


def _signed_claims(value: str, jwks: Mapping[str, object]) -> Claims:
    keys = import_keys(jwks)
    try:
        claims = parse_json(jws.deserialize_compact(value, keys, registry=_REGISTRY).payload)
    except (JoseError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadAssertion(f"it is no JWT signed with a key known here: {error}") from error
    if not isinstance(claims, dict):
        raise BadAssertion(f"its claims are a JSON {type(claims).__name__}, expected an object")
    return claims


def import_keys(jwks: Mapping[str, object]) -> KeySet:
    """Return the keys of a JWK Set somebody else made, or `BadAssertion` saying that it is none."""
    try:
        for key in cast("KeySetSerialization", jwks)["keys"]:
            _check_fit(key)
        return KeySet.import_key_set(cast("KeySetSerialization", jwks))
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadAssertion(f"it is no JWK Set: {error}") from error


def _check_fit(key: Mapping[str, object]) -> None:
    """Refuse keys that joserfc only warns of: a warning in a serving thread reaches nobody."""
    if key.get("kty") == "oct":
        raise BadAssertion("one of its keys is a shared secret (kty 'oct')")
    if key.get("kty") == "RSA" and len(str(key.get("n", ""))) < _RSA_MODULUS:
        raise BadAssertion("an RSA key has fewer than 2048 bits (RFC 7518 3.3)")


class _SigningAlgorithms(jws.JWSRegistry):
    """The algorithms a provider signs with, which clients may use too; joserfc would warn of EdDSA by its old name."""

    def get_alg(self, name: str) -> Any:  # joserfc keeps the type to itself
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError(f"alg {name!r} is not one of {', '.join(ALGORITHMS)}")
        return self.algorithms[name]


_REGISTRY: Final = _SigningAlgorithms()


def _check_parties(claims: Claims, issuer: str, audiences: tuple[str, ...]) -> None:
    if claims.get("iss") != issuer:
        raise BadAssertion(f"its iss is {claims.get('iss')!r}, expected {issuer!r}")
    if not isinstance(claims.get("sub"), str) or not claims.get("sub"):
        raise BadAssertion(f"its sub is {claims.get('sub')!r}, expected a subject")
    sent = claims.get("aud")
    named = sent if isinstance(sent, list) else [sent]
    if not any(one in audiences for one in named):
        raise BadAssertion(f"its aud is {sent!r}, expected one of {', '.join(audiences)}")


def _check_time(claims: Claims, now: float, leeway: float) -> None:
    expires = _number(claims, "exp")
    if expires <= now - leeway:
        raise BadAssertion(f"it expired {now - expires:.0f} s ago")
    if "nbf" in claims and _number(claims, "nbf") > now + leeway + _SKEW:
        raise BadAssertion(f"it is not valid before {_number(claims, 'nbf'):.0f} and it is {now:.0f}")


def _number(claims: Claims, name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _END_OF_TIME:
        raise BadAssertion(f"its {name} is {value!r}, expected seconds since the epoch")
    return float(value)
