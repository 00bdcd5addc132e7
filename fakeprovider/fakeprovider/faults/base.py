"""The base classes of faults: one per seam, each with ONE method to override.

A fault says *what* goes wrong; *when* is said where it is armed (`provider.failing(...)`). The seams, in the order a
request meets them:

    StateFault      before(call)              before the endpoint is asked: hold the request, meddle with state
    DocumentFault   document(document)        discovery and JWKS, as the JSON value that is about to be served
    TokenFault      token(draft)              header, claims and key of a token before it is signed
    ResponseFault   response(answer)          status, headers and body
    WireFault       deliver(connection, ...)  how the bytes reach the client, or do not
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from fakeprovider.answer import Answer

if TYPE_CHECKING:
    from fakeprovider.call import Call
    from fakeprovider.provider import Provider
    from fakeprovider.server import Connection
    from fakeprovider.tokens import TokenDraft

Seam = Literal["state", "document", "token", "response", "wire"]


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

    def begin(self, provider: Provider) -> None:
        """Called as the fault is armed; most faults have nothing to do before a request arrives."""

    def end(self, provider: Provider) -> int:
        """Called as the fault is disarmed, whatever happened; returns how often it was met unseen by the journal."""
        return 0


@dataclass(frozen=True)
class StateFault(Fault):
    """Acts before the endpoint is asked."""

    seam = "state"

    def before(self, call: Call) -> None:
        """Do something while the request waits; the endpoint is asked when this returns."""
        raise NotImplementedError


@dataclass(frozen=True)
class DocumentFault(Fault):
    """Bends the discovery document or the JWKS."""

    seam = "document"
    endpoints: ClassVar[tuple[str, ...]] = ("discovery", "jwks")

    def document(self, document: object) -> object:
        """Return the JSON value to serve instead of `document` (which may be changed in place)."""
        raise NotImplementedError


@dataclass(frozen=True)
class TokenFault(Fault):
    """Bends a token before it is signed."""

    seam = "token"
    endpoints: ClassVar[tuple[str, ...]] = ("token", "authorization")

    def token(self, draft: TokenDraft) -> TokenDraft | str:
        """Return the draft to sign, or a finished string; return `draft` unchanged for a kind it does not concern."""
        raise NotImplementedError


@dataclass(frozen=True)
class ResponseFault(Fault):
    """Answers in the endpoint's place, unless `instead` is False: then it bends what the endpoint answered."""

    seam = "response"
    instead = True

    def response(self, answer: Answer) -> Answer:
        """Return the answer to give instead of `answer` (which is empty where the endpoint was not asked)."""
        raise NotImplementedError


@dataclass(frozen=True)
class WireFault(Fault):
    """Delivers an answer badly. The endpoint is not asked unless `instead` is False."""

    seam = "wire"
    instead = True

    def deliver(self, connection: Connection, answer: Answer) -> None:
        """Write what should be written of `answer`, in whatever way, and leave the connection as it should be left."""
        raise NotImplementedError
