"""Proof Key for Code Exchange (RFC 7636): the client that finishes a sign-in is the one that began it."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from fakeprovider.errors import OAuthError
from fakeprovider.tokens.jwt import base64url

if TYPE_CHECKING:
    from fakeprovider.settings import Settings
    from fakeprovider.state.clients import ClientRecord


_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")
_UNRESERVED: Final = re.compile(r"[A-Za-z0-9._~-]+")


def check_challenge(settings: Settings, client: ClientRecord, challenge: str, method: str, *, registered: bool) -> None:
    """Refuse an authorization request without a usable S256 challenge, where its client needs one.

    Whether a client that is not `registered` has a secret is not known before its token request: see `check_proof`.
    """
    rule = settings.require_pkce
    if not challenge:
        if rule == "always" or (rule == "public" and client.public and registered):
            why = "this provider asks it of every client" if rule == "always" else "a client without a secret needs it"
            raise OAuthError("invalid_request", f"code_challenge is missing; {why} (RFC 7636 4.4.1, RFC 9700 2.1.1)")
        return
    if method != "S256":
        sent = f"arrived as {method!r}" if method else "is missing, which means 'plain'"
        raise OAuthError("invalid_request", f"code_challenge_method {sent}; expected 'S256' (RFC 7636 4.3)")
    if not _CHALLENGE.fullmatch(challenge):
        raise OAuthError(
            "invalid_request",
            f"code_challenge arrived as {challenge!r}, expected a SHA-256 hash in base64url without padding, "
            "43 characters (RFC 7636 4.2)",
        )


def check_proof(settings: Settings, challenge: str, *, proven: bool) -> None:
    """Refuse a token request that nothing binds to its client: neither PKCE nor a secret (RFC 9700 2.1.1)."""
    if settings.require_pkce != "never" and not challenge and not proven:
        raise OAuthError(
            "invalid_grant",
            "the authorization request had no code_challenge and the token request no secret; a client without a "
            "secret must use PKCE, one with a secret must send it here (RFC 9700 2.1.1)",
        )


def check_verifier(settings: Settings, challenge: str, verifier: str) -> None:
    """Refuse a token request whose verifier does not belong to the challenge (RFC 7636 4.6)."""
    if not challenge:
        if verifier:
            story = "a code_verifier arrived, but the authorization request had no code_challenge (RFC 9700 2.1.1)"
            raise OAuthError("invalid_grant", story)
        return
    if not verifier:
        story = "code_verifier is missing; the authorization request had a code_challenge (RFC 7636 4.5)"
        raise OAuthError("invalid_grant", story)
    if settings.check_code_verifier and not _VERIFIER.fullmatch(verifier):
        strange = "".join(dict.fromkeys(_UNRESERVED.sub("", verifier)))
        what = f"holds {strange!r}" if strange else f"has {len(verifier)} characters"
        raise OAuthError(
            "invalid_grant", f"code_verifier {what}, expected 43 to 128 of A-Z a-z 0-9 - . _ ~ (RFC 7636 4.1)"
        )
    hashed = s256(verifier)
    if hashed != challenge:
        raise OAuthError(
            "invalid_grant",
            f"the code_verifier hashes to {hashed!r}, the code_challenge sent then was {challenge!r} (RFC 7636 4.6)",
        )


def s256(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636 4.2)."""
    digest = hashlib.sha256(verifier.encode("utf-8", "surrogatepass")).digest()
    return base64url(digest)
