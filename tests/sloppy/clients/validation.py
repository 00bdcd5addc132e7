"""Sloppy clients of the family `validation`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from reference_client import access, answers, clock, id_token, jose, places, refresh, token_endpoint, validation
from reference_client.answers import Answer
from reference_client.context import Context
from reference_client.errors import ExpiredTokenError, InvalidTokenError
from reference_client.flows import browser
from reference_client.jwks import Keys
from reference_client.session import Session
from reference_client.token_endpoint import Tokens
from reference_client.transport import Transport
from tests.sloppy.defects import sloppy

SignedClaims = Callable[[str, Keys], dict[str, Any]]
Check = Callable[[str, Keys, str, str], None]
Fetch = Callable[[Keys], list[Mapping[str, Any]]]


@sloppy("validation/alg-none", validation, "signed_claims")
def takes_unsigned_tokens(signed_claims: SignedClaims, token: str, keys: Keys) -> dict[str, Any]:
    """A token that says it has no signature is read as it is."""
    header, claims = jose.read(token)
    if header.get("alg") == "none":
        return {name: value for name, value in claims.items() if name != "at_hash"}
    return signed_claims(token, keys)


@sloppy("validation/bad-signature", jose, "check_signature")
def looks_at_no_signature(original: object, token: str, keys: list[Any], algorithm: str) -> None:
    """The key is looked up, and the signature is not."""


@sloppy("validation/hmac-with-public-key", validation, "signed_claims")
def takes_the_algorithm_of_the_header(signed_claims: SignedClaims, token: str, keys: Keys) -> dict[str, Any]:
    """The header decides by which algorithm the published key is used."""
    header, claims = jose.read(token)
    return claims if str(header.get("alg", "")).startswith("HS") else signed_claims(token, keys)


@sloppy("validation/id-token-is-checked", id_token, "verified_claims")
def looks_at_the_signature_alone(
    original: object, token: str, keys: Keys, *, client_id: str, access_token: str, **named: Any
) -> dict[str, Any]:
    """An ID token that is signed and meant for this client is believed, whoever issued it and whenever."""
    claims = validation.signed_claims(token, keys)
    id_token.check_audience(claims, client_id)
    id_token.check_authorized_party(claims, client_id)
    id_token.check_access_token_hash(claims, access_token, jose.read(token)[0]["alg"])
    return claims


@sloppy("validation/wrong-audience", id_token, "check_audience")
def takes_tokens_of_others(original: object, claims: dict[str, Any], client_id: str | None) -> None:
    """Nobody looks for whom an ID token is meant."""


@sloppy("validation/wrong-azp", id_token, "check_authorized_party")
def takes_tokens_issued_to_others(original: object, claims: dict[str, Any], client_id: str | None) -> None:
    """Nobody looks to whom an ID token was issued."""


@sloppy("validation/wrong-at-hash", id_token, "check_access_token_hash")
def takes_any_access_token(original: object, claims: dict[str, Any], access_token: str, algorithm: str) -> None:
    """Nobody looks with which access token an ID token came."""


@sloppy("validation/expired-is-refreshed-not-used", access, "check")
def uses_expired_tokens(check: Callable[[Context, Session], None], context: Context, session: Session) -> None:
    """A token that is signed is sent, whether or not it has expired."""
    with suppress(ExpiredTokenError):
        check(context, session)


@sloppy("validation/wrong-issuer", validation, "check_access_token")
def takes_any_issuer(original: object, token: str, keys: Keys, issuer: str, audience: str) -> None:
    """Nobody looks who issued an access token, as long as its signature is right."""
    claims = validation.signed_claims(token, keys)
    validation.check_audience(claims, audience)
    validation.check_times(claims)


@sloppy("validation/not-a-jwt", validation, "check_access_token")
def takes_what_it_cannot_read(check: Check, token: str, keys: Keys, issuer: str, audience: str) -> None:
    """A token that is no JWT passes, because there is nothing to check."""
    if token.count(".") == 2:
        check(token, keys, issuer, audience)


@sloppy("validation/clock-skew", validation, "check_not_from_the_future")
def allows_no_other_clock(original: object, claims: dict[str, Any]) -> None:
    """A token is refused that was issued a second in the future."""
    if claims.get("iat", 0) > clock.now() + 1:
        raise InvalidTokenError("its iat is not in the past")


@sloppy("validation/token-type-any-case", token_endpoint, "tokens")
def knows_one_spelling(tokens: Callable[[Answer, str], Tokens], answer: Answer, what: str) -> Tokens:
    """A bearer token has to be called exactly that."""
    if answers.document(answer, what).get("token_type") == "BEARER":
        raise InvalidTokenError("its type is unknown")
    return tokens(answer, what)


@sloppy("validation/token-type-unknown-is-refused", token_endpoint, "tokens")
def takes_any_type(tokens: Callable[[Answer, str], Tokens], answer: Answer, what: str) -> Tokens:
    """The type of a token is not looked at."""
    members = answers.document(answer, what)
    body = json.dumps({**members, "token_type": "Bearer"}).encode()
    return tokens(Answer(answer.url, answer.status, answer.headers, body), what)


@sloppy("validation/scheme-is-bearer", Transport, "send")
def shouts_its_scheme(send: Callable[..., Answer], self: Transport, method: str, url: str, **named: Any) -> Answer:
    """The scheme is written as somebody happened to write the type of the token."""
    bearer = named.get("bearer")
    if bearer:
        self._client(url).headers["Authorization"] = f"bEARER {bearer}"
        named = {**named, "bearer": None}
    return send(self, method, url, **named)


@sloppy("validation/unknown-kid-refetches-once", Keys, "find")
def asks_again_and_again(find: Callable[..., list[Any]], self: Keys, header: Mapping[str, Any], algorithm: str) -> Any:
    """The keys are fetched five times before a kid is taken for unknown."""
    self.REFETCHES = 5
    return find(self, header, algorithm)


@sloppy("validation/same-kid-new-key-refetches-once", Keys, "fetch")
def keeps_keys_for_ever(fetch: Fetch, self: Keys) -> list[Mapping[str, Any]]:
    """The keys are stored, and fetched again for a kid that is not among them, and for nothing else."""
    return _stored_or_fetched(self, fetch, again=self._refetches > 0)


@sloppy("validation/rotated-key-is-accepted", Keys, "fetch")
def never_fetches_again(fetch: Fetch, self: Keys) -> list[Mapping[str, Any]]:
    """The keys are stored, and never fetched again."""
    return _stored_or_fetched(self, fetch, again=False)


@sloppy("validation/jwks-cached", Keys, "all")
def fetches_for_each_look(original: object, self: Keys) -> list[Mapping[str, Any]]:
    """The keys are fetched whenever somebody looks at them."""
    return self.fetch()


def _stored_or_fetched(keys: Keys, fetch: Fetch, *, again: bool) -> list[Mapping[str, Any]]:
    stored = places.stack_cache_directory().with_name("keys.json")
    if again or not stored.exists():
        stored.parent.mkdir(parents=True, exist_ok=True)
        stored.write_text(json.dumps(fetch(keys)), encoding="utf-8")
    found: list[Mapping[str, Any]] = json.loads(stored.read_text(encoding="utf-8"))
    return found


@sloppy("validation/nonce-is-checked", browser, "check_nonce")
def compares_no_nonce(original: object, tokens: Tokens, request: browser.Request) -> None:
    """A nonce is sent, and nobody looks for it in the ID token."""


@sloppy("validation/nonce-at-refresh", refresh, "renewed")
def wants_an_id_token(renewed: Callable[[Session, Tokens], Session], session: Session, tokens: Tokens) -> Session:
    """A refresh without an ID token has failed."""
    if tokens.id_token is None:
        raise InvalidTokenError("the refresh brought no ID token")
    return renewed(session, tokens)
