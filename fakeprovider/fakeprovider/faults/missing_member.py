"""A document without something every client needs."""

from __future__ import annotations

from dataclasses import dataclass

from fakeprovider.faults.base import DocumentFault


@dataclass(frozen=True)
class MissingMember(DocumentFault):
    """Leave the member `name` out of the document."""

    name: str

    def document(self, document: object) -> object:
        """The document without it."""
        return {k: v for k, v in document.items() if k != self.name} if isinstance(document, dict) else document
