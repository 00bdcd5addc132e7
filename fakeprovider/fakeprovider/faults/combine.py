"""The faults that meet one exchange, and how they combine.

They act in the order of the seams: state, document, token, response, wire. On one seam the outer block acts before
the inner one, so that the inner one has the last word. Where only one can act, the innermost does:

- of several faults that answer in the endpoint's place (`ServerError`), one answers; those that bend an answer
  (`ExtraMember`, `CachedAnswer`) bend that;
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
    from fakeprovider.faults.armed import Armed
    from fakeprovider.tokens.draft import TokenDraft


class Turn(NamedTuple):
    """A fault that is to act on this exchange, and the armed entry it comes from."""

    armed: Armed
    fault: Fault


class Meeting:
    """The faults that act on one exchange."""

    def __init__(self, call: Call, armed: Iterable[Armed]) -> None:
        turns = [Turn(entry, fault) for entry in armed if (fault := entry.meet(call)) is not None]
        self._call = call
        self._turns = _acting(turns) if len(turns) > 1 else turns
        self._overruled = [turn for turn in turns if turn not in self._turns]
        self._touched: list[Turn] = []

    @property
    def instead(self) -> bool:
        """Whether a fault answers in the endpoint's place."""
        return any(turn.fault.instead for turn in self._turns)

    @property
    def answered(self) -> bool:
        """Whether the client sees the status of the answer."""
        return all(turn.fault.answers for turn in self._turns if isinstance(turn.fault, WireFault))

    @property
    def touched(self) -> tuple[str, ...]:
        """The faults that really acted, as the journal tells them."""
        return tuple(repr(turn.fault) for turn in self._touched)

    def before(self) -> None:
        """The state seam."""
        for turn in self._turns:
            if isinstance(turn.fault, StateFault) and turn.fault.concerns(self._call):
                self._touch(turn)
                turn.fault.before(self._call)

    def document(self, document: dict[str, object]) -> object:
        """The document seam; what is no JSON object any more stays as it is."""
        bent: object = document
        for turn in self._turns:
            if isinstance(turn.fault, DocumentFault) and isinstance(bent, dict):
                before = copy.deepcopy(bent)
                bent = turn.fault.document(self._call, bent)
                if bent != before:
                    self._touch(turn)
        return bent

    def token(self, draft: TokenDraft) -> TokenDraft | str:
        """The token seam; a token that a fault has finished stays as it is."""
        bent: TokenDraft | str = draft
        for turn in self._turns:
            if isinstance(turn.fault, TokenFault) and not isinstance(bent, str) and turn.fault.kind == bent.kind:
                before = (dict(bent.header), dict(bent.claims), bent.key)
                bent = turn.fault.token(self._call, bent)
                if isinstance(bent, str) or (bent.header, bent.claims, bent.key) != before:
                    self._touch(turn)
        return bent

    def answer(self, answer: Answer) -> Answer:
        """The response and wire seams."""
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

    def over(self) -> None:
        """The exchange is answered: turns that came to nothing go back to where they came from."""
        for turn in self._turns:
            if turn not in self._touched:
                turn.armed.pass_on()
        for turn in self._overruled:
            turn.armed.pass_on(overruled=True)
        del self._call  # which has this meeting: they would hold each other until the garbage collector comes by

    def _touch(self, turn: Turn) -> None:
        turn.armed.touch(turn.fault)
        self._touched.append(turn)


def _acting(turns: list[Turn]) -> list[Turn]:
    wire = _last(turn for turn in turns if isinstance(turn.fault, WireFault))
    if wire is not None and wire.fault.instead:
        return [turn for turn in turns if isinstance(turn.fault, StateFault) or turn is wire]
    instead = _last(turn for turn in turns if isinstance(turn.fault, ResponseFault) and turn.fault.instead)
    return [
        turn
        for turn in turns
        if turn in (wire, instead) or (not isinstance(turn.fault, WireFault) and not turn.fault.instead)
    ]


def _acts_alone(fault: Fault) -> bool:
    return isinstance(fault, WireFault) or fault.instead


def _last(turns: Iterable[Turn]) -> Turn | None:
    return next(iter(list(turns)[::-1]), None)
