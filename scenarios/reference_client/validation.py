"""Whether an access token can be believed, checked on this machine (RFC 9068 4, RFC 8725)."""

from typing import Any

from reference_client import clock, jose
from reference_client.answers import is_seconds
from reference_client.errors import ExpiredTokenError, InvalidTokenError
from reference_client.jwks import Keys
from reference_client.session import normalised

LEEWAY = 30.0
"""Seconds a provider's clock may be ahead of ours. An expiry gets none: an expired token is refreshed, not used."""


def check_access_token(token: str, keys: Keys, issuer: str, audience: str) -> None:
    """Check `token`: who signed it, who issued it, for which API, and when.

    Raises:
        InvalidTokenError: It is not to be used; the text says why. ExpiredTokenError when it is merely too old.
        NoAnswerError: The keys could not be asked for.
        BrokenAnswerError: The keys make no sense.
    """
    claims = signed_claims(token, keys)
    check_issuer(claims, issuer)
    check_audience(claims, audience)
    check_times(claims)


def signed_claims(token: str, keys: Keys) -> dict[str, Any]:
    """Return the claims of `token`, proven to be the provider's. Raises as `check_access_token`."""
    keys.all()  # first: when the provider is unreachable nothing is judged here, and the caller decides what that means
    header, claims = jose.read(token)
    algorithm = jose.check_algorithm(header)
    jose.check_signature(token, keys.find(header, algorithm), algorithm)
    return claims


def check_issuer(claims: dict[str, Any], issuer: str) -> None:
    """Refuse a token of another issuer."""
    if claims.get("iss") != issuer:
        raise InvalidTokenError("it was issued by another provider")


def check_audience(claims: dict[str, Any], audience: str) -> None:
    """Refuse a token that is not meant for `audience`, a trailing slash aside."""
    if normalised(audience) not in {normalised(one) for one in audiences(claims)}:
        raise InvalidTokenError("it is meant for another API")


def audiences(claims: dict[str, Any]) -> list[str]:
    """Return who the token is meant for: one name or several (RFC 7519 4.1.3)."""
    value = claims.get("aud")
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def check_times(claims: dict[str, Any]) -> None:
    """Refuse a token that is too old or not valid yet."""
    check_not_from_the_future(claims)
    check_expiry(claims)


def check_expiry(claims: dict[str, Any]) -> None:
    """Refuse a token past its expiry, or without one."""
    expiry = claims.get("exp")
    if not is_seconds(expiry):
        raise InvalidTokenError("it has no expiry")
    if clock.now() >= expiry:
        raise ExpiredTokenError("it has expired")


def check_not_from_the_future(claims: dict[str, Any]) -> None:
    """Refuse a token issued, or valid from, later than now; `LEEWAY` for clocks that disagree."""
    for name in ("iat", "nbf"):
        moment = claims.get(name, 0)
        if not is_seconds(moment) or moment > clock.now() + LEEWAY:
            raise InvalidTokenError(f"its {name} is not in the past")
