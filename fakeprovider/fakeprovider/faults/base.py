"""The base classes of faults: one per seam, each with ONE method to override.

A fault says *what* goes wrong; *when* is said where it is armed (`provider.failing(...)`). The seams, in the order a
request meets them:

    StateFault      before(call)              before the endpoint is asked: hold the request, change the state
    DocumentFault   document(call, document)  discovery and JWKS, as the JSON value that is about to be served
    TokenFault      token(call, draft)        header, claims and key of a token before it is signed
    ResponseFault   response(call, answer)    status, headers and body
      AnswerFault                             ... changes what the endpoint answered, instead of answering in its place
    WireFault       deliver(connection, ...)  how the bytes reach the client, or do not
    TlsFault        hello(provider, client)   the handshake, before any request: only for a whole provider

To write one, add a frozen dataclass to the module of its seam; nothing else has to be registered. Its fields are its
settings, and their annotations are checked as it is made; its docstring is its manual. A fault that has something to
do while it is armed, before any request arrives, overrides `in_force` too.
"""

from __future__ import annotations

import contextlib
import copy
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol, Self

from fakeprovider.errors import SettingError
from fakeprovider.server.answer import Answer
from fakeprovider.tokens.draft import TokenDraft, TokenKind
from fakeprovider.validation import check_settings, default_of, settings_of

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.server import Connection
    from fakeprovider.server.certificates import Certificates
    from fakeprovider.tokens.key_ring import KeyRing


Seam = Literal["state", "document", "token", "response", "wire", "tls"]


class FaultTarget(Protocol):
    """What a fault uses of the provider it is armed on; a `Provider` has all of it."""

    @property
    def origin(self) -> str:
        """Scheme, host and port, as in `http://127.0.0.1:43211`."""

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of the listening socket."""

    @property
    def certificates(self) -> Certificates | None:
        """The certificate authority of a provider on https, None on http."""

    @property
    def keys(self) -> KeyRing:
        """The keys that sign and the keys that are published."""

    @property
    def armed(self) -> Sequence[HasFaults]:
        """Everything that is armed on the provider now, outer blocks first."""

    def down(self) -> None:
        """Close every connection and refuse new ones."""

    def up(self) -> None:
        """Accept connections again."""


class HasFaults(Protocol):
    """Faults that were armed together, see `fakeprovider.faults.armed.ArmedFault`."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults, in order."""


@dataclass(frozen=True)
class InForce:
    """A fault for as long as it is armed: what `Fault.in_force` yields."""

    acting: Fault
    """The fault whose method is called for requests: the armed one, or a copy of it made for this block."""
    unseen: Callable[[], int] = lambda: 0
    """How often the fault acted where no exchange of the journal shows it; called once the fault is out of force."""


@dataclass(frozen=True)
class Fault:
    """One named misbehaviour: a frozen value whose fields are its settings and whose docstring is its manual."""

    seam: ClassVar[Seam]
    instead: ClassVar[bool] = False
    """Whether the fault answers in the endpoint's place, so that nothing is committed."""
    endpoints: ClassVar[tuple[str, ...]] = ()
    """The endpoints that have this seam; empty for all of them."""
    whole_provider: ClassVar[bool] = False
    """Whether the fault can only be aimed at the whole provider."""

    def __init_subclass__(cls) -> None:
        # Before the dataclass decorator looks, which would write a longer one.
        cls.__repr__ = Fault.__repr__  # type: ignore[method-assign]  # on purpose, see above
        for name in ("begin", "end"):
            if callable(vars(cls).get(name)):
                raise TypeError(
                    f"{cls.__name__}.{name}() would never be called: begin() and end() of a fault are one context "
                    "manager now; override in_force(provider) and yield InForce(self)"
                )

    def __post_init__(self) -> None:
        check_settings(self)

    def __repr__(self) -> str:
        """Return the call that makes the fault, without settings that are None, False or empty by default."""
        given = {name: getattr(self, name) for name in settings_of(type(self))}
        said = [f"{name}={value!r}" for name, value in given.items() if value or value != default_of(type(self), name)]
        return f"{type(self).__name__}({', '.join(said)})"

    def in_force(self, provider: FaultTarget) -> AbstractContextManager[InForce]:
        """Enter a block in which the fault is armed on `provider`; override it to set up and to clean up.

        Most faults have nothing to do before a request arrives. Clean up in a `finally`: the block may raise. Raises
        `SettingError` for a provider that the fault cannot act on.
        """
        return contextlib.nullcontext(InForce(self))

    def with_state(self, **state: object) -> Self:
        """Return a copy to act in one block, with `state` in fields that are no settings (`init=False`)."""
        acting = copy.copy(self)
        for name, value in state.items():
            object.__setattr__(acting, name, value)
        return acting


@dataclass(frozen=True)
class StateFault(Fault):
    """Act before the endpoint is asked."""

    seam = "state"

    def concerns(self, call: Call) -> bool:
        """Return whether there is anything to do for this request; if not, the fault is not met by it."""
        return True

    def before(self, call: Call) -> None:
        """Act while the request waits; the endpoint is asked when this returns."""
        raise NotImplementedError


@dataclass(frozen=True)
class DocumentFault(Fault):
    """Change the discovery document or the JWKS."""

    seam = "document"
    endpoints: ClassVar[tuple[str, ...]] = ("discovery", "jwks")

    def document(self, call: Call, document: dict[str, object]) -> object:
        """Return the JSON value to serve instead of `document`; if it is equal, the fault has not been met."""
        raise NotImplementedError


@dataclass(frozen=True)
class TokenFault(Fault):
    """Change tokens of one `kind` before they are signed."""

    seam = "token"
    endpoints: ClassVar[tuple[str, ...]] = ("token",)

    kind: TokenKind = field(default="access_token", kw_only=True)

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft | str:
        """Return the draft to sign, which may be `draft` itself with changes, or a finished token.

        If nothing changed, the fault has not been met.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class ResponseFault(Fault):
    """Answer in the endpoint's place."""

    seam = "response"
    instead = True

    def response(self, call: Call, answer: Answer) -> Answer:
        """Return the answer to give instead of `answer`, which is empty if the endpoint was not asked."""
        raise NotImplementedError


@dataclass(frozen=True)
class AnswerFault(ResponseFault):
    """Change what the endpoint answered; everything was processed."""

    instead = False

    def response(self, call: Call, answer: Answer) -> Answer:
        """Return the changed answer, or `answer` itself if there is nothing to change: then the fault was not met."""
        raise NotImplementedError


@dataclass(frozen=True)
class WireFault(Fault):
    """Deliver an answer badly. The endpoint is not asked unless `instead` is False."""

    seam = "wire"
    instead = True
    answers: ClassVar[bool] = False
    """Whether the client receives the status of the answer."""

    def deliver(self, connection: Connection, answer: Answer) -> None:
        """Write whatever should arrive of `answer`, and close or reset the connection if it should not be kept."""
        raise NotImplementedError


@dataclass(frozen=True)
class TlsFault(Fault):
    """Break the handshake of a provider on https; an API with an origin of its own is not affected."""

    seam = "tls"
    whole_provider = True

    def hello(self, provider: FaultTarget, client: ssl.SSLSocket) -> None:
        """Answer a client whose ClientHello has just arrived, or close its connection."""
        raise NotImplementedError

    @contextmanager
    def in_force(self, provider: FaultTarget) -> Iterator[InForce]:
        """End every connection, and call `hello` for each new one; a `hello` of an inner block comes first."""
        if provider.certificates is None:
            raise SettingError(f"{self!r} spoils a TLS handshake, and the provider speaks http; use Provider(tls=True)")
        context = provider.certificates.context
        greeting = _Greeting(self, provider, outer=context.sni_callback)
        _greet_with(greeting, context, provider)
        try:
            yield InForce(self, unseen=lambda: len(greeting.greeted))
        finally:
            greeting.over = True
            if context.sni_callback is greeting:
                _greet_with(greeting.next_in_force, context, provider)


class _Greeting:
    """Called for each ClientHello, also for clients that name no host, while one TLS fault is in force."""

    def __init__(self, fault: TlsFault, provider: FaultTarget, outer: object) -> None:
        self.greeted: list[ssl.SSLSocket] = []
        self.over = False
        self._fault = fault
        self._provider = provider
        self._outer = outer if isinstance(outer, _Greeting) else None

    def __call__(self, client: ssl.SSLObject | ssl.SSLSocket, *_: object) -> None:
        # The context is shared with the API's origin, which is another machine. A server's client is an SSLSocket.
        if isinstance(client, ssl.SSLSocket) and client.getsockname()[1] == self._provider.address[1]:
            self.greeted.append(client)
            with contextlib.suppress(OSError):  # the client has gone already
                self._fault.hello(self._provider, client)

    @property
    def next_in_force(self) -> _Greeting | None:
        """The innermost greeting outside of this one that is not over; blocks may end in any order."""
        outer = self._outer
        return outer.next_in_force if outer is not None and outer.over else outer


def _greet_with(greeting: _Greeting | None, context: ssl.SSLContext, provider: FaultTarget) -> None:
    context.sni_callback = greeting
    if greeting is not None:
        # A connection that is kept alive has its handshake behind it and would not notice.
        provider.down()
        provider.up()
