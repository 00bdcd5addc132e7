"""The ways in which a provider cannot be reached, for scenarios that are parametrized by them.

Unreachable means no answer at all: an answer that is an error is another matter, and another contract.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final

import pytest

from fakeprovider.faults import Closed, Fault, Refused, Reset, Stall

if TYPE_CHECKING:
    from fakeprovider import ArmedFault, Provider


class Outage:
    """One way in which the provider cannot be reached while the API goes on answering.

    `fault` is what happens to requests, at these endpoints alone where any are named.
    """

    def __init__(self, fault: Fault, *endpoints: str) -> None:
        self._fault = fault
        self._endpoints = endpoints

    def of(self, provider: Provider) -> AbstractContextManager[ArmedFault]:
        """Return a context manager that makes `provider` unreachable for the time of a block."""
        return provider.failing(self._fault, at=self._endpoints)


OUTAGES: Final = [
    pytest.param(Outage(Refused()), id="refused"),
    pytest.param(Outage(Reset(), "discovery"), id="reset-at-discovery"),
    pytest.param(Outage(Stall(), "discovery"), id="stalled-at-discovery"),
    pytest.param(Outage(Closed(), "jwks"), id="closed-at-jwks"),
]
