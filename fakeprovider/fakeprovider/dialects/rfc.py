"""Dialect `rfc`: the RFCs and OpenID Connect as written, nothing added but session and generation."""

from __future__ import annotations

from fakeprovider.dialects.base import Dialect


class Rfc(Dialect):
    """The default: the paths and shapes of the base class are the RFCs'."""
