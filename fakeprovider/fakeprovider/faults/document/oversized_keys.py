"""A key set that has grown for years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import DocumentFault
from fakeprovider.faults.checking import Amount
from fakeprovider.faults.document.key_set import in_place_of

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class OversizedKeys(DocumentFault):
    """Publish `count` other keys, each with a `kid` of its own, ahead of the true ones: some 400 bytes each."""

    count: Amount = 1000

    endpoints = ("jwks",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        """The key set behind a pile of old ones."""
        keys = document.get("keys")
        if not isinstance(keys, list) or not keys:
            return document
        old = in_place_of(keys[0])
        return {**document, "keys": [{**old, "kid": f"old-{n}"} for n in range(1, self.count + 1)] + keys}
