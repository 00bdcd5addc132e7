"""A discovery document that speaks for somebody else: the smallest fault, the one to copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fakeprovider.faults.base import DocumentFault

if TYPE_CHECKING:
    from fakeprovider.call import Call


@dataclass(frozen=True)
class WrongIssuer(DocumentFault):
    """Name another issuer in the discovery document (RFC 8414 3.3, OIDC Discovery 4.3 ask clients to refuse it)."""

    issuer: str = "https://issuer.invalid"

    endpoints = ("discovery",)

    def document(self, call: Call, document: dict[str, object]) -> object:
        """The document under another name."""
        return {**document, "issuer": self.issuer}
