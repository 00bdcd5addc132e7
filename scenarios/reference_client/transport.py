"""The one way out to the network: a request, its answer, in bounded time; nothing followed, no fallback."""

import os
import socket
import ssl
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from urllib.parse import urlencode

import h11

from reference_client import connection, messages
from reference_client.answers import Answer
from reference_client.connection import HungUpError, ProxyRefusedError, UnusableURLError
from reference_client.errors import BrokenAnswerError, NoAnswerError

LARGEST_BODY = 1 << 20
"""Bytes. Nothing a provider says is longer."""

_HEADERS = {
    "User-Agent": "auth-reference",
    "Accept": "application/json",
    # Compressed answers are small and grow: what few bytes become cannot be told before.
    "Accept-Encoding": "identity",
}


class Transport:
    """Sends requests, each on a connection of its own and answered within `timeout` seconds or given up.

    Certificates are always verified (``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` name other roots), redirects are never
    followed, and proxies from the environment are used for everything but this machine.
    """

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout

    def get(self, url: str, *, bearer: str | None = None) -> Answer:
        """GET `url`, showing the access token `bearer` if given. Raises as `send`."""
        return self.send("GET", url, bearer=bearer)

    def post(self, url: str, form: Mapping[str, str]) -> Answer:
        """POST `form`, encoded as OAuth wants it (RFC 6749 appendix B). Raises as `send`."""
        return self.send("POST", url, form=form)

    def send(
        self, method: str, url: str, *, form: Mapping[str, str] | None = None, bearer: str | None = None
    ) -> Answer:
        """Send one request and return the answer, whatever its status.

        Raises:
            NoAnswerError: No answer arrived: refused, reset, stalled, name not found, TLS failure.
            BrokenAnswerError: One began to arrive and never became whole.
        """
        headers = dict(_HEADERS) | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
        body = b"" if form is None else urlencode(form).encode()
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
        status = 0
        with self._time_limit() as limit:
            try:
                place = connection.target(url)
                with closing(connection.Connection(place, self.timeout, self.tls, limit.watch)) as opened:
                    opened.send(method, headers, body)
                    head = opened.head()
                    status, answered = head.status_code, _Headers(head.headers)
                    return Answer(url, status, answered, _bounded(opened.body(), answered))
            except _FAILURES as error:
                raise self._failure(error, url, status, limit.over) from None

    def tls(self) -> ssl.SSLContext:
        """Return what to trust: what the environment names, else what Mozilla trusts."""
        import certifi  # plain http needs no roots, and loading them takes 18 ms

        named = any(os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))
        return ssl.create_default_context(cafile=None if named else certifi.where())

    @contextmanager
    def _time_limit(self) -> Iterator["_TimeLimit"]:
        limit = _TimeLimit()
        timer = threading.Timer(self.timeout, limit.expire)
        timer.daemon = True
        timer.start()
        try:
            yield limit
        finally:
            timer.cancel()
            limit.lift()

    def _failure(self, error: Exception, url: str, status: int, late: bool) -> NoAnswerError | BrokenAnswerError:
        place = url.partition("?")[0]
        reason = f"no answer within {self.timeout:g} seconds" if late else _reason(error, self.timeout)
        if status:
            reason = f"not whole after {self.timeout:g} seconds" if late else "cut short, too long, or badly encoded"
            return BrokenAnswerError(f"{place} answered, but its answer was {reason}", status=status)
        if isinstance(error, UnusableURLError):
            return BrokenAnswerError(f"{messages.printable(place)} is not a usable URL")
        if isinstance(error, h11.RemoteProtocolError) and not late:
            return BrokenAnswerError(f"{place} answered, but not in HTTP")
        return NoAnswerError(place, reason)


class _Headers(Mapping[str, str]):
    """The headers of an answer, found by their names in any case; one that came twice has both values."""

    def __init__(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        self._values: dict[str, str] = {}
        for name, value in headers:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
            self._values[key] = f"{self._values[key]}, {text}" if key in self._values else text

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class _TimeLimit:
    """Cuts the connection when time is up.

    The timeouts of sockets count from the last byte, so an answer that drips byte by byte outlives them.
    """

    def __init__(self) -> None:
        self.over = False
        self._lifted = False
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()

    def watch(self, connected: socket.socket) -> None:
        """Remember a socket that is to be cut."""
        self._sockets.append(connected)
        if self.over:
            self.expire()

    def expire(self) -> None:
        """Cut."""
        with self._lock:
            if self._lifted:
                return
            self.over = True
            for one in self._sockets:
                with suppress(OSError):  # closed already
                    # Not a TLS socket's own shutdown: it forgets the encryption before it closes.
                    socket.socket.shutdown(one, socket.SHUT_RDWR)

    def lift(self) -> None:
        """Cut nothing from now on: somebody else may have been given the same descriptor."""
        with self._lock:
            self._lifted = True


class _BadBodyError(Exception):
    """The body is too long, or encoded in a way that nobody asked for or that it is not."""


def _bounded(chunks: Iterable[bytes], headers: Mapping[str, str]) -> bytes:
    """Read the body, compressed once at most, and never more than `LARGEST_BODY` of it."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > LARGEST_BODY:
            raise _BadBodyError
    encoding = headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        return bytes(body)
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise _BadBodyError
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 32)  # either format, by its first bytes
    try:
        plain = decoder.decompress(bytes(body), LARGEST_BODY + 1)
    except zlib.error:
        raise _BadBodyError from None
    if len(plain) > LARGEST_BODY or not decoder.eof:
        raise _BadBodyError
    return plain


def _reason(error: Exception, timeout: float) -> str:
    """Say in a few words why there was no answer."""
    for kind, words in _WORDS:
        if isinstance(error, kind):
            return words.format(seconds=f"{timeout:g}", detail=getattr(error, "verify_message", "").rstrip("."))
    return "the connection failed"


_FAILURES = (OSError, h11.ProtocolError, HungUpError, ProxyRefusedError, UnusableURLError, _BadBodyError)

_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLCertVerificationError, "TLS failure: {detail}"),
    (ssl.SSLError, "TLS failure"),
    (socket.gaierror, "name not found"),
    (ConnectionRefusedError, "connection refused"),
    (ConnectionResetError, "connection reset"),
    (BrokenPipeError, "connection reset"),
    (TimeoutError, "no answer within {seconds} seconds"),
    (HungUpError, "connection closed without an answer"),
    (ProxyRefusedError, "the proxy refused"),
)
