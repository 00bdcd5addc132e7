"""A key set from yesterday."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fakeprovider.faults.base import DocumentFault

if TYPE_CHECKING:
    from fakeprovider.call import Call
    from fakeprovider.provider import Provider


@dataclass(frozen=True)
class StaleKeys(DocumentFault):
    """Go on publishing the keys of the moment it was armed, as a cache does; met once the keys have been rotated."""

    _kept: list[dict[str, object]] = field(default_factory=list, init=False, repr=False, compare=False)

    endpoints = ("jwks",)

    def begin(self, provider: Provider) -> None:
        """Keep the keys as they are now."""
        self._kept.append(provider.keys.jwks())

    def end(self, provider: Provider) -> int:
        """Let them go."""
        self._kept.pop()
        return 0

    def document(self, call: Call, document: dict[str, object]) -> object:
        """The keys of then."""
        return self._kept[-1]
