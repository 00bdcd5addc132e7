"""Bending the headers of an answer."""

from __future__ import annotations

from dataclasses import replace

from fakeprovider.answer import Answer


def with_headers(answer: Answer, **headers: str) -> Answer:
    """A copy of the answer with exactly one header of each name; `_` in a name stands for `-`."""
    bent = replace(answer)
    for name, value in headers.items():
        bent.set_header(name.replace("_", "-"), value)
    return bent
