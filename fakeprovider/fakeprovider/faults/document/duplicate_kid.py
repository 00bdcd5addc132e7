"""Two keys under one name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import DocumentFault
from fakeprovider.faults.document.key_set import in_place_of, with_keys

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class DuplicateKid(DocumentFault):
    """Publish another key with the same `kid` ahead of each true one; distinct keys should have distinct ones.

    RFC 7517 4.5. A client that stops at the first match rejects good tokens.
    """

    endpoints = ("jwks",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        """Every key behind its double."""
        return with_keys(document, lambda key: [in_place_of(key), key])
