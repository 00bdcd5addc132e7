"""One received request as handlers see it: a werkzeug `Request` with what the socket knows beside it."""

from __future__ import annotations

import functools
import io
import sys
import time
from collections.abc import Sequence
from typing import Any, Self
from urllib.parse import parse_qsl, unquote_to_bytes

import werkzeug.wrappers
from werkzeug.datastructures import Authorization
from werkzeug.utils import cached_property

from fakeprovider.server.connection import Connection
from fakeprovider.server.parser import Received

Environ = dict[str, Any]

_MOST_FIELDS = 1000  # a form with more of them is read as an empty one


class Request(werkzeug.wrappers.Request):
    """A werkzeug request whose body and header fields are at hand as they came.

    `body` holds the bytes of the body, `raw_headers` the header fields in the order they came, with repetitions and
    with names that CGI variables cannot express, `received_at` the `time.monotonic()` at which the request was whole.
    A request made from a plain WSGI environ (PEP 3333) has all of this as well, but no connection.
    """

    def __init__(
        self,
        environ: Environ,
        *,
        connection: Connection | None = None,
        raw_headers: Sequence[tuple[str, str]] | None = None,
        body: bytes | None = None,
    ) -> None:
        # Without populate_request: environ and request would hold each other until the garbage collector runs.
        super().__init__(environ, populate_request=False)
        self._connection = connection
        self.body: bytes = self.get_data() if body is None else body
        self.raw_headers: Sequence[tuple[str, str]] = (
            tuple(self.headers.items()) if raw_headers is None else raw_headers
        )
        self.received_at = time.monotonic()

    @classmethod
    def of(cls, received: Received, base: Environ, connection: Connection) -> Self:
        """Return the request that `received` is, on a connection whose requests have `base` in common."""
        return cls(_environ_of(received, base), connection=connection, raw_headers=received.headers, body=received.body)

    @property
    def connection(self) -> Connection:
        """The connection the request came on; `RuntimeError` for a request that did not come through our socket."""
        if self._connection is None:
            raise RuntimeError(
                "this request came without a connection of ours, so there is none to wait on or to close"
            )
        return self._connection

    @cached_property
    def authorization(self) -> Authorization | None:
        """The Authorization header field as werkzeug reads it; None as well for one with characters beyond ASCII.

        No scheme has any (RFC 9110 11.4), and werkzeug would raise for them.
        """
        return super().authorization if self.environ.get("HTTP_AUTHORIZATION", "").isascii() else None

    @cached_property
    def form_fields(self) -> tuple[tuple[str, str], ...]:
        """Every name and value of a form in the body, in order and with repetitions, whatever the content type says.

        Broken percent-encodings decode to replacement characters: a rejection explains them better than a crash.
        """
        try:
            text = self.body.decode("utf-8", "replace")
            return tuple(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
        except ValueError:
            return ()


def environ_base(connection: Connection) -> Environ:
    """Return what the environs of all requests of one connection have in common (PEP 3333)."""
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
    }


def split_target(target: str) -> tuple[str, str, str]:
    """Return authority, path and query of a request target in any of its four forms (RFC 9112 3.2).

    The authority is that of the absolute form, which replaces the Host header field; otherwise it is empty.
    """
    authority = ""
    if not target.startswith("/") and "://" in target:
        authority, slash, rest = target.partition("://")[2].partition("/")
        authority, question, query = authority.partition("?")
        target = f"{slash or '/'}{rest}{question}{query}"
    path, _, query = target.partition("?")
    return authority, path, query


def _environ_of(received: Received, base: Environ) -> Environ:
    """Return the WSGI environ of one request."""
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
    return environ


@functools.lru_cache(maxsize=1024)
def _environ_key(name: str) -> str:
    """Return the CGI name of a header field, "" for one with an underscore: it could pose as another field."""
    if "_" in name:
        return ""
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
