"""Bytes of HTTP/1.x in, whole requests out, and names for bytes that are no HTTP at all.

No sockets here: httptools (llhttp) does the parsing.
"""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

import httptools

from fakeprovider.server.limits import Limits

TLS_HANDSHAKE = b"\x16\x03"  # RFC 8446 5.1: content type 22, legacy_record_version 3.x

TLS_ON_PLAIN_PORT = "a TLS ClientHello on the plain-HTTP port"
PLAIN_ON_TLS_PORT = "plain HTTP on the TLS port"


def named(arrived: bytes, complaint: str) -> str:
    """Name the protocol of bytes that are no HTTP/1.1 request; where it is unknown, add the parser's `complaint`."""
    if arrived.startswith(TLS_HANDSHAKE[:1]):
        return TLS_ON_PLAIN_PORT
    if arrived.startswith(b"PRI * HTTP/2"):
        return "an HTTP/2 connection preface, where HTTP/1.1 is spoken (RFC 9113 3.4)"
    return f"not an HTTP/1.1 request: {complaint}"


def named_before_tls(arrived: bytes) -> str:
    """Name what came to the TLS port instead of a ClientHello."""
    method = arrived.partition(b" ")[0]
    if method.isalpha() and method.isupper():
        return PLAIN_ON_TLS_PORT
    return "bytes that are no TLS ClientHello on the TLS port"


_CHUNK_FRAMING = 16  # bytes that the size of a chunk with its line breaks takes at most


class Received(NamedTuple):
    """One whole request as it arrived, text decoded as Latin-1."""

    method: str
    target: str
    version: str
    headers: list[tuple[str, str]]
    body: bytes
    keep_alive: bool


class Refusal(NamedTuple):
    """Why what arrived is not handled, and the status that says so."""

    status: int
    reason: str


class RequestParser:
    """Parses the bytes of one connection; never raises.

    `requests` are the whole ones not taken yet, `begun` says that part of another is here, and `refusal` is set once
    something could not be accepted: after the `requests`, nothing more will come.
    """

    def __init__(self, limits: Limits) -> None:
        self.requests: deque[Received] = deque()
        self.refusal: Refusal | None = None
        self.begun = False
        self.expects_continue = False
        self._limits = limits
        self._headers_as_sent: list[tuple[str, str]] = []
        self._parser = httptools.HttpRequestParser(self)
        self.on_message_begin()
        self.begun = False

    def feed(self, data: bytes) -> None:
        """Parse the next bytes."""
        head_goes_on = self.begun and not self._in_body
        body = self._body if self._in_body else None
        rest = data
        while rest and self.refusal is None:
            rest = self._parsed(rest)
        if head_goes_on and self.begun and not self._in_body:
            self._head_bytes_fed += len(data)
            self._measure_head(self._head_bytes_fed)
        if body is self._body and self.begun and self.refusal is None:  # the body of the same request goes on
            self._body_bytes_fed += len(data)
            self._measure_framing()

    def _parsed(self, data: bytes) -> bytes:
        went_on = self.begun
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            return self._without_offer() + data[upgrade.args[0] :]
        except httptools.HttpParserError as error:
            self._refuse(400, named(b"" if went_on else data, str(error)))
        return b""

    def _without_offer(self) -> bytes:
        """Return the head to read again, without the offer to change protocols, which may be ignored (RFC 9110 7.8).

        llhttp takes the request for complete and its body for the other protocol's first bytes; h2c clients send one.
        """
        if not self.requests or self.requests[-1].method == "CONNECT":
            return b""
        offering = self.requests.pop()
        self._parser = httptools.HttpRequestParser(self)  # the old one is done if the offer came with `close`
        self._headers_as_sent = offering.headers
        lines = [f"{name}: {value}\r\n" for name, value in offering.headers if name.lower() != "upgrade"]
        return f"{offering.method} {offering.target} HTTP/{offering.version}\r\n{''.join(lines)}\r\n".encode("latin-1")

    def on_message_begin(self) -> None:
        """Begin a request; httptools calls this and every other `on_` method."""
        self.begun = True
        self.expects_continue = False
        self._in_body = False
        self._target = b""
        self._headers: list[tuple[str, str]] = []
        self._body: list[bytes] = []
        self._body_bytes = 0
        self._head_bytes = 0
        self._head_bytes_fed = 0
        self._body_bytes_fed = 0

    def on_url(self, part: bytes) -> None:
        """Add a part of the request target."""
        self._target += part

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header field; ignore a trailer field, which nothing here needs (RFC 9110 6.5.1)."""
        if self._in_body:
            return
        self._head_bytes += len(name) + len(value)
        self._headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_headers_complete(self) -> None:
        """End the head: refuse the request, or let its body come."""
        if self._headers_as_sent:
            self._headers, self._headers_as_sent = self._headers_as_sent, []
        self._in_body = True
        self._measure_head(self._head_bytes + len(self._target))
        hosts = 0
        for name, value in self._headers:
            lowered = name.lower()
            if lowered == "host":
                hosts += 1
            elif lowered == "content-length":
                self._measure_body(int(value))
            elif lowered == "expect":
                self.expects_continue = value.lower() == "100-continue"
        version = self._parser.get_http_version()
        if version not in ("1.0", "1.1"):
            self._refuse(505, f"HTTP/{version} arrived, HTTP/1.1 is spoken here")
        elif hosts > 1 or (hosts == 0 and version == "1.1"):
            self._refuse(400, f"{hosts} Host header fields arrived, expected exactly one (RFC 9112 3.2)")

    def on_body(self, part: bytes) -> None:
        """Add a part of the body, chunked or not."""
        self._measure_body(self._body_bytes + len(part))
        if self.refusal is None:
            self._body_bytes += len(part)
            self._body.append(part)

    def on_message_complete(self) -> None:
        """End the request: it is whole."""
        self.begun = False
        if self.refusal is not None:
            return
        parser = self._parser
        self.requests.append(
            Received(
                parser.get_method().decode("latin-1"),
                self._target.decode("latin-1"),
                parser.get_http_version(),
                self._headers,
                b"".join(self._body),
                parser.should_keep_alive(),
            )
        )

    def _measure_head(self, size: int) -> None:
        if size > self._limits.header_bytes:
            self._refuse(431, f"the request head is longer than {self._limits.header_bytes} bytes")

    def _measure_framing(self) -> None:
        """Refuse chunk extensions and trailer fields without end: bytes that are neither body nor size of a chunk."""
        framing = self._body_bytes_fed - self._body_bytes - _CHUNK_FRAMING * len(self._body)
        if framing > self._limits.header_bytes:
            most = self._limits.header_bytes
            self._refuse(431, f"chunk extensions and trailer fields of the request are longer than {most} bytes")

    def _measure_body(self, size: int) -> None:
        if size > self._limits.body_bytes:
            self._refuse(413, f"the request body is longer than {self._limits.body_bytes} bytes")

    def _refuse(self, status: int, reason: str) -> None:
        if self.refusal is None:
            self.refusal = Refusal(status, reason)
