"""Whether an ID token can be believed (OpenID Connect Core 3.1.3.7 and 12.2)."""

import base64
import hashlib
from typing import Any

from reference_client import jose, messages, validation
from reference_client.errors import InvalidTokenError, SignInAgainError
from reference_client.jwks import Keys
from reference_client.session import Session

_HASHES = {"256": "sha256", "384": "sha384", "512": "sha512", "DSA": "sha512"}


def verified_claims(
    token: str, keys: Keys, *, issuer: str, client_id: str, access_token: str, nonce: str | None = None
) -> dict[str, Any]:
    """Return the claims of an ID token that came with a sign-in.

    Raises:
        InvalidTokenError: It is not to be believed; the text says why.
        NoAnswerError: The keys could not be asked for.
        BrokenAnswerError: The keys make no sense.
    """
    claims = validation.signed_claims(token, keys)
    validation.check_issuer(claims, issuer)
    check_audience(claims, client_id)
    check_authorized_party(claims, client_id)
    validation.check_times(claims)
    check_subject(claims)
    check_nonce(claims, nonce)
    check_access_token_hash(claims, access_token, jose.read(token)[0]["alg"])
    return claims


def check_refreshed(token: str, session: Session, issuer: str) -> None:
    """Refuse an ID token from a refresh that speaks of somebody else (OpenID Connect Core 12.2).

    Its signature is not checked: it came straight from the token endpoint (3.1.3.7 rule 6), and a key set that cannot
    be read just now must not cost the rotated tokens that came with it.

    Raises:
        SignInAgainError: It is another user's, another issuer's, or meant for another client.
    """
    try:
        _, claims = jose.read(token)
        validation.check_issuer(claims, issuer)
        check_audience(claims, session.client_id)
        check_authorized_party(claims, session.client_id)
        check_same_subject(claims, session.subject)
    except InvalidTokenError as error:
        raise SignInAgainError(f"the refreshed ID token was refused: {error}; {messages.SIGN_IN_AGAIN}") from None


def check_audience(claims: dict[str, Any], client_id: str | None) -> None:
    """Refuse an ID token that is not meant for this client."""
    if client_id is not None and client_id not in validation.audiences(claims):
        raise InvalidTokenError("it is meant for another client")


def check_authorized_party(claims: dict[str, Any], client_id: str | None) -> None:
    """Refuse an ID token issued to another client; with several audiences it has to say to whom."""
    party = claims.get("azp")
    if client_id is not None and party != client_id and (party is not None or len(validation.audiences(claims)) > 1):
        raise InvalidTokenError("it was issued to another client")


def check_subject(claims: dict[str, Any]) -> None:
    """Refuse an ID token that names nobody."""
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise InvalidTokenError("it names nobody")


def check_same_subject(claims: dict[str, Any], subject: str | None) -> None:
    """Refuse an ID token of somebody other than `subject`."""
    if subject is not None and claims.get("sub") != subject:
        raise InvalidTokenError("it belongs to another user")


def check_nonce(claims: dict[str, Any], nonce: str | None) -> None:
    """Refuse an ID token that does not answer our request. The device flow has no nonce to answer."""
    if nonce is not None and claims.get("nonce") != nonce:
        raise InvalidTokenError("its nonce is not ours")


def check_access_token_hash(claims: dict[str, Any], access_token: str, algorithm: str) -> None:
    """Refuse an ID token that came with another access token (OpenID Connect Core 3.1.3.6); the claim is optional."""
    if "at_hash" not in claims:
        return
    digest = hashlib.new(_HASHES[algorithm[-3:]], access_token.encode()).digest()
    left_half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    if claims["at_hash"] != left_half:
        raise InvalidTokenError("it came with another access token")
