"""Keys without a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import DocumentFault
from fakeprovider.faults.document.key_set import with_keys

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class KeysWithoutKid(DocumentFault):
    """Leave `kid` out of every published key, which is allowed: it is optional (RFC 7517 4.5)."""

    endpoints = ("jwks",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        """The keys, unnamed."""
        return with_keys(document, lambda key: [{name: value for name, value in key.items() if name != "kid"}])
