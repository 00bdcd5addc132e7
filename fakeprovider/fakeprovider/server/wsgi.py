"""A received request as the WSGI environ that werkzeug's Request reads (PEP 3333)."""

from __future__ import annotations

import functools
import io
import sys
import time
from typing import Any
from urllib.parse import unquote_to_bytes

from fakeprovider.server.connection import Connection
from fakeprovider.server.parser import Received

Environ = dict[str, Any]


def environ_base(connection: Connection) -> Environ:
    """What the environs of all requests of one connection have in common."""
    host, port = connection.local
    return {
        "SCRIPT_NAME": "",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "REMOTE_ADDR": connection.peer[0],
        "REMOTE_PORT": str(connection.peer[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https" if connection.encrypted else "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
        "fakeprovider.connection": connection,
    }


def environ_of(received: Received, base: Environ) -> Environ:
    """The environ of one request, with four keys of our own.

    `fakeprovider.connection` is its Connection, `fakeprovider.body` its body and `fakeprovider.headers` its header
    fields as they came, in order and with repetitions, `fakeprovider.received` the `time.monotonic()` at which it was
    whole.
    """
    environ = base.copy()
    for name, value in received.headers:
        key = _environ_key(name)
        if key in environ:
            value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"
        environ[key] = value
    environ.pop("", None)
    if received.body:
        environ["CONTENT_LENGTH"] = str(len(received.body))
    authority, path, query = split_target(received.target)
    if authority:
        environ["HTTP_HOST"] = authority
    environ["REQUEST_METHOD"] = received.method
    environ["REQUEST_URI"] = environ["RAW_URI"] = received.target
    environ["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1") if "%" in path else path
    environ["QUERY_STRING"] = query
    environ["SERVER_PROTOCOL"] = f"HTTP/{received.version}"
    environ["wsgi.input"] = io.BytesIO(received.body)
    environ["fakeprovider.body"] = received.body
    environ["fakeprovider.headers"] = received.headers
    environ["fakeprovider.received"] = time.monotonic()
    return environ


def split_target(target: str) -> tuple[str, str, str]:
    """Authority, path and query of a request target in any of its four forms (RFC 9112 3.2).

    The authority is that of the absolute form, which replaces the Host header field; otherwise it is empty.
    """
    authority = ""
    if not target.startswith("/") and "://" in target:
        authority, slash, rest = target.partition("://")[2].partition("/")
        authority, question, query = authority.partition("?")
        target = f"{slash or '/'}{rest}{question}{query}"
    path, _, query = target.partition("?")
    return authority, path, query


@functools.lru_cache(maxsize=1024)
def _environ_key(name: str) -> str:
    """The CGI name of a header field, empty for one with an underscore: it could pose as another field."""
    if "_" in name:
        return ""
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
