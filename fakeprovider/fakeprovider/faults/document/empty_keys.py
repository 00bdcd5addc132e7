"""A key set without a key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import DocumentFault

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class EmptyKeys(DocumentFault):
    """Publish `{"keys": []}`: well-formed (RFC 7517 5), and no signature can be checked."""

    endpoints = ("jwks",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        """No key at all."""
        return {**document, "keys": []}
