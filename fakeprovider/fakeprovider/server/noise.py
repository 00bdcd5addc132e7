"""Names for bytes that are not HTTP/1.1, so that a report says what really arrived."""

from __future__ import annotations

TLS_HANDSHAKE = b"\x16\x03"  # RFC 8446 5.1: content type 22, legacy_record_version 3.x

TLS_ON_PLAIN_PORT = "a TLS ClientHello on the plain-HTTP port"
PLAIN_ON_TLS_PORT = "plain HTTP on the TLS port"


def named(arrived: bytes, complaint: str) -> str:
    """What bytes are that came where a request should begin; else the parser's own complaint about them."""
    if arrived.startswith(TLS_HANDSHAKE[:1]):
        return TLS_ON_PLAIN_PORT
    if arrived.startswith(b"PRI * HTTP/2"):
        return "an HTTP/2 connection preface, where HTTP/1.1 is spoken (RFC 9113 3.4)"
    return f"not an HTTP/1.1 request: {complaint}"


def named_before_tls(arrived: bytes) -> str:
    """What came to the TLS port instead of a ClientHello."""
    method = arrived.partition(b" ")[0]
    if method.isalpha() and method.isupper():
        return PLAIN_ON_TLS_PORT
    return "bytes that are no TLS ClientHello on the TLS port"
