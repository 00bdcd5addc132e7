"""Bytes that are no proper request, or none at all: each is refused, hung up on or read as the one request it is.

Where two readings of one message are possible (RFC 9112 11.2), what would be a second request asks for `SMUGGLED`.
"""

from __future__ import annotations

from typing import Final

SMUGGLED: Final = b"GET /smuggled HTTP/1.1\r\nHost: fake\r\n\r\n"

GET: Final = b"GET /jwks HTTP/1.1\r\nHost: fake\r\n"
FORM: Final = b"POST /token HTTP/1.1\r\nHost: fake\r\nContent-Type: application/x-www-form-urlencoded\r\n"
CHUNKED: Final = FORM + b"Transfer-Encoding: chunked\r\n\r\n"

OTHER_PROTOCOLS: Final = {
    "nothing": b"",
    "newlines": b"\r\n\r\n\r\n",
    "a word": b"hello\r\n\r\n",
    "NULs": b"\0" * 100,
    "bytes above ASCII": b"\xff" * 100,
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "an answer": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "SSH": b"SSH-2.0-OpenSSH_9.2\r\n",
    "SOCKS": b"\x05\x01\x00",
    "SMTP": b"EHLO fake\r\n",
    "PROXY": b"PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n",
    "Redis": b"*1\r\n$4\r\nPING\r\n",
}

REQUEST_LINES: Final = {
    "no version": b"GET /\r\n\r\n",
    "no target": b"GET HTTP/1.1\r\nHost: fake\r\n\r\n",
    "no method": b" / HTTP/1.1\r\nHost: fake\r\n\r\n",
    "two spaces": b"GET  / HTTP/1.1\r\nHost: fake\r\n\r\n",
    "a tab": b"GET\t/ HTTP/1.1\r\nHost: fake\r\n\r\n",
    "a space in the target": b"GET /a b HTTP/1.1\r\nHost: fake\r\n\r\n",
    "a space behind the version": b"GET / HTTP/1.1 \r\nHost: fake\r\n\r\n",
    "a lower-case method": b"get / HTTP/1.1\r\nHost: fake\r\n\r\n",
    "a method that is none": b"G\xc3\x8aT / HTTP/1.1\r\nHost: fake\r\n\r\n",
    "a long method": b"A" * 5000 + b" / HTTP/1.1\r\nHost: fake\r\n\r\n",
    "version 0.9": b"GET / HTTP/0.9\r\nHost: fake\r\n\r\n",
    "version 1.2": b"GET / HTTP/1.2\r\nHost: fake\r\n\r\n",
    "version 2.0": b"GET / HTTP/2.0\r\nHost: fake\r\n\r\n",
    "version 11": b"GET / HTTP/11\r\nHost: fake\r\n\r\n",
    "another protocol's version": b"GET / ICAP/1.0\r\nHost: fake\r\n\r\n",
    "a NUL in the target": b"GET /\0 HTTP/1.1\r\nHost: fake\r\n\r\n",
    "a fragment": b"GET /#a HTTP/1.1\r\nHost: fake\r\n\r\n",
    "an endless target": b"GET /" + b"a" * 200_000,
    "CONNECT": b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n",
    "CONNECT without a port": b"CONNECT example.com HTTP/1.1\r\nHost: example.com\r\n\r\n",
    "the asterisk": b"GET * HTTP/1.1\r\nHost: fake\r\n\r\n",
    "a relative target": b"GET jwks HTTP/1.1\r\nHost: fake\r\n\r\n",
}

HEADERS: Final = {
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": GET + b"Host: other\r\n\r\n",
    "a space before the colon": b"GET / HTTP/1.1\r\nHost : fake\r\n\r\n",
    "a space before a name": b"GET / HTTP/1.1\r\n Host: fake\r\n\r\n",
    "no colon": GET + b"X\r\n\r\n",
    "no name": GET + b": x\r\n\r\n",
    "a name with a space": GET + b"X Y: z\r\n\r\n",
    "a name beyond ASCII": GET + b"X\xff: z\r\n\r\n",
    "a folded header": GET + b"X: a\r\n b\r\n\r\n",
    "a bare CR": b"GET / HTTP/1.1\r\nHost: fake\rX: y\r\n\r\n",
    "a bare CR at the end": GET + b"X: y\r\r\n\r\n",
    "bare LFs": b"GET / HTTP/1.1\nHost: fake\n\n",
    "a NUL in a header": GET + b"X: a\0b\r\n\r\n",
    "a NUL in a name": GET + b"X\0Y: z\r\n\r\n",
    "an endless head": b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 50_000,
    "an endless value": GET + b"X: " + b"y" * 200_000,
    "an endless name": GET + b"X" * 200_000,
    "a WebSocket": GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x85",
    "HTTP/2 in clear": GET + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
}

BODIES: Final = {
    "two lengths": FORM + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\na" + SMUGGLED,
    "two lengths in one": FORM + b"Content-Length: 0, 5\r\n\r\n" + SMUGGLED,
    "length and chunks": FORM + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunks and length": FORM + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a length below zero": FORM + b"Content-Length: -1\r\n\r\n" + SMUGGLED,
    "a length with a plus": FORM + b"Content-Length: +5\r\n\r\n" + SMUGGLED,
    "a length in hex": FORM + b"Content-Length: 0x5\r\n\r\n" + SMUGGLED,
    "a length with spaces": FORM + b"Content-Length: 1 0\r\n\r\n" + SMUGGLED,
    "a length beyond all": FORM + b"Content-Length: " + b"9" * 100 + b"\r\n\r\n",
    "an empty length": FORM + b"Content-Length: \r\n\r\n" + SMUGGLED,
    "an unknown coding": FORM + b"Transfer-Encoding: smoke\r\n\r\n" + SMUGGLED,
    "chunked before another": FORM + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunked and a letter": FORM + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "chunked in version 1.0": FORM.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a chunk that is none": CHUNKED + b"zz\r\n" + SMUGGLED,
    "a chunk below zero": CHUNKED + b"-1\r\n" + SMUGGLED,
    "a chunk beyond all": CHUNKED + b"f" * 20 + b"\r\n" + SMUGGLED,
    "a chunk longer than it says": CHUNKED + b"1\r\nabc\r\n0\r\n\r\n" + SMUGGLED,
}

ODDITIES: Final = {**OTHER_PROTOCOLS, **REQUEST_LINES, **HEADERS, **BODIES}
