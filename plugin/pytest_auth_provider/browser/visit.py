"""One visit: where a client sent the person, and what came of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Self
from urllib.parse import parse_qsl, urlsplit

# FROM plugin/pytest_auth_provider/browser/asked.py: What a client asks of the person: the authorization request, read from the URL it opens or prints.


@dataclass(frozen=True)
class Asked:
    """The parameters of an authorization request (RFC 6749 4.1.1, RFC 7636 4.3, OIDC Core 3.1.2.1); empty if not sent.

    `parameters` holds them all, the last value of each. Of a pushed request (RFC 9126) only `client_id` is in the URL.
    """

    parameters: Mapping[str, str] = field(repr=False)
    response_type: str = ""
    client_id: str = ""
    redirect_uri: str = ""
    scope: str = ""
    state: str = ""
    nonce: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""

    @classmethod
    def in_url(cls, url: str) -> Self | None:
        """The request in a URL, or None for any other page."""
        try:
            parameters = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        except ValueError:
            return None
        if "client_id" not in parameters or not parameters.keys() & {"response_type", "request_uri", "request"}:
            return None
        named = set(cls.__dataclass_fields__) & set(parameters) - {"parameters"}
        return cls(parameters, **{name: parameters[name] for name in named})


How = Literal["opened", "printed"]


@dataclass
class Visit:
    """A page the client opened or printed, the way from there, and how it ended.

    `asked` is the authorization request in the URL, None for any other page. `hops` are the URLs requested, in order,
    with the status of each answer. `callback` is the one that led back to the client, as it was requested, and empty
    until then. `status` and `page` (its text, at most 64 KiB) are of the last answer; 0 and "" where there was none.
    `stray_status` is the answer to the stray request, `repeated_status` the one to the second callback, 0 where none
    came. `problem` says why the way ended early. All of it is final once `done` is true.
    """

    url: str
    how: How
    asked: Asked | None
    command: str = field(default="", repr=False)
    hops: list[tuple[str, int]] = field(default_factory=list)
    callback: str = ""
    status: int = 0
    page: str = ""
    stray_status: int = 0
    repeated_status: int = 0
    problem: str = ""
    _over: threading.Event = field(default_factory=threading.Event, init=False, repr=False, compare=False)
    _ended: threading.Event = field(default_factory=threading.Event, init=False, repr=False, compare=False)

    @property
    def done(self) -> bool:
        """Has it come to its end?"""
        return self._ended.is_set()

    def wait(self, seconds: float = 10.0) -> bool:
        """Wait until it has come to its end; False when it has not within `seconds`."""
        return self._ended.wait(seconds)

    def give_up(self) -> None:
        """Nobody waits for it any more: it makes no further request that is not on its way already."""
        self._over.set()

    @property
    def given_up(self) -> threading.Event:
        """Set once nobody waits for it."""
        return self._over

    def end(self, problem: str = "") -> None:
        """It has come to its end."""
        self.problem = self.problem or problem
        self._ended.set()
