"""Refused, for one endpoint alone."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fakeprovider.faults.base import DocumentFault
from fakeprovider.faults.document.advertised import Advertised, moved

if TYPE_CHECKING:
    from fakeprovider.call import Call
    from fakeprovider.provider import Provider


@dataclass(frozen=True)
class DeadPort(DocumentFault):
    """Advertise `endpoint` at a port where nobody listens: connections to this endpoint alone are refused."""

    endpoint: Advertised = "token"
    _sockets: list[socket.socket] = field(default_factory=list, init=False, repr=False, compare=False)

    endpoints = ("discovery",)

    def begin(self, provider: Provider) -> None:
        """Reserve a port without listening on it."""
        reserved = socket.socket()
        reserved.bind(("127.0.0.1", 0))
        self._sockets.append(reserved)

    def end(self, provider: Provider) -> int:
        """Give the port back."""
        self._sockets.pop().close()
        return 0

    def document(self, call: Call, document: dict[str, object]) -> object:
        """The document with the dead address."""
        port = self._sockets[-1].getsockname()[1]
        return moved(document, self.endpoint, f"{call.request.scheme}://127.0.0.1:{port}")
