"""Combine the faults that act on one exchange.

They act in the order of the seams: state, document, token, response, wire. On one seam the outer block acts before
the inner one, so that the inner one has the last word. Where only one can act, the innermost does:

- of several faults that answer in the endpoint's place (`ServerError`), one answers; those that change an answer
  (`ExtraMember`, `CachedAnswer`) change that one;
- of several wire faults one delivers: what the response faults made of the answer (`HtmlPage` and `Truncated` give
  half a page), or nothing at all, and then only state faults act beside it.

A fault that was overruled in this way has not been met.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from fakeprovider.faults.base import DocumentFault, Fault, ResponseFault, StateFault, TokenFault, WireFault
from fakeprovider.server.answer import Answer

if TYPE_CHECKING:
    from fakeprovider.context import Call
    from fakeprovider.faults.armed import ArmedFault
    from fakeprovider.tokens.draft import TokenDraft


class Turn(NamedTuple):
    """A fault that is to act on this exchange, and what it was armed with."""

    armed: ArmedFault
    fault: Fault


class AppliedFaults:
    """The faults that apply to one exchange; each method lets those of its seam act."""

    def __init__(self, call: Call, armed: Iterable[ArmedFault]) -> None:
        turns = [Turn(entry, fault) for entry in armed if (fault := entry.match(call)) is not None]
        self._call = call
        self._turns = _not_overruled(turns) if len(turns) > 1 else turns
        self._overruled = [turn for turn in turns if turn not in self._turns]
        self._touched: list[Turn] = []

    @property
    def instead(self) -> bool:
        """Whether a fault answers in the endpoint's place."""
        return any(turn.fault.instead for turn in self._turns)

    @property
    def answered(self) -> bool:
        """Whether the client receives the status of the answer."""
        return all(turn.fault.answers for turn in self._turns if isinstance(turn.fault, WireFault))

    @property
    def touched(self) -> tuple[str, ...]:
        """The `repr` of each fault that really acted, for the journal."""
        return tuple(repr(turn.fault) for turn in self._touched)

    def before(self) -> None:
        """Let state faults act before the endpoint is asked; this may wait."""
        for turn in self._turns:
            if isinstance(turn.fault, StateFault) and turn.fault.concerns(self._call):
                self._touch(turn)
                turn.fault.before(self._call)

    def document(self, document: dict[str, object]) -> object:
        """Return the document as document faults change it; after one made it no JSON object, no other acts."""
        bent: object = document
        for turn in self._turns:
            if isinstance(turn.fault, DocumentFault) and isinstance(bent, dict):
                before = copy.deepcopy(bent)
                bent = turn.fault.document(self._call, bent)
                if bent != before:
                    self._touch(turn)
        return bent

    def token(self, draft: TokenDraft) -> TokenDraft | str:
        """Return the draft as token faults change it; after one returned a finished token, no other acts."""
        bent: TokenDraft | str = draft
        for turn in self._turns:
            if isinstance(turn.fault, TokenFault) and not isinstance(bent, str) and turn.fault.kind == bent.kind:
                before = (dict(bent.header), dict(bent.claims), bent.key)
                bent = turn.fault.token(self._call, bent)
                if isinstance(bent, str) or (bent.header, bent.claims, bent.key) != before:
                    self._touch(turn)
        return bent

    def answer(self, answer: Answer) -> Answer:
        """Return the answer as response faults make or change it, to be delivered by the wire fault if there is one."""
        for turn in sorted(self._turns, key=lambda turn: not turn.fault.instead):
            if isinstance(turn.fault, ResponseFault):
                bent = turn.fault.response(self._call, answer)
                if bent is not answer:
                    self._touch(turn)
                answer = bent
        for turn in self._turns:
            if isinstance(turn.fault, WireFault):
                self._touch(turn)
                answer.deliver = turn.fault.deliver
        return answer

    def finish(self) -> None:
        """Undo the match of every fault that did not act; called once the exchange is recorded."""
        for turn in self._turns:
            if turn not in self._touched:
                turn.armed.undo_match()
        for turn in self._overruled:
            turn.armed.undo_match(overruled=True)
        del self._call  # the call refers to this object: together they would wait for the garbage collector

    def _touch(self, turn: Turn) -> None:
        turn.armed.count(turn.fault)
        self._touched.append(turn)


def _not_overruled(turns: list[Turn]) -> list[Turn]:
    wire = _last(turn for turn in turns if isinstance(turn.fault, WireFault))
    if wire is not None and wire.fault.instead:
        return [turn for turn in turns if isinstance(turn.fault, StateFault) or turn is wire]
    instead = _last(turn for turn in turns if isinstance(turn.fault, ResponseFault) and turn.fault.instead)
    return [
        turn
        for turn in turns
        if turn in (wire, instead) or (not isinstance(turn.fault, WireFault) and not turn.fault.instead)
    ]


def _last(turns: Iterable[Turn]) -> Turn | None:
    return next(iter(list(turns)[::-1]), None)
