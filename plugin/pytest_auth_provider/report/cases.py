"""Cases: what a client did in each variant of a contract, kept or not, where somebody has to be able to look it up.

That is so for the contracts of the set `offline`: whoever reviews a tool that goes on while its provider cannot be
reached wants to know what it does then, also where that keeps the contract.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from fakeprovider.vocabulary import RESOURCES
from pytest_auth_provider.outcome.echo import Echo
from pytest_auth_provider.report.evidence import headline
from pytest_auth_provider.report.steps import Asked, Step

if TYPE_CHECKING:
    from pytest_auth_provider.adapters.models import Adapter
    from pytest_auth_provider.outcome.outcome import Outcome
    from pytest_auth_provider.scenario import Scenario

OFFLINE: Final = "offline"
"""The set of contracts whose cases are told, and the policy that decides them."""
_SAYINGS: Final = ("unverified", "valid", "healthy", "sign_in_again", "rejected", "try_again", "expired", "revoked")
"""What a client may say of its token while nobody can be asked about it."""


@dataclass(frozen=True)
class Conduct:
    """What one command did; requests that were never answered for want of a connection are in neither list."""

    action: str
    """The action of the adapter, as in `use`."""
    ending: str
    """How it ended, in a few words."""
    succeeded: bool
    """Whether that is a success."""
    said: tuple[str, ...] = ()
    """The sayings of the adapter that its output says, as in `sign_in_again`."""
    provider: tuple[str, ...] = ()
    """Its exchanges with the provider, a line for each."""
    api: tuple[str, ...] = ()
    """Its exchanges with the protected API, a line for each."""

    @classmethod
    def of(cls, outcome: Outcome, step: Step) -> Self:
        """Return what `outcome` was, of which `step` has what may be shown."""
        return cls(
            action=outcome.action,
            ending=step.ending,
            succeeded=outcome.ok,
            said=tuple(_said(outcome)),
            provider=tuple(_line(asked) for asked in step.exchanges if asked.endpoint not in RESOURCES),
            api=tuple(_line(asked) for asked in step.exchanges if asked.endpoint in RESOURCES),
        )

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        """Return the conduct behind its JSON values. Raises `KeyError` or `TypeError` where they are none."""
        return cls(**{**values, **{name: tuple(values[name]) for name in ("said", "provider", "api")}})


@dataclass(frozen=True)
class Case:
    """One variant of a contract, with what the client did in it."""

    variant: str
    """Name of the variant; "" for a contract without any."""
    verdict: str
    """How it ended."""
    policy: str
    """How the client was meant to behave while its provider cannot be reached, and who says so; "" for no such side."""
    met: tuple[str, ...] = ()
    """What put the client to the test."""
    commands: tuple[Conduct, ...] = ()
    """Every command, in order."""

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        """Return the case behind its JSON values. Raises `KeyError` or `TypeError` where they are none."""
        commands = tuple(map(Conduct.from_values, values["commands"]))
        return cls(**{**values, "met": tuple(values["met"]), "commands": commands})


def commands_of(outcomes: Sequence[Outcome], steps: Iterable[Step]) -> tuple[Conduct, ...]:
    """Return what these commands did, of which `steps` has what may be shown; a sign-in before the others is left out.

    It is the condition and not the case, unless it is all there is, or it failed.
    """
    told = [Conduct.of(outcome, step) for outcome, step in zip(outcomes, steps, strict=True)]
    is_condition = len(told) > 1 and told[0].action == "login" and told[0].succeeded
    return tuple(told[1:] if is_condition else told)


def policy_of(scenario: Scenario, adapter: Adapter) -> str:
    """Return on which side of the policy `offline` a contract asks its client to be, "" where nothing is declared."""
    declared = adapter.policies.get(OFFLINE, "")
    asked = scenario.policy.get(OFFLINE, declared)
    if not asked:
        return ""
    return f"{asked}, declared" if asked == declared else f"{asked}, switched on for this case"


def _said(outcome: Outcome) -> Iterator[str]:
    """Yield what the output says of the token; unlike `Outcome.says`, looking for it does not count as asking for it.

    A manual has words for everything, so that none of them tells what happened.
    """
    if outcome.action == "help" or outcome.action.startswith("x-"):
        return
    own = Echo(outcome.exchanges).own
    phrases = ((name, outcome.phrases[name]) for name in _SAYINGS if name in outcome.phrases)
    yield from (name for name, phrase in phrases if phrase.said_in(outcome.stdout, outcome.stderr, own))


def _line(asked: Asked) -> str:
    """Return an exchange in one line, with how often it came again."""
    return headline(asked) + (f", and {asked.more} more like it" if asked.more else "")
