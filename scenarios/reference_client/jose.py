"""Signed tokens: taking them apart, and checking the signature with PyJWT."""

import base64
import json
from typing import TYPE_CHECKING, Any

from reference_client.errors import InvalidTokenError

if TYPE_CHECKING:
    from jwt import PyJWK

ALLOWED_ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
"""Asymmetric signatures only: never ``none``, never HMAC keyed with the provider's public key (RFC 8725 2.1)."""


def read(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the header and the claims of `token`, proving nothing about them.

    Raises:
        InvalidTokenError: It is not a JWT.
    """
    parts = token.split(".")
    if len(parts) != 3:
        raise InvalidTokenError("it is not a JWT")
    return _segment(parts[0]), _segment(parts[1])


def check_algorithm(header: dict[str, Any]) -> str:
    """Return the algorithm, if it is one of ours (RFC 8725 3.1).

    Raises:
        InvalidTokenError: It is not.
    """
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALLOWED_ALGORITHMS:
        raise InvalidTokenError("its signature algorithm is not an accepted one")
    return algorithm


def check_signature(token: str, keys: "list[PyJWK]", algorithm: str) -> None:
    """Check that the holder of one of `keys` signed `token`.

    Raises:
        InvalidTokenError: They did not.
    """
    if not any(_is_signed(token, key, algorithm) for key in keys):
        raise InvalidTokenError("its signature is wrong")


def _is_signed(token: str, key: "PyJWK", algorithm: str) -> bool:
    from jwt import PyJWS
    from jwt.exceptions import PyJWTError

    try:
        PyJWS(algorithms=[algorithm]).decode_complete(token, key, algorithms=[algorithm])
    except (PyJWTError, ValueError, TypeError):
        return False
    return True


def _segment(segment: str) -> dict[str, Any]:
    try:
        value = json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise InvalidTokenError("it is not a JWT")
    return value
