"""What the person at the browser does with the page a client sends them to."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

MISSING = "missing"
WRONG = ("wrong", "other")
OTHER_ISSUER = "https://other-issuer.example"
"""The `iss` of an authorization response (RFC 9207) whose issuer was tampered with."""


@dataclass(frozen=True)
class Decision:
    """What happens in one visit. By default the page is visited at once and nothing else happens.

    `tampering` maps parameters of the authorization response to changes (see `tamper_parameters`). With `duplicate`,
    the callback is requested twice at the same time. `stray` is a path that is requested from the client before the
    callback. `delay` is how long to wait before the visit: seconds, or until an event is set. With `never` the page is
    not visited at all.
    """

    tampering: Mapping[str, str] = field(default_factory=dict)
    duplicate: bool = False
    stray: str = ""
    delay: float | threading.Event = 0.0
    never: bool = False


def tamper_url(url: str, tampering: Mapping[str, str]) -> str:
    """Return the callback URL with parameters of its query changed, as `tamper_parameters` does."""
    parts = urlsplit(url)
    query = tamper_parameters(dict(parse_qsl(parts.query, keep_blank_values=True)), tampering)
    return urlunsplit(parts._replace(query=urlencode(query)))


def tamper_parameters(parameters: Mapping[str, str], tampering: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters with the changes of `tampering`, as in `{"state": "wrong", "code": "missing"}`.

    `missing` removes a parameter, `wrong` and `other` replace it by another value of its kind, and anything else is its
    new value.
    """
    changed = dict(parameters)
    for name, change in tampering.items():
        if change == MISSING:
            changed.pop(name, None)
        elif change in WRONG:
            changed[name] = OTHER_ISSUER if name == "iss" else _wrong_value(changed.get(name, ""))
        else:
            changed[name] = change
    return changed


def _wrong_value(value: str) -> str:
    """Return a wrong value with the length and the characters of `value` where possible: only its meaning is wrong."""
    return value[::-1] if value != value[::-1] else f"{value}x"
