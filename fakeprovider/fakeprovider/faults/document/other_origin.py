"""An endpoint that lives with somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import DocumentFault
from fakeprovider.faults.document.advertised import Advertised, moved

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class OtherOrigin(DocumentFault):
    """Advertise `endpoint` on `origin`, for instance that of a second provider, which will see what is sent there."""

    origin: str
    endpoint: Advertised = "token"

    endpoints = ("discovery",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        """The document with the other address."""
        return moved(document, self.endpoint, self.origin)
