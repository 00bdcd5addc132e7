"""JSON as RFC 8259 has it, without what Python lets pass and nobody else can read."""

from __future__ import annotations

import json
import math


def parse(text: bytes) -> object:
    """The value of a JSON text; RecursionError for one that is nested too deep.

    Raises ValueError for what is no JSON: above all other encodings (8.1), numbers that are none (6), halves of
    surrogate pairs (8.2).
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
