"""What the person at the browser does with the page a client sends them to, and the record of such a visit."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NoReturn, Self
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from pytest_auth_provider.browser.connections import Connections

if TYPE_CHECKING:
    from pytest_auth_provider.browser.http import Page


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
    until then. `status`, `page` (its text, at most 64 KiB) and `content_type` are of the last answer; 0 and "" where
    there was none. `strays` are the answers to stray requests, with the status 0 where none came, `repeated_status` is
    the one to the second callback. `refused` says that the client did not listen at first. `problem` says why the visit
    ended early. Everything is final once `done` is true.
    """

    url: str
    how: How
    request: AuthorizationRequest | None
    command: str = field(default="", repr=False)
    hops: list[tuple[str, int]] = field(default_factory=list)
    callback: str = ""
    status: int = 0
    page: str = ""
    content_type: str = ""
    strays: list[Page] = field(default_factory=list)
    repeated_status: int = 0
    refused: bool = False
    problem: str = ""
    connections: Connections = field(default_factory=Connections, init=False, repr=False, compare=False)
    _given_up: threading.Event = field(default_factory=threading.Event, init=False, repr=False, compare=False)
    _ended: threading.Event = field(default_factory=threading.Event, init=False, repr=False, compare=False)

    @property
    def asked(self) -> NoReturn:
        """Refuse the old name of `request`."""
        raise AttributeError("Visit.asked is called Visit.request: the authorization request in the URL, or None")

    @property
    def stray_status(self) -> int:
        """The status of the answer to the first stray request; 0 where none came."""
        return self.strays[0].status if self.strays else 0

    @property
    def done(self) -> bool:
        """Whether the visit has ended."""
        return self._ended.is_set()

    def wait(self, seconds: float = 10.0) -> bool:
        """Wait until the visit has ended; return False when it has not within `seconds`."""
        return self._ended.wait(seconds)

    def note_refusal(self) -> None:
        """Record that the client did not listen."""
        self.refused = True

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


MISSING = "missing"
WRONG = ("wrong", "other")
OTHER_ISSUER = "https://other-issuer.example"
"""The `iss` of an authorization response (RFC 9207) whose issuer was tampered with."""


@dataclass(frozen=True)
class Stray:
    """One request before the callback: its method, and its path as a link on the callback's page would have it.

    With `changes` it is the callback itself, forged: its parameters are changed as `tamper_parameters` does.
    """

    path: str = ""
    method: str = "GET"
    changes: Mapping[str, str] = field(default_factory=dict)

    def url(self, callback: str) -> str:
        """Return the URL to request, given that of the callback."""
        return tamper_url(callback, self.changes) if self.changes else urljoin(callback, self.path)


@dataclass(frozen=True)
class Decision:
    """What happens in one visit. By default the page is visited at once and nothing else happens.

    `tampering` maps parameters of the authorization response to changes (see `tamper_parameters`). With `duplicate`,
    the callback is requested twice at the same time. `strays` are requested from the client before the callback, after
    a connection was opened that sent no more than `idle`. With `keeps_open`, the connection of the callback stays open.
    `delay` is how long to wait before the visit: seconds, or until an event is set. With `never` the page is not
    visited at all, with `shows_nothing` only if it was printed.
    """

    tampering: Mapping[str, str] = field(default_factory=dict)
    duplicate: bool = False
    strays: tuple[Stray, ...] = ()
    idle: bytes | None = None
    keeps_open: bool = False
    delay: float | threading.Event = 0.0
    never: bool = False
    shows_nothing: bool = False


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
