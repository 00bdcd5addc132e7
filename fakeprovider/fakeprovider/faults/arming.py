"""When a fault applies: aim, count, and the proof that it was met."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fakeprovider.answer import Answer
from fakeprovider.errors import FaultNotMet, SettingError
from fakeprovider.faults.base import DocumentFault, Fault, ResponseFault, StateFault, TokenFault, WireFault

if TYPE_CHECKING:
    from fakeprovider.call import Call
    from fakeprovider.provider import Provider
    from fakeprovider.tokens import TokenDraft


class Armed:
    """Faults aimed at some requests: those of an endpoint, a grant, a client; after the first few; so many times.

    `seen` counts the requests that were aimed at, `fired` those that a fault really touched.
    """

    def __init__(
        self,
        faults: Sequence[Fault | None],
        *,
        at: tuple[str, ...],
        grant: str,
        client: str,
        after: int,
        times: int | None,
        repeat: bool,
        optional: bool,
    ) -> None:
        self.faults = tuple(faults)
        self.at = at
        self.grant = grant
        self.client = client
        self.after = after
        self.times = times
        self.repeat = repeat
        self.optional = optional
        self.seen = 0
        self.fired = 0
        self._lock = threading.Lock()
        self._turns: dict[int, Fault] = {}

    def __repr__(self) -> str:
        faults = ", ".join("nothing" if fault is None else repr(fault) for fault in self.faults)
        aim = " or ".join(self.at) if self.at else "every endpoint"
        grant = f"[{self.grant}]" if self.grant else ""
        client = f" of client {self.client!r}" if self.client else ""
        after = f" after {self.after} requests" if self.after else ""
        times = f", {self.times} times" if self.times is not None else ""
        return f"{faults} at {aim}{grant}{client}{after}{times}"

    def meet(self, call: Call) -> bool:
        """Take this call's turn, if it is one that was aimed at; True if a fault is to act on it."""
        if not self._aims_at(call):
            return False
        with self._lock:
            turn = self.seen - self.after
            self.seen += 1
            fault = self._fault_for(turn)
            if fault is None:
                return False
            self._turns[call.number] = fault
            return True

    def acts_instead(self, call: Call) -> bool:
        """Whether the fault for this call answers in the endpoint's place."""
        return self._turns[call.number].instead

    def before(self, call: Call) -> None:
        """The state seam."""
        fault = self._turns[call.number]
        if isinstance(fault, StateFault):
            self._touch(call, fault)
            fault.before(call)

    def bend_document(self, call: Call, document: object) -> object:
        """The document seam."""
        fault = self._turns[call.number]
        if not isinstance(fault, DocumentFault):
            return document
        self._touch(call, fault)
        return fault.document(document)

    def bend_token(self, call: Call, draft: TokenDraft | str) -> TokenDraft | str:
        """The token seam; a draft already finished by another fault stays as it is."""
        fault = self._turns[call.number]
        if not isinstance(fault, TokenFault) or isinstance(draft, str):
            return draft
        before = (dict(draft.header), dict(draft.claims), draft.key)
        bent = fault.token(draft)
        if isinstance(bent, str) or (bent.header, bent.claims, bent.key) != before:
            self._touch(call, fault)
        return bent

    def bend_answer(self, call: Call, answer: Answer) -> Answer:
        """The response and wire seams."""
        fault = self._turns[call.number]
        if isinstance(fault, ResponseFault):
            self._touch(call, fault)
            return fault.response(answer)
        if isinstance(fault, WireFault):
            self._touch(call, fault)
            answer.deliver = fault.deliver
        return answer

    def _aims_at(self, call: Call) -> bool:
        # A provider that fails as a whole is still another machine than the API its tokens are for.
        aimed = call.endpoint in self.at if self.at else call.endpoint != "api"
        return aimed and self.grant in ("", call.grant) and self.client in ("", call.client_id)

    def _fault_for(self, turn: int) -> Fault | None:
        if turn < 0 or (self.times is not None and turn >= self.times):
            return None
        if self.repeat:
            return self.faults[0]
        return self.faults[turn] if turn < len(self.faults) else None

    def _touch(self, call: Call, fault: Fault) -> None:
        call.touched.append(repr(fault))
        with self._lock:
            self.fired += 1


@contextmanager
def arm(provider: Provider, armed: Sequence[Armed]) -> Iterator[None]:
    """Keep `armed` in force for a block, then raise `FaultNotMet` for any that nothing ever met."""
    mark = provider.journal.mark()
    begun: list[tuple[Armed, Fault]] = []
    provider.armed.extend(armed)
    try:
        for entry, fault in _faults(armed):
            begun.append((entry, fault))
            fault.begin(provider)
        yield
    finally:
        for entry in armed:
            provider.armed.remove(entry)
        for entry, fault in reversed(begun):
            entry.fired += fault.end(provider)
    for entry in armed:
        if not entry.fired and not entry.optional:
            raise FaultNotMet(_not_met(provider, entry, mark))


def check_aim(faults: Sequence[Fault | None], at: tuple[str, ...]) -> None:
    """Refuse a fault aimed at an endpoint that does not have its seam."""
    for fault in faults:
        if fault is None:
            continue
        if not isinstance(fault, Fault):
            raise SettingError(f"expected a fault such as ServerError(503), got {fault!r}")
        if fault.whole_provider and at:
            raise SettingError(f"{fault!r} concerns the whole provider; leave at= out")
        missing = [endpoint for endpoint in at if fault.endpoints and endpoint not in fault.endpoints]
        if missing:
            raise SettingError(
                f"{fault!r} works on the {fault.seam} seam, which endpoint {missing[0]!r} does not have; "
                f"aim it at {' or '.join(fault.endpoints)}"
            )


def _faults(armed: Sequence[Armed]) -> Iterator[tuple[Armed, Fault]]:
    return ((entry, fault) for entry in armed for fault in dict.fromkeys(entry.faults) if fault is not None)


def _not_met(provider: Provider, entry: Armed, mark: int) -> str:
    meanwhile = provider.journal.since(mark)
    lines = "\n".join(f"  {exchange.line}" for exchange in meanwhile) or "  (no request arrived)"
    return (
        f"the fault was armed and never met: {entry!r}.\n"
        f"Meanwhile the provider received:\n{lines}\n"
        "Aim it at a request the client really makes, or arm it with optional=True where not meeting it is fine."
    )
