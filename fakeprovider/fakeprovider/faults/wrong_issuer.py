"""A discovery document that speaks for somebody else."""

from __future__ import annotations

from dataclasses import dataclass

from fakeprovider.faults.base import DocumentFault


@dataclass(frozen=True)
class WrongIssuer(DocumentFault):
    """Name another issuer in the discovery document (RFC 8414 3.3, OIDC Discovery 4.3 ask clients to refuse it)."""

    issuer: str = "https://issuer.invalid"

    endpoints = ("discovery",)

    def document(self, document: object) -> object:
        """The document under another name."""
        return {**document, "issuer": self.issuer} if isinstance(document, dict) else document
