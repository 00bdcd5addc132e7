"""Token faults: what is signed is not what should have been signed."""

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
from fakeprovider.faults.document import other_key
from fakeprovider.tokens.draft import TokenDraft, TokenKind
from fakeprovider.tokens.keys import SigningKey
from fakeprovider.validation import Amount, JsonValue, Seconds

if TYPE_CHECKING:
    from fakeprovider.context import Call


# FROM fakeprovider/fakeprovider/faults/token/compact.py: Tokens that no JOSE library would make: the compact serialization by hand (RFC 7515 7.1).


def compact(header: Mapping[str, object], claims: Mapping[str, object], sign: Callable[[bytes], bytes]) -> str:
    """Header, claims and what `sign` makes of them, whether or not they fit together."""
    signed = f"{_encoded(_json(header))}.{_encoded(_json(claims))}"
    return f"{signed}.{_encoded(sign(signed.encode()))}"


def signer(key: SigningKey) -> Callable[[bytes], bytes]:
    """The signature of `key` with its own algorithm, whatever a header says."""
    algorithm = JWSRegistry.algorithms[key.algorithm]
    return lambda data: algorithm.sign(data, key.key)


def published_pem(key: SigningKey) -> bytes:
    """The public half of `key` as PEM, as people paste it into configurations."""
    if isinstance(key.key, OctKey):
        raise SettingError(f"key {key.kid!r} is a shared secret and has no public half")
    return key.key.as_pem(private=False)


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


# FROM fakeprovider/fakeprovider/faults/token/alg_none.py: A token without a signature that says so.


@dataclass(frozen=True)
class AlgNone(TokenFault):
    """Issue tokens of `kind` with `alg: none` and an empty signature (RFC 8725 3.2: never accepted)."""

    def token(self, call: Call, draft: TokenDraft) -> str:
        """The claims, unsigned."""
        return compact({**draft.header, "alg": "none"}, draft.claims, lambda _: b"")


# FROM fakeprovider/fakeprovider/faults/token/critical_header.py: A token that must not be understood by halves.


@dataclass(frozen=True)
class CriticalHeader(TokenFault):
    """Mark a header as critical in tokens of `kind`: who does not know it must refuse them (RFC 7515 4.1.11)."""

    name: str = "https://critical.invalid/extension"

    def token(self, call: Call, draft: TokenDraft) -> str:
        """The draft with a header nobody knows; the signature is true."""
        return compact({**draft.header, "crit": [self.name], self.name: True}, draft.claims, signer(draft.key))


# FROM fakeprovider/fakeprovider/faults/token/encrypted_token.py: A token in an envelope.


@dataclass(frozen=True)
class EncryptedToken(TokenFault):
    """Encrypt the signed token into a JWE that the client has no key for (RFC 7516 7.1: five parts, not three)."""

    def token(self, call: Call, draft: TokenDraft) -> str:
        """The true token, sealed with a key that is thrown away."""
        header = {"alg": "dir", "enc": "A128GCM", "cty": "JWT"}
        return jwe.encrypt_compact(header, draft.sign(), OctKey.generate_key(128))


# FROM fakeprovider/fakeprovider/faults/token/expired_token.py: A token that is too old when it arrives.


@dataclass(frozen=True)
class ExpiredToken(TokenFault):
    """Issue tokens of `kind` that expired `seconds` ago by the provider's clock; `expires_in` does not tell.

    The provider's own resources go on accepting it: to let a token grow old there too, advance the clock.
    """

    seconds: Seconds = 3600.0

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft with its times shifted, so that it was good for as long as it should be."""
        shift = int(self.seconds) + _number(draft.claims.get("exp")) - int(call.at)
        for name in {"iat", "nbf", "exp", "auth_time"} & draft.claims.keys():
            draft.claims[name] = _number(draft.claims[name]) - shift
        return draft


def _number(claim: object) -> int:
    return claim if isinstance(claim, int) else 0


# FROM fakeprovider/fakeprovider/faults/token/extra_claim.py: A well-signed token that says more.


@dataclass(frozen=True)
class ExtraClaim(TokenFault):
    """Add claim `name` to tokens of `kind` that have none; who does not know it ignores it (RFC 7519 4)."""

    name: str
    value: JsonValue = "an unknown claim"

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft with that claim, unless it has one."""
        draft.claims.setdefault(self.name, self.value)
        return draft


# FROM fakeprovider/fakeprovider/faults/token/hmac_with_public_key.py: The oldest trick against those who let the token choose how it is checked.


@dataclass(frozen=True)
class HmacWithPublicKey(TokenFault):
    """Sign tokens of `kind` with HS256 and the published public key (PEM) as the secret (RFC 8725 2.1, 3.1)."""

    def token(self, call: Call, draft: TokenDraft) -> str:
        """The claims, with a signature that everybody can make."""
        secret = published_pem(draft.key)
        return compact({**draft.header, "alg": "HS256"}, draft.claims, lambda data: hmac.digest(secret, data, "sha256"))


# FROM fakeprovider/fakeprovider/faults/token/missing_claim.py: A well-signed token that keeps something back.


@dataclass(frozen=True)
class MissingClaim(TokenFault):
    """Leave claim `name` out of tokens of `kind`."""

    name: str

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft without it."""
        draft.claims.pop(self.name, None)
        return draft


# FROM fakeprovider/fakeprovider/faults/token/no_kid.py: A token that does not say who signed it.


@dataclass(frozen=True)
class NoKid(TokenFault):
    """Leave `kid` out of the header of tokens of `kind` (optional by RFC 7515 4.1.4)."""

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft without the name of its key."""
        draft.header.pop("kid", None)
        return draft


# FROM fakeprovider/fakeprovider/faults/token/not_a_jwt.py: A token in a form nobody expects.


@dataclass(frozen=True)
class NotAJwt(TokenFault):
    """Issue opaque tokens where `kind` promises a JWT; an empty `text` makes a new random one each time."""

    text: str = ""

    def token(self, call: Call, draft: TokenDraft) -> str:
        """Something without three parts."""
        return self.text or f"opaque-{secrets.token_urlsafe(32)}"


# FROM fakeprovider/fakeprovider/faults/token/not_yet_valid.py: A token from a provider whose clock is ahead.


@dataclass(frozen=True)
class NotYetValid(TokenFault):
    """Issue tokens of `kind` whose `nbf` and `iat` lie `seconds` ahead of the provider's clock (RFC 7519 4.1.5)."""

    seconds: Seconds = 3600.0

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft for later."""
        draft.claims["iat"] = draft.claims["nbf"] = int(call.at + self.seconds)
        return draft


# FROM fakeprovider/fakeprovider/faults/token/other_subject.py: An id token about somebody else.


@dataclass(frozen=True)
class OtherSubject(TokenFault):
    """Issue id tokens about another `sub`; after a refresh it must be the same as before (OIDC Core 12.2)."""

    sub: str = "somebody-else"
    kind: TokenKind = field(default="id_token", kw_only=True)

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft with another one."""
        draft.claims["sub"] = self.sub
        return draft


# FROM fakeprovider/fakeprovider/faults/token/truncated_token.py: A token that did not fit into somebody's column.


@dataclass(frozen=True)
class TruncatedToken(TokenFault):
    """Cut the last `characters` off tokens of `kind`; some 340 of an RS256 signature stand at the end."""

    characters: Amount = 20

    def token(self, call: Call, draft: TokenDraft) -> str:
        """The true token, shorter."""
        return draft.sign()[: -self.characters]


# FROM fakeprovider/fakeprovider/faults/token/unknown_kid.py: A token signed with a key nobody has seen.


@dataclass(frozen=True)
class UnknownKid(TokenFault):
    """Name a `kid` in the header of tokens of `kind` that the key set does not have; the key itself is the true one."""

    kid: str = "unknown"

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft under another key's name."""
        draft.header["kid"] = self.kid
        return draft


# FROM fakeprovider/fakeprovider/faults/token/wrong_algorithm.py: A token that was not signed the way it says.


@dataclass(frozen=True)
class WrongAlgorithm(TokenFault):
    """Name another `alg` in the header of tokens of `kind` than the one that signed them."""

    alg: str = "RS512"

    def token(self, call: Call, draft: TokenDraft) -> str:
        """The true signature under another algorithm's name."""
        return compact({**draft.header, "alg": self.alg}, draft.claims, signer(draft.key))


# FROM fakeprovider/fakeprovider/faults/token/wrong_at_hash.py: An id token that belongs to another access token.


@dataclass(frozen=True)
class WrongAtHash(TokenFault):
    """Issue id tokens whose `at_hash` fits another access token (OIDC Core 3.1.3.8)."""

    at_hash: str = "AAAAAAAAAAAAAAAAAAAAAA"
    kind: TokenKind = field(default="id_token", kw_only=True)

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft with another one."""
        draft.claims["at_hash"] = self.at_hash
        return draft


# FROM fakeprovider/fakeprovider/faults/token/wrong_audience.py: A token for somebody else.


@dataclass(frozen=True)
class WrongAudience(TokenFault):
    """Issue tokens of `kind` with another `aud`; OIDC Core 3.1.3.7 (3) and RFC 9068 4 ask to refuse them."""

    audience: str = "https://audience.invalid"

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft with another one."""
        draft.claims["aud"] = self.audience
        return draft


# FROM fakeprovider/fakeprovider/faults/token/wrong_azp.py: An id token that was issued to somebody else.


@dataclass(frozen=True)
class WrongAzp(TokenFault):
    """Issue id tokens with another `azp`; a client refuses one that is not its own id (OIDC Core 3.1.3.7 (5))."""

    azp: str = "another-client"
    kind: TokenKind = field(default="id_token", kw_only=True)

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft with another one."""
        draft.claims["azp"] = self.azp
        return draft


# FROM fakeprovider/fakeprovider/faults/token/wrong_claim.py: A well-signed token that says something else.


@dataclass(frozen=True)
class WrongClaim(TokenFault):
    """Give claim `name` the `value` in tokens of `kind` (None leaves the claim out)."""

    name: str
    value: JsonValue

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft with that claim."""
        draft.claims.pop(self.name, None)
        if self.value is not None:
            draft.claims[self.name] = self.value
        return draft


# FROM fakeprovider/fakeprovider/faults/token/wrong_key.py: A forged token under a true name.


@dataclass(frozen=True)
class WrongKey(TokenFault):
    """Sign tokens of `kind` with another key, under the `kid` of the published one."""

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft for another key; its header still names the published one."""
        draft.key = other_key(draft.key.algorithm)
        return draft


# FROM fakeprovider/fakeprovider/faults/token/wrong_nonce.py: An id token of another sign-in.


@dataclass(frozen=True)
class WrongNonce(TokenFault):
    """Issue id tokens with another `nonce` than the client sent; it has to refuse them (OIDC Core 3.1.3.7 (11))."""

    nonce: str = "another-nonce"
    kind: TokenKind = field(default="id_token", kw_only=True)

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft with another one."""
        draft.claims["nonce"] = self.nonce
        return draft


# FROM fakeprovider/fakeprovider/faults/token/wrong_token_issuer.py: A token in somebody else's name.


@dataclass(frozen=True)
class WrongTokenIssuer(TokenFault):
    """Issue tokens of `kind` with another `iss`; OIDC Core 3.1.3.7 (2) and RFC 9068 4 ask to refuse them."""

    issuer: str = "https://issuer.invalid"

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft:
        """The draft with another one."""
        draft.claims["iss"] = self.issuer
        return draft
