"""The socket the provider answers on. It speaks HTTP/1.1 and knows nothing of OAuth.

Server            start, stop, down, up                       server.py
  Listener        the port: accepting, refusing, kept         listener.py
  Conversation    the requests of one connection, in order    conversation.py
    Reader        bytes in, whole requests out                reading.py, parsing.py, noise.py
    environ_of    a request as werkzeug wants it              environ.py
    Connection    answers out, and what wire faults need      connection.py, heads.py
  Service, Limits what every connection is held to            service.py, limits.py
"""

from __future__ import annotations

from fakeprovider.server.connection import Connection
from fakeprovider.server.listener import PortInUse
from fakeprovider.server.server import Server
from fakeprovider.server.service import Greet, Handle, Limits, OnError, OnNoise

__all__ = ["Connection", "Greet", "Handle", "Limits", "OnError", "OnNoise", "PortInUse", "Server"]
