"""The socket the provider answers on. It speaks HTTP/1.1 and knows nothing of OAuth.

Server                start, stop, down, up                         server.py
  Listener            the port: accepting, refusing, kept           listener.py
  Connections         the open ones: silent, served, turned away    connections.py, files.py
    Poller            one thread that waits on all silent ones      poller.py
    Workers           the threads of those that speak               workers.py
  ConnectionHandler   the requests of one connection, in order      handler.py
    RequestParser     bytes in, whole requests out                  parser.py
    Request           one request as handlers see it                request.py
    Answer            one response as handlers give it              answer.py
    Connection        answers out, and what wire faults need        connection.py
  Service, Limits     what every connection is held to              service.py, limits.py
Certificates          a throw-away authority for https              certificates.py
"""

from __future__ import annotations

from fakeprovider.server.answer import Answer
from fakeprovider.server.connection import Connection, Greet
from fakeprovider.server.limits import Limits
from fakeprovider.server.listener import PortInUse
from fakeprovider.server.request import Request
from fakeprovider.server.server import Server
from fakeprovider.server.service import Handle, OnError, OnNoise

__all__ = [
    "Answer",
    "Connection",
    "Greet",
    "Handle",
    "Limits",
    "OnError",
    "OnNoise",
    "PortInUse",
    "Request",
    "Server",
]
