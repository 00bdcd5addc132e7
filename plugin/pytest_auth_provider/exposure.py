"""Exposure: what shows that a client was in a position to break the contract it is checked for.

A contract that nobody could have broken proves nothing when it is kept: the fault was never met, the process had ended
before it was killed, the other process never ran in between. So a contract is kept only with proof. The faults that
requests met are proof by themselves; anything else is said by the contract, with `auth_scenarios.verify.exposed`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_auth_provider.errors import Explained

if TYPE_CHECKING:
    from fakeprovider import ArmedFault, Provider


class NotExposed(Explained):
    """No verdict: the client was never in a position to break the contract. The text says what did not come about."""


class LeftOpen(Explained):
    """No verdict: how a command ended leaves open whether the contract is kept, as where it crashed instead."""


class Exposure:
    """What one check shows of its client: the proof for a `kept`, and what it had to leave open.

    `provider` is the one the client spoke to; the faults that its requests met are part of the proof.
    """

    def __init__(self, provider: Provider | None = None) -> None:
        self._provider = provider
        self._facts: list[str] = []
        self._open: list[str] = []

    def add(self, fact: str) -> None:
        """Note one thing that put the client to the test, as in `killed by SIGKILL as it renamed session.json`."""
        self._facts.append(fact)

    def leave_open(self, question: str) -> None:
        """Note what cannot be judged, and why: a contract that breaks nothing is then `unchecked`, not kept."""
        self._open.append(question)

    @property
    def facts(self) -> tuple[str, ...]:
        """What put the client to the test: the faults that were met, then what the contract noted; each once."""
        disarmed = self._provider.disarmed if self._provider is not None else []
        met = [_met(armed) for armed in disarmed if armed.fired]
        return tuple(dict.fromkeys([*met, *self._facts]))

    def require(self) -> None:
        """Make sure that a `kept` can be given.

        Raises `LeftOpen` where something could not be judged, `NotExposed` where nothing put the client to the test.
        """
        if self._open:
            raise LeftOpen("\n".join(dict.fromkeys(self._open)))
        if not self.facts:
            raise NotExposed(
                "Nothing shows that the client was ever in a position to break this contract: no fault was met, and "
                "the contract names nothing else that put it to the test, with exposed(...)."
            )


def _met(armed: ArmedFault) -> str:
    return f"met {'once' if armed.fired == 1 else f'{armed.fired} times'}: {armed!r}"
