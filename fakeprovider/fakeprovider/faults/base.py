"""The base classes of faults: one per seam, each with ONE method to override.

A fault says *what* goes wrong; *when* is said where it is armed (`provider.failing(...)`). The seams, in the order a
request meets them:

    StateFault      before(call)              before the endpoint is asked: hold the request, meddle with state
    DocumentFault   document(call, document)  discovery and JWKS, as the JSON value that is about to be served
    TokenFault      token(call, draft)        header, claims and key of a token before it is signed
    ResponseFault   response(call, answer)    status, headers and body
      AnswerFault                             ... bends what the endpoint answered, instead of answering in its place
    WireFault       deliver(connection, ...)  how the bytes reach the client, or do not
    TlsFault        hello(provider, client)   the handshake, before any request: only for a whole provider

To write one: a frozen dataclass in a file of its own, named like it, below the folder of its seam. Its fields are its
settings, and their annotations are checked as it is made; its docstring is its manual.
"""

from __future__ import annotations

import contextlib
import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from fakeprovider.errors import SettingError
from fakeprovider.server.answer import Answer
from fakeprovider.tokens.draft import TokenDraft, TokenKind
from fakeprovider.validation import check_settings, default_of, settings_of

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.provider import Provider
    from fakeprovider.server import Connection


Seam = Literal["state", "document", "token", "response", "wire", "tls"]


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

    def __post_init__(self) -> None:
        check_settings(self)

    def __repr__(self) -> str:
        """The call that makes it, without what says nothing: settings whose default is None, False or empty."""
        given = {name: getattr(self, name) for name in settings_of(type(self))}
        said = [f"{name}={value!r}" for name, value in given.items() if value or value != default_of(type(self), name)]
        return f"{type(self).__name__}({', '.join(said)})"

    def begin(self, provider: Provider) -> None:
        """Called as the fault is armed; most faults have nothing to do before a request arrives."""

    def end(self, provider: Provider) -> int:
        """Called as the fault is disarmed, whatever happened; returns how often it was met unseen by the journal."""
        return 0


@dataclass(frozen=True)
class StateFault(Fault):
    """Acts before the endpoint is asked."""

    seam = "state"

    def concerns(self, call: Call) -> bool:
        """Whether there is anything to do for this request; one that it does not concern does not count as met."""
        return True

    def before(self, call: Call) -> None:
        """Do something while the request waits; the endpoint is asked when this returns."""
        raise NotImplementedError


@dataclass(frozen=True)
class DocumentFault(Fault):
    """Bends the discovery document or the JWKS."""

    seam = "document"
    endpoints: ClassVar[tuple[str, ...]] = ("discovery", "jwks")

    def document(self, call: Call, document: dict[str, object]) -> object:
        """Return the JSON value to serve instead of `document`; an equal one does not count as met."""
        raise NotImplementedError


@dataclass(frozen=True)
class TokenFault(Fault):
    """Bends tokens of one `kind` before they are signed."""

    seam = "token"
    endpoints: ClassVar[tuple[str, ...]] = ("token",)

    kind: TokenKind = field(default="access_token", kw_only=True)

    def token(self, call: Call, draft: TokenDraft) -> TokenDraft | str:
        """Return the draft to sign (this one may be changed), or a finished string."""
        raise NotImplementedError


@dataclass(frozen=True)
class ResponseFault(Fault):
    """Answers in the endpoint's place."""

    seam = "response"
    instead = True

    def response(self, call: Call, answer: Answer) -> Answer:
        """Return the answer to give instead of `answer` (which is empty where the endpoint was not asked)."""
        raise NotImplementedError


@dataclass(frozen=True)
class AnswerFault(ResponseFault):
    """Bends what the endpoint answered; everything was processed."""

    instead = False

    def response(self, call: Call, answer: Answer) -> Answer:
        """Return the bent answer, or `answer` itself where there is nothing to bend: that does not count as met."""
        raise NotImplementedError


@dataclass(frozen=True)
class WireFault(Fault):
    """Delivers an answer badly. The endpoint is not asked unless `instead` is False."""

    seam = "wire"
    instead = True
    answers: ClassVar[bool] = False
    """Whether the client gets to see the status of the answer."""

    def deliver(self, connection: Connection, answer: Answer) -> None:
        """Write what should be written of `answer`, in whatever way, and leave the connection as it should be left."""
        raise NotImplementedError


@dataclass(frozen=True)
class TlsFault(Fault):
    """Spoils the handshake of a provider on https; an API with an origin of its own is spared."""

    seam = "tls"
    whole_provider = True
    _met: list[ssl.SSLSocket] = field(default_factory=list, init=False, repr=False, compare=False)

    def hello(self, provider: Provider, client: ssl.SSLSocket) -> None:
        """Deal with a client whose ClientHello has just arrived."""
        raise NotImplementedError

    def begin(self, provider: Provider) -> None:
        """Hang up on everybody, and greet those who come from now on."""
        if provider.certificates is None:
            raise SettingError(f"{self!r} spoils a TLS handshake, and the provider speaks http; use Provider(tls=True)")

        def greet(client: Any, *_: object) -> None:  # typed too narrowly by typeshed: a server's is an SSLSocket
            # The context is shared with the API's origin, which is another machine.
            if client.getsockname()[1] == provider.address[1]:
                self._met.append(client)
                with contextlib.suppress(OSError):  # the client has gone already
                    self.hello(provider, client)

        self._met.clear()
        provider.certificates.context.sni_callback = greet  # called for clients that name no host, too
        provider.down()
        provider.up()

    def end(self, provider: Provider) -> int:
        """Greet nobody any more, unless an outer block does, and tell how many said hello."""
        if provider.certificates is not None:
            provider.certificates.context.sni_callback = None
        for armed in provider.armed:
            for fault in armed.faults:
                if isinstance(fault, TlsFault):
                    fault.begin(provider)
        return len(self._met)
