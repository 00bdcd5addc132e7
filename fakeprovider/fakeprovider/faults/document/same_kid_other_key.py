"""A rotation that forgot to rename the key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import DocumentFault
from fakeprovider.faults.document.key_set import in_place_of, with_keys

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class SameKidOtherKey(DocumentFault):
    """Publish another key under the `kid` of each true one: good tokens seem to be forged."""

    endpoints = ("jwks",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        """Other keys, same names."""
        return with_keys(document, lambda key: [in_place_of(key)])
