"""The provider's signing keys (RFC 7517)."""

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from reference_client import answers
from reference_client.discovery import Discovery
from reference_client.errors import BrokenAnswerError, InvalidTokenError

if TYPE_CHECKING:
    from jwt import PyJWK

    from reference_client.transport import Transport

_WHAT = "reading the provider's signing keys"
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth"})
"""Members of a private key (RFC 7518 6.2.2, 6.3.2). A provider that publishes them by mistake has a problem; not we."""
_KEY_TYPES = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}


class Keys:
    """Asks for the key set when somebody needs a key, once; and once more when a token names a key it does not hold."""

    REFETCHES = 1

    def __init__(self, transport: "Transport", discovery: Discovery) -> None:
        self._transport = transport
        self._discovery = discovery
        self._keys: list[Mapping[str, Any]] | None = None
        self._refetches = 0

    def find(self, header: Mapping[str, Any], algorithm: str) -> "list[PyJWK]":
        """Return the keys that a token with this `header` may be signed with: one, unless names are missing or shared.

        Raises:
            NoAnswerError: The provider is unreachable.
            BrokenAnswerError: It answered, but not with keys.
            InvalidTokenError: There is no such key.
        """
        found = candidates(self.all(), header, algorithm)
        while not found and self._refetches < self.REFETCHES:  # keys rotate (OpenID Connect Core 10.1.1)
            self._refetches += 1
            self._keys = None
            found = candidates(self.all(), header, algorithm)
        if not found:
            raise InvalidTokenError("it is signed with a key that the provider does not publish")
        return _loaded(found, algorithm)

    def all(self) -> list[Mapping[str, Any]]:
        """Return every published key. Raises as `find`, except InvalidTokenError."""
        if self._keys is None:
            self._keys = self.fetch()
        return self._keys

    def fetch(self) -> list[Mapping[str, Any]]:
        """Ask for the key set. Raises as `all`."""
        url = self._discovery.metadata().required("jwks_uri")
        keys = answers.document(self._transport.get(url), _WHAT).get("keys")
        if not isinstance(keys, list):
            raise BrokenAnswerError(f"{_WHAT}: {url} answered no list of keys")
        return [key for key in keys if isinstance(key, dict)]


def candidates(keys: list[Mapping[str, Any]], header: Mapping[str, Any], algorithm: str) -> list[Mapping[str, Any]]:
    """Return the keys that fit: of the right type, for signing, for this algorithm, and of no other name."""
    return [
        key
        for key in keys
        if key.get("kty") == _KEY_TYPES[algorithm[:2]]
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and ("kid" not in header or key.get("kid", header["kid"]) == header["kid"])
    ]


def _loaded(jwks: list[Mapping[str, Any]], algorithm: str) -> "list[PyJWK]":
    from jwt import PyJWK
    from jwt.exceptions import PyJWTError

    keys = []
    for jwk in jwks:
        public = {name: value for name, value in jwk.items() if name not in _PRIVATE}
        with suppress(PyJWTError, ValueError, TypeError, KeyError):
            keys.append(PyJWK(public, algorithm))
    if not keys:
        raise BrokenAnswerError(f"{_WHAT}: the published key is damaged")
    return keys
