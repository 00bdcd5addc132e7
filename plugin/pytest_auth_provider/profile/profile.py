"""The profile of one client: every observation, the seconds its commands took, and why it cannot be checked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from pytest_auth_provider.profile.observations import OBSERVATIONS, Observation

_NOTHING = Observation.not_learned("no profile was asked for")


@dataclass(frozen=True)
class Profile:
    """What was learned of one client before it was judged.

    Each field has its docstring below it: the JSON Schema of reports is made of them.
    """

    client: str
    """Name of the client."""
    version: str = ""
    """What it prints as its version."""
    problem: str = ""
    """Why it cannot be checked at all; "" where it can."""
    observations: Mapping[str, Observation] = field(default_factory=dict)
    """What was learned, by the name of the observation, as in `sign_in`."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """How many seconds an action took when nothing was wrong, by its name; what takes many times as long is slow."""
    contradictions: tuple[str, ...] = ()
    """Sentences on what its adapter declares and was not seen."""
    learned_in: float = 0.0
    """How many seconds it took to learn all this."""

    def __getitem__(self, name: str) -> Observation:
        """Return an observation, as in `"device" in profile["sign_in"]`; one without values where nothing was learned.

        Raises `KeyError` for a name that no observation has.
        """
        if name not in OBSERVATIONS:
            raise KeyError(f"no observation {name!r}; there are: {', '.join(OBSERVATIONS)}")
        return self.observations.get(name, _NOTHING)

    @property
    def quiet_seconds(self) -> float:
        """How many seconds the slowest command took when nothing was wrong; 0 where none was run."""
        return max(self.seconds.values(), default=0.0)

    def as_dict(self) -> dict[str, object]:
        """Return the profile as JSON values."""
        return asdict(self)

    def as_text(self) -> str:
        """Return the profile as JSON."""
        return json.dumps(self.as_dict())

    @classmethod
    def from_text(cls, text: str) -> Profile:
        """Return the profile behind `as_text`."""
        values = json.loads(text)
        observations = {
            name: Observation(tuple(one["values"]), one["seen"]) for name, one in values["observations"].items()
        }
        contradictions = tuple(values["contradictions"])
        return cls(**{**values, "observations": observations, "contradictions": contradictions})
