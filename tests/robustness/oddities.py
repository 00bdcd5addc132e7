"""Requests that are nearly right: plausible ones with a few things gone wrong, always the same ones for a seed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Final, NamedTuple, TypeVar
from urllib.parse import quote_plus, urlsplit

from joserfc import jws
from joserfc.jwk import ECKey

from fakeprovider import Provider
from fakeprovider.app import ROUTES
from fakeprovider.protocol.pkce import s256
from fakeprovider.state.clients import ClientRecord
from fakeprovider.vocabulary import GRANT_TYPES

from .words import BODIES, ENDINGS, HEADERS, HOSTS, METHODS, TARGETS, TYPES, VALUES

T = TypeVar("T")

VERIFIER: Final = "v" * 64
REDIRECT: Final = "http://127.0.0.1:9/callback"
ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class Place(NamedTuple):
    """A path, the endpoint there, the methods it answers."""

    path: str
    endpoint: str
    methods: tuple[str, ...]


class Oddities:
    """Requests to one provider, drawn by a seed: endless, and never twice the same."""

    def __init__(self, provider: Provider, seed: int) -> None:
        self.provider = provider
        self.random = random.Random(seed)  # noqa: S311 - the same every time is what it is for
        self._issued: dict[str, tuple[str, str, str]] = {}
        self._key = ECKey.generate_key("P-256")
        jwks = {"keys": [self.public_key]}
        provider.clients.add(ClientRecord("cli"))
        provider.clients.add(ClientRecord("keyed", jwks=jwks))
        provider.clients.add(ClientRecord("secretive", secret="s", redirect_uris=(REDIRECT,)))

    @property
    def public_key(self) -> dict[str, object]:
        """What client `keyed` registered."""
        return dict(self._key.as_dict(private=False))

    def assertion(self, claims: dict[str, object]) -> str:
        """A JWT that client `keyed` signed (RFC 7523 3), good but for `claims`."""
        good = {
            "iss": "keyed",
            "sub": "keyed",
            "aud": self.provider.issuer,
            "exp": int(self.provider.clock.now()) + 60,
            "jti": str(self.random.random()),
        }
        payload = json.dumps({**good, **claims}).encode()
        return jws.serialize_compact({"alg": "ES256"}, payload, self._key)

    def requests(self, places: tuple[Place, ...]) -> Iterator[bytes]:
        """Whole requests to `places` and others near them, without end."""
        while True:
            yield self._request(self._pick(places))

    def _request(self, place: Place) -> bytes:
        path = place.path
        method = self._pick(METHODS if self._rarely() else place.methods)
        parameters = self._parameters(place.endpoint)
        kind = self._pick(TYPES)
        body = self._body(kind, parameters) if method not in ("GET", "HEAD") or self._rarely() else b""
        if not body and self.random.random() < 0.9:
            path += "?" + self._form(parameters)[:40_000].decode("latin-1")
        if self._rarely():
            path = self._elsewhere(path)
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._pick(HOSTS)}", f"Content-Type: {kind}"]
        lines += self._headers()
        head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])
        return head.encode("latin-1") + body

    def _headers(self) -> list[str]:
        drawn = [self._pick(HEADERS)] if self._rarely() else []
        if not drawn and self._rarely():
            return [f"Authorization: Bearer {self._tokens('cli')[0]}"]
        return drawn

    def _elsewhere(self, path: str) -> str:
        return self._pick(TARGETS) if self._rarely() else path + self._pick(ENDINGS)

    # -- parameters ---------------------------------------------------------------------------------------------

    def _parameters(self, endpoint: str) -> dict[str, object]:
        """Plausible parameters of an endpoint, a few of them odd, a few of them gone."""
        elsewhere = ("authorization", "token", "registration", "")
        drawn = self._plausible(self._pick(elsewhere) if self._rarely() else endpoint)
        for name in self.random.sample(sorted(drawn), k=self.random.randrange(4)):
            drawn[name] = self._pick(VALUES)
        for name in self.random.sample(sorted(drawn), k=self.random.randrange(3)):
            del drawn[name]
        return drawn

    def _plausible(self, endpoint: str) -> dict[str, object]:
        client = self._pick(("cli", "cli", "cli", "keyed", "secretive", "nobody"))
        tokens = self._tokens(client)
        drawn: dict[str, object] = {"client_id": client, "scope": "openid", "token": self._pick(tokens)}
        if endpoint in ("authorization", "pushed_authorization_request"):
            drawn |= self._of_browser()
        elif endpoint == "token":
            drawn |= self._of_token(tokens)
        elif endpoint == "registration":
            drawn |= self._of_registration()
        else:
            drawn |= self._of_page(tokens)
        if client == "secretive":
            drawn["client_secret"] = "s"
        if client == "keyed" and self.random.random() < 0.8:
            drawn |= {"client_assertion": self._assertion(), "client_assertion_type": ASSERTION}
        return drawn

    def _of_browser(self) -> dict[str, object]:
        return {
            "response_type": "code",
            "redirect_uri": REDIRECT,
            "state": "s",
            "nonce": "n",
            "code_challenge": s256(VERIFIER),
            "code_challenge_method": "S256",
            "prompt": "login",
            "max_age": "10",
            "login_hint": "ada",
            "response_mode": self._pick(("query", "fragment", "form_post")),
            "resource": self.provider.api,
        }

    def _of_token(self, tokens: tuple[str, ...]) -> dict[str, object]:
        urn = "urn:ietf:params:oauth:token-type:access_token"
        return {
            "grant_type": self._pick(tuple(GRANT_TYPES)),
            "refresh_token": tokens[1],
            "assertion": self._pick((tokens[0], tokens[2], self._assertion())),
            "subject_token": tokens[0],
            "subject_token_type": urn,
            "actor_token": tokens[0],
            "actor_token_type": urn,
            "code": self._of_store("authorization_codes"),
            "code_verifier": VERIFIER,
            "redirect_uri": REDIRECT,
            "device_code": self._of_store("device_codes"),
            "audience": "https://api.example",
        }

    def _of_page(self, tokens: tuple[str, ...]) -> dict[str, object]:
        return {
            "sign_in": self._of_store("sign_in_pages"),
            "decision": "approve",
            "person": self.provider.user.person.sub,
            "user_code": "ABCD-EFGH",
            "otp": "ABCD-EFGH",
            "device_auth_id": self._of_store("device_codes"),
            "id_token_hint": tokens[2],
            "post_logout_redirect_uri": REDIRECT,
            "request_uri": self._of_store("pushed_requests"),
        }

    def _of_registration(self) -> dict[str, object]:
        methods = ("none", "client_secret_basic", "private_key_jwt")
        return {
            "redirect_uris": [REDIRECT],
            "post_logout_redirect_uris": [REDIRECT],
            "token_endpoint_auth_method": self._pick(methods),
            "jwks": {"keys": [self.public_key]},
            "grant_types": ["authorization_code"],
            "response_types": ["code"],
            "client_name": "Odd",
            "application_type": "native",
        }

    def _tokens(self, client: str) -> tuple[str, str, str]:
        """Access, refresh and id token of a client: now and then new ones, for requests wear them out."""
        if client not in self._issued or self._rarely():
            issued = self.provider.issue(client)
            self._issued[client] = (issued.access_token, issued.refresh_token, issued.id_token)
        return self._issued[client]

    def _of_store(self, records: str) -> str:
        known = list(getattr(self.provider.store, records))
        return str(self._pick(tuple(known))) if known else "none yet"

    def _assertion(self) -> str:
        """An assertion of client `keyed`, most often with an odd claim."""
        claims = ("iss", "sub", "aud", "exp", "nbf", "jti")
        return self.assertion({self._pick(claims): self._pick(VALUES)} if self.random.random() < 0.7 else {})

    # -- encodings ----------------------------------------------------------------------------------------------

    def _body(self, kind: str, parameters: dict[str, object]) -> bytes:
        if self._rarely():
            return self._pick(BODIES)
        if "json" in kind:
            return json.dumps(parameters).encode()
        return self._form(parameters)

    def _form(self, parameters: dict[str, object]) -> bytes:
        pairs = [(name, value if isinstance(value, str) else json.dumps(value)) for name, value in parameters.items()]
        if self._rarely():
            pairs += pairs[:2]
        encode = self._raw if self._rarely() else self._encoded
        return b"&".join(encode(name) + b"=" + encode(value) for name, value in pairs)

    def _encoded(self, text: str) -> bytes:
        return quote_plus(text, errors="surrogatepass").encode()

    def _raw(self, text: str) -> bytes:
        """Not encoded at all, but for what would end the request line."""
        return text.encode("utf-8", "surrogatepass").translate(None, b" \r\n\0\t")

    def _rarely(self) -> bool:
        return self.random.random() < 0.15

    def _pick(self, choices: tuple[T, ...]) -> T:
        return self.random.choice(choices)


def places_of(provider: Provider) -> tuple[Place, ...]:
    """Everything that is served on the provider's own origin."""
    dialect, below = provider.dialect, provider.path
    named = [Place(below + path, name, ROUTES[name].methods) for name, path in dialect.paths.items()]
    routes = [Place(below + path, route.endpoint, route.methods or METHODS) for path, route in dialect.routes.items()]
    return (*named, *routes, *_of_resource(provider))


def places_of_api(provider: Provider) -> tuple[Place, ...]:
    """Everything that is served on the origin of the API."""
    routes = provider.dialect.api_routes.items()
    return (*(Place(path, route.endpoint, route.methods) for path, route in routes), *_of_resource(provider))


def _of_resource(provider: Provider) -> tuple[Place, ...]:
    things = urlsplit(f"{provider.api}/things").path
    return Place(things, "api", METHODS), Place("/.well-known/oauth-protected-resource", "resource_metadata", ("GET",))
