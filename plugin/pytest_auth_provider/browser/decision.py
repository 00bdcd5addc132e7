"""What the person at the browser does with the page a client sends them to."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

MISSING = "missing"
WRONG = ("wrong", "other")
OTHER_ISSUER = "https://other-issuer.example"
"""What an answer names as its issuer when it is tampered with (RFC 9207)."""


@dataclass(frozen=True)
class Decision:
    """How one visit goes: plainly, unless a field says otherwise.

    `tampering` changes parameters of the answer on its way to the client. With `duplicate`, the callback is requested
    twice at once. `stray` is a path that is requested of the client first. `delay` is what to wait for before anything
    happens: seconds, or an event. With `never` nothing does.
    """

    tampering: Mapping[str, str] = field(default_factory=dict)
    duplicate: bool = False
    stray: str = ""
    delay: float | threading.Event = 0.0
    never: bool = False


def tampered(url: str, tampering: Mapping[str, str]) -> str:
    """The callback URL with parameters of its query changed, as in `{"state": "wrong", "code": "missing"}`."""
    parts = urlsplit(url)
    query = tampered_members(dict(parse_qsl(parts.query, keep_blank_values=True)), tampering)
    return urlunsplit(parts._replace(query=urlencode(query)))


def tampered_members(members: Mapping[str, str], tampering: Mapping[str, str]) -> dict[str, str]:
    """The members of an answer, changed.

    `missing` takes one away, `wrong` and `other` make it another of its kind, anything else stands in its place.
    """
    changed = dict(members)
    for name, change in tampering.items():
        if change == MISSING:
            changed.pop(name, None)
        elif change in WRONG:
            changed[name] = OTHER_ISSUER if name == "iss" else _another(changed.get(name, ""))
        else:
            changed[name] = change
    return changed


def _another(value: str) -> str:
    """As long as `value` and made of the same characters, where it can be: only its meaning is wrong."""
    return value[::-1] if value != value[::-1] else f"{value}x"
