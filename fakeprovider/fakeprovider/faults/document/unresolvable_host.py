"""An endpoint whose host name nobody knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import DocumentFault
from fakeprovider.faults.document.advertised import Advertised, moved

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class UnresolvableHost(DocumentFault):
    """Advertise `endpoint` on a host below `.invalid`, which no resolver may know (RFC 6761 6.4)."""

    endpoint: Advertised = "token"

    endpoints = ("discovery",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        """The document with a name that cannot be resolved."""
        return moved(document, self.endpoint, f"{call.request.scheme}://provider.invalid")
