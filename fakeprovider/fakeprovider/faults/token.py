"""Token faults: header, claims, key or form of a token are not what should have been signed."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from joserfc import jwe
from joserfc.jwk import OctKey
from joserfc.jws import JWSRegistry

from fakeprovider.errors import SettingError
from fakeprovider.faults.base import TokenFault
from fakeprovider.faults.document import unpublished_key
from fakeprovider.tokens.draft import TokenDraft, TokenKind
from fakeprovider.tokens.keys import SigningKey
from fakeprovider.validation import Amount, JsonValue, Seconds

if TYPE_CHECKING:
    from fakeprovider.context import Call


# -- claims, under a true signature -------------------------------------------------------------------------------


@dataclass(frozen=True)
class WrongClaim(TokenFault):
    """Give claim `name` the `value` in tokens of `kind` (None leaves the claim out)."""

    name: str
    value: JsonValue

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        draft.claims.pop(self.name, None)
        if self.value is not None:
            draft.claims[self.name] = self.value
        return draft


@dataclass(frozen=True)
class MissingClaim(TokenFault):
    """Leave claim `name` out of tokens of `kind`."""

    name: str

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        draft.claims.pop(self.name, None)
        return draft


@dataclass(frozen=True)
class ExtraClaim(TokenFault):
    """Add claim `name` to tokens of `kind` that have none; clients ignore claims they do not know (RFC 7519 4)."""

    name: str
    value: JsonValue = "an unknown claim"

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        draft.claims.setdefault(self.name, self.value)
        return draft


@dataclass(frozen=True)
class LargeToken(TokenFault):
    """Make tokens of `kind` some `size` bytes longer, as providers do that name every group of a user in them."""

    size: Amount = 12_000

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        draft.claims["groups"] = "x" * self.size
        return draft


@dataclass(frozen=True)
class WrongTokenIssuer(TokenFault):
    """Issue tokens of `kind` with another `iss`; OIDC Core 3.1.3.7 (2) and RFC 9068 4 ask to refuse them."""

    issuer: str = "https://issuer.invalid"

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        draft.claims["iss"] = self.issuer
        return draft


@dataclass(frozen=True)
class WrongAudience(TokenFault):
    """Issue tokens of `kind` with another `aud`; OIDC Core 3.1.3.7 (3) and RFC 9068 4 ask to refuse them."""

    audience: str = "https://audience.invalid"

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        draft.claims["aud"] = self.audience
        return draft


@dataclass(frozen=True)
class OtherSubject(TokenFault):
    """Issue id tokens about another `sub`; after a refresh it must be the same as before (OIDC Core 12.2)."""

    sub: str = "somebody-else"
    kind: TokenKind = field(default="id_token", kw_only=True)

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        draft.claims["sub"] = self.sub
        return draft


@dataclass(frozen=True)
class WrongNonce(TokenFault):
    """Issue id tokens with another `nonce` than the client sent; it has to refuse them (OIDC Core 3.1.3.7 (11))."""

    nonce: str = "another-nonce"
    kind: TokenKind = field(default="id_token", kw_only=True)

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        draft.claims["nonce"] = self.nonce
        return draft


@dataclass(frozen=True)
class WrongAzp(TokenFault):
    """Issue id tokens with another `azp`; a client refuses one that is not its own id (OIDC Core 3.1.3.7 (5))."""

    azp: str = "another-client"
    kind: TokenKind = field(default="id_token", kw_only=True)

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        draft.claims["azp"] = self.azp
        return draft


@dataclass(frozen=True)
class WrongAtHash(TokenFault):
    """Issue id tokens whose `at_hash` is that of another access token (OIDC Core 3.1.3.8)."""

    at_hash: str = "AAAAAAAAAAAAAAAAAAAAAA"
    kind: TokenKind = field(default="id_token", kw_only=True)

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        draft.claims["at_hash"] = self.at_hash
        return draft


@dataclass(frozen=True)
class ExpiredToken(TokenFault):
    """Issue tokens of `kind` that expired `seconds` ago by the provider's clock; `expires_in` does not tell.

    The times in the token are shifted, so that it was valid for as long as usual. The provider's own resources go on
    accepting it: to let a token expire there too, advance the clock.
    """

    seconds: Seconds = 3600.0

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        times = {name: draft.claims[name] for name in ("iat", "nbf", "exp", "auth_time") if name in draft.claims}
        numbers = {name: time if isinstance(time, int) else 0 for name, time in times.items()}
        shift = int(self.seconds) + numbers.get("exp", 0) - int(call.at)
        draft.claims.update({name: time - shift for name, time in numbers.items()})
        return draft


@dataclass(frozen=True)
class NotYetValid(TokenFault):
    """Issue tokens of `kind` whose `nbf` and `iat` are `seconds` ahead of the provider's clock (RFC 7519 4.1.5)."""

    seconds: Seconds = 3600.0

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        draft.claims["iat"] = draft.claims["nbf"] = int(call.at + self.seconds)
        return draft


# -- header, key and signature ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NoKid(TokenFault):
    """Leave `kid` out of the header of tokens of `kind` (optional by RFC 7515 4.1.4)."""

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        draft.header.pop("kid", None)
        return draft


@dataclass(frozen=True)
class UnknownKid(TokenFault):
    """Name a `kid` in the header of tokens of `kind` that the key set does not have; the key itself is the true one."""

    kid: str = "unknown"

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        draft.header["kid"] = self.kid
        return draft


@dataclass(frozen=True)
class WrongKey(TokenFault):
    """Sign tokens of `kind` with another key, under the `kid` of the published one."""

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        draft.key = unpublished_key(draft.key.algorithm)
        return draft


@dataclass(frozen=True)
class AlgNone(TokenFault):
    """Issue tokens of `kind` with `alg: none` and an empty signature (RFC 8725 3.2: never accepted)."""

    def token(self, call: Call, draft: TokenDraft) -> str:
        return _compact({**draft.header, "alg": "none"}, draft.claims, lambda _: b"")


@dataclass(frozen=True)
class WrongAlgorithm(TokenFault):
    """Name another `alg` in the header of tokens of `kind` than the one that signed them."""

    alg: str = "RS512"

    def token(self, call: Call, draft: TokenDraft) -> str:
        return _compact({**draft.header, "alg": self.alg}, draft.claims, _signer(draft.key))


@dataclass(frozen=True)
class HmacWithPublicKey(TokenFault):
    """Sign tokens of `kind` with HS256 and the published public key (PEM) as the secret (RFC 8725 2.1, 3.1)."""

    def token(self, call: Call, draft: TokenDraft) -> str:
        secret = _public_pem(draft.key)
        return _compact(
            {**draft.header, "alg": "HS256"}, draft.claims, lambda data: hmac.digest(secret, data, "sha256")
        )


@dataclass(frozen=True)
class CriticalHeader(TokenFault):
    """Mark header `name` as critical in tokens of `kind`; who does not know it must refuse them (RFC 7515 4.1.11)."""

    name: str = "https://critical.invalid/extension"

    def token(self, call: Call, draft: TokenDraft) -> str:
        return _compact({**draft.header, "crit": [self.name], self.name: True}, draft.claims, _signer(draft.key))


# -- form ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class NotAJwt(TokenFault):
    """Issue opaque tokens where `kind` promises a JWT; an empty `text` makes a new random one each time."""

    text: str = ""

    def token(self, call: Call, draft: TokenDraft) -> str:
        return self.text or f"opaque-{secrets.token_urlsafe(32)}"


@dataclass(frozen=True)
class TruncatedToken(TokenFault):
    """Cut the last `characters` off tokens of `kind`; an RS256 signature is the last 342 of them."""

    characters: Amount = 20

    def token(self, call: Call, draft: TokenDraft) -> str:
        return draft.sign()[: -self.characters]


@dataclass(frozen=True)
class EncryptedToken(TokenFault):
    """Encrypt the signed token into a JWE that the client has no key for (RFC 7516 7.1: five parts, not three)."""

    def token(self, call: Call, draft: TokenDraft) -> str:
        header = {"alg": "dir", "enc": "A128GCM", "cty": "JWT"}
        return jwe.encrypt_compact(header, draft.sign(), OctKey.generate_key(128))


# -- tokens that no JOSE library would make -----------------------------------------------------------------------


def _compact(header: Mapping[str, object], claims: Mapping[str, object], sign: Callable[[bytes], bytes]) -> str:
    """Return the compact serialization (RFC 7515 7.1) with the signature that `sign` makes, whether it fits or not."""
    encoded = [_base64url(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims)]
    signed = ".".join(encoded)
    return f"{signed}.{_base64url(sign(signed.encode()))}"


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _signer(key: SigningKey) -> Callable[[bytes], bytes]:
    """Return what signs with `key` and its own algorithm, whatever a header says."""
    algorithm = JWSRegistry.algorithms[key.algorithm]
    return lambda data: algorithm.sign(data, key.key)


def _public_pem(key: SigningKey) -> bytes:
    """Return the public half of `key` as PEM, as people paste it into configurations."""
    if isinstance(key.key, OctKey):
        raise SettingError(f"key {key.kid!r} is a shared secret and has no public half")
    return key.key.as_pem(private=False)
