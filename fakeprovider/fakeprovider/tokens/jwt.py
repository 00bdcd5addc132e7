"""JSON and JWTs that others wrote, read as strictly as their specifications ask; and base64url."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping

from joserfc import jws
from joserfc.errors import JoseError


def base64url(data: bytes) -> str:
    """Encode bytes in base64url without padding (RFC 7515 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unverified_claims(value: str) -> Mapping[str, object]:
    """Return the claims of a JWT without verifying it, to find out whose it is; empty for a text that is no JWT."""
    try:
        claims = parse_json(jws.extract_compact(value.encode()).payload)
    except (JoseError, ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def parse_json(text: bytes) -> object:
    """Return the value of a JSON text as RFC 8259 has it, without what Python lets pass and nobody else can read.

    Raises RecursionError for one that is nested too deep, ValueError for what is no JSON: above all other encodings
    (8.1), numbers that are none (6), halves of surrogate pairs (8.2).
    """
    value = json.loads(text.decode(), parse_constant=_finite, parse_float=_finite)
    if b"\\u" in text:
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(f"{number[:20]} is no number (RFC 8259 6)")
    return value
