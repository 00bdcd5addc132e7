"""The record of one visit: the authorization request a client opened or printed, and what came of it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NoReturn, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class AuthorizationRequest:
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
    def from_url(cls, url: str) -> Self | None:
        """Return the authorization request in a URL, or None for any other page."""
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
    """A page that the client opened or printed, the requests that followed, and how it ended.

    `request` is the authorization request in the URL, None for any other page. `hops` are the URLs requested, in order,
    with the status of each answer. `callback` is the URL that led back to the client, as it was requested, and empty
    until then. `status` and `page` (its text, at most 64 KiB) are of the last answer; 0 and "" where there was none.
    `stray_status` is the answer to the stray request, `repeated_status` the one to the second callback, 0 where none
    came. `problem` says why the visit ended early. Everything is final once `done` is true.
    """

    url: str
    how: How
    request: AuthorizationRequest | None
    command: str = field(default="", repr=False)
    hops: list[tuple[str, int]] = field(default_factory=list)
    callback: str = ""
    status: int = 0
    page: str = ""
    stray_status: int = 0
    repeated_status: int = 0
    problem: str = ""
    _given_up: threading.Event = field(default_factory=threading.Event, init=False, repr=False, compare=False)
    _ended: threading.Event = field(default_factory=threading.Event, init=False, repr=False, compare=False)

    @property
    def asked(self) -> NoReturn:
        """Refuse the old name of `request`."""
        raise AttributeError("Visit.asked is called Visit.request: the authorization request in the URL, or None")

    @property
    def done(self) -> bool:
        """Whether the visit has ended."""
        return self._ended.is_set()

    def wait(self, seconds: float = 10.0) -> bool:
        """Wait until the visit has ended; return False when it has not within `seconds`."""
        return self._ended.wait(seconds)

    def give_up(self) -> None:
        """Stop delays and retries, as nobody waits for the visit any more; a request under way is finished."""
        self._given_up.set()

    @property
    def given_up(self) -> threading.Event:
        """The event that `give_up` sets."""
        return self._given_up

    def end(self, problem: str = "") -> None:
        """Record that the visit has ended, and why if it ended early; the first problem stands."""
        self.problem = self.problem or problem
        self._ended.set()
