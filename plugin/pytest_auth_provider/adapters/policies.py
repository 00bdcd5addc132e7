"""The keys `[policies]` and `[switches]`: which side of a policy a client is on, and how it is put on another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field

from pytest_auth_provider.adapters.annotations import Names
from pytest_auth_provider.adapters.complaints import expected
from pytest_auth_provider.adapters.vocabulary import POLICIES, own_name


def _side(policy: str, value: object, *keys: str) -> str:
    """Return a side of the policy as text: one of its names, or seconds; anything goes for a policy of one's own."""
    accepted = POLICIES.get(policy, ())
    if isinstance(value, str) and (value in accepted or own_name(policy)):
        return value
    if accepted:
        raise expected(" or ".join(f'"{side}"' for side in accepted), value, *keys)
    if type(value) is int and value >= 0:
        return str(value)
    raise expected("a string" if own_name(policy) else "a whole number of seconds", value, *keys)


def _sides(policies: object) -> object:
    """Return the table with each side as text."""
    if not isinstance(policies, dict):
        return policies
    return {policy: _side(policy, value, policy) for policy, value in policies.items()}


def known_sides(switches: dict[str, object]) -> dict[str, object]:
    """Check the sides that switches are named after; seconds are written as the name of a table there."""
    for policy, overlays in switches.items():
        for side in overlays if isinstance(overlays, dict) else ():
            seconds = side.isdecimal() and not own_name(policy)
            _side(policy, int(side) if seconds else side, policy, side)
    return switches


Policies = Annotated[
    Mapping[str, str],
    BeforeValidator(_sides, json_schema_input_type=dict[str, str | Annotated[int, Field(ge=0)]]),
    Names("a policy", tuple(POLICIES)),
]
"""Policy -> side; seconds are kept as text."""
