"""The one way out to the network: a request, its answer, in bounded time; nothing followed, no fallback."""

import socket
import ssl
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import httpx

from reference_client import log, messages
from reference_client.answers import Answer
from reference_client.errors import BrokenAnswerError, NoAnswerError

LARGEST_BODY = 1 << 20
"""Bytes. Nothing a provider says is longer."""

_LOOPBACK_IS_DIRECT: dict[str, httpx.BaseTransport | None] = {
    f"all://{host}": None for host in ("localhost", "*.localhost", "127.0.0.1", "[::1]")
}


class Transport:
    """Sends requests, each answered within `timeout` seconds or given up.

    Certificates are always verified (``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` name other roots), redirects are never
    followed, and proxies from the environment are used for everything but this machine.
    """

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self._clients: dict[str, httpx.Client] = {}
        self._sockets: list[socket.socket] = []

    def close(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            client.close()

    def get(self, url: str, *, bearer: str | None = None) -> Answer:
        """GET `url`, showing the access token `bearer` if given. Raises as `send`."""
        return self.send("GET", url, bearer=bearer)

    def post(self, url: str, form: Mapping[str, str]) -> Answer:
        """POST `form`, encoded as OAuth wants it (RFC 6749 appendix B). Raises as `send`."""
        return self.send("POST", url, form=form)

    def post_json(self, url: str, document: Mapping[str, object]) -> Answer:
        """POST `document` as JSON. Raises as `send`."""
        return self.send("POST", url, document=document)

    def send(
        self,
        method: str,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        document: Mapping[str, object] | None = None,
        bearer: str | None = None,
    ) -> Answer:
        """Send one request and return the answer, whatever its status.

        Raises:
            NoAnswerError: No answer arrived: refused, reset, stalled, name not found, TLS failure.
            BrokenAnswerError: One began to arrive and never became whole.
        """
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        status = 0
        with self._time_limit() as limit:
            try:
                with self._client(url).stream(
                    method, url, data=form, json=document, headers=headers, extensions={"trace": limit.watch}
                ) as response:
                    status = response.status_code
                    body = _bounded(response)
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ssl.SSLError) as error:
                raise self._failure(error, url, status, limit.over) from None
        # Without its query, headers and body: people paste what --debug prints into bug reports.
        log.debug("%s %s: HTTP %d, %d bytes", method, url.partition("?")[0], status, len(body))
        return Answer(url, status, response.headers, body)

    def _client(self, url: str) -> httpx.Client:
        scheme = "https" if url.lower().startswith("https:") else "http"
        if scheme not in self._clients:
            self._clients[scheme] = httpx.Client(
                verify=self.tls(scheme),
                timeout=self.timeout,
                follow_redirects=False,
                mounts=_LOOPBACK_IS_DIRECT,
                # Compressed answers are small and grow: what few bytes become cannot be told before.
                headers={"User-Agent": "auth-reference", "Accept": "application/json", "Accept-Encoding": "identity"},
            )
        return self._clients[scheme]

    def tls(self, scheme: str) -> ssl.SSLContext:
        """Return what to trust. Plain http needs no roots, and loading them takes 18 ms."""
        return httpx.create_ssl_context() if scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    @contextmanager
    def _time_limit(self) -> Iterator["_TimeLimit"]:
        limit = _TimeLimit(self._sockets)
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
        if isinstance(error, (httpx.InvalidURL, httpx.UnsupportedProtocol)):
            return BrokenAnswerError(f"{messages.printable(place)} is not a usable URL")
        if _is_garbage(error) and not late:
            return BrokenAnswerError(f"{place} answered, but not in HTTP")
        return NoAnswerError(place, reason)


class _TimeLimit:
    """Cuts the connection when time is up.

    The timeouts of an HTTP library count from the last byte, so an answer that drips byte by byte outlives them.
    """

    def __init__(self, sockets: list[socket.socket]) -> None:
        self.over = False
        self._lifted = False
        self._sockets = sockets
        self._lock = threading.Lock()

    def watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Remember new connections (httpx calls this "trace" extension for every step of a request)."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._sockets.append(info["return_value"].get_extra_info("socket"))
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
        """Cut nothing from now on: the next request has its own limit."""
        with self._lock:
            self._lifted = True


def _bounded(response: httpx.Response) -> bytes:
    """Read the body, compressed once at most, and never more than `LARGEST_BODY` of it."""
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise httpx.DecodingError("too long")
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        return bytes(body)
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise httpx.DecodingError("an encoding that was not asked for")
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 32)  # either format, by its first bytes
    try:
        plain = decoder.decompress(bytes(body), LARGEST_BODY + 1)
    except zlib.error:
        raise httpx.DecodingError("not what it is said to be") from None
    if len(plain) > LARGEST_BODY or not decoder.eof:
        raise httpx.DecodingError("too long, or cut short")
    return plain


def _is_garbage(error: Exception) -> bool:
    """Whether bytes arrived that are no HTTP answer; a connection closed without a byte is none."""
    return isinstance(error, httpx.RemoteProtocolError) and "disconnected" not in str(error)


def _reason(error: BaseException, timeout: float) -> str:
    """Say in a few words why there was no answer, from the first cause that is known."""
    cause: BaseException | None = error
    while cause is not None:
        for kind, words in _WORDS:
            if isinstance(cause, kind):
                return words.format(seconds=f"{timeout:g}", detail=getattr(cause, "verify_message", "").rstrip("."))
        cause = cause.__cause__ or cause.__context__
    return "the connection failed"


_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLCertVerificationError, "TLS failure: {detail}"),
    (ssl.SSLError, "TLS failure"),
    (socket.gaierror, "name not found"),
    (ConnectionRefusedError, "connection refused"),
    (ConnectionResetError, "connection reset"),
    (BrokenPipeError, "connection reset"),
    (TimeoutError, "no answer within {seconds} seconds"),
    (httpx.TimeoutException, "no answer within {seconds} seconds"),
    (httpx.RemoteProtocolError, "connection closed without an answer"),
    (httpx.ProxyError, "the proxy refused"),
)
