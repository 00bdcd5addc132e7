"""The JWK Set (RFC 7517 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.server.answer import Answer

if TYPE_CHECKING:
    from fakeprovider.context import Call


def serve(call: Call) -> Answer:
    """Return the published keys, the signing one first."""
    return call.document(call.provider.keys.jwks())
