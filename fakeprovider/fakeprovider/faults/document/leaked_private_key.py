"""A key set that tells everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import DocumentFault
from fakeprovider.faults.document.key_set import with_keys

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class LeakedPrivateKey(DocumentFault):
    """Publish the private members of the keys too (RFC 7517 9.2: never): whoever reads them can sign."""

    endpoints = ("jwks",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        """The keys with `d` and what goes with it."""
        private = {key.kid: key.key.as_dict(private=True) for key in call.provider.keys.published}
        return with_keys(document, lambda key: [{**key, **private.get(str(key.get("kid")), {}), "kid": key.get("kid")}])
