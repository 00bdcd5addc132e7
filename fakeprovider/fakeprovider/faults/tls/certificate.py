"""Showing a client another certificate than the honest one."""

from __future__ import annotations

import ssl
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import trustme

from fakeprovider.certificates import NAMES

if TYPE_CHECKING:
    from fakeprovider.provider import Provider


def show(
    client: ssl.SSLSocket,
    provider: Provider,
    *,
    authority: trustme.CA | None = None,
    names: tuple[str, ...] = (),
    valid: tuple[datetime, datetime] | None = None,
) -> None:
    """Go on with this client's handshake under another certificate; what is not said is as it should be."""
    certificates = provider.certificates
    signed_by = authority or (certificates.authority if certificates else trustme.CA())
    honest = {*NAMES, urlsplit(provider.origin).hostname or NAMES[0]}
    begin, end = valid or (None, None)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    signed_by.issue_cert(*(names or sorted(honest)), not_before=begin, not_after=end).configure_cert(context)
    client.context = context
