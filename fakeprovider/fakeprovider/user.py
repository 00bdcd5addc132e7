"""The user: the person at the browser, who approves, denies or ignores what clients ask for."""

from __future__ import annotations

import threading
from collections import deque
from typing import Final, Literal

from fakeprovider.errors import choose
from fakeprovider.people import FIRST, Person

Decision = Literal["approve", "deny", "ignore"]

STEPS: Final = ("pending", "slow_down", "approve", "deny", "expire")
"""What a script may say for one poll of a device client."""


class User:
    """Decides for the person at the browser, at once and for every client, until told otherwise.

    `person` is who signs in. A script overrides the decision for the polls of device clients, one step a poll; when
    it has run out, the decision holds again.
    """

    def __init__(self) -> None:
        self.person: Person = FIRST
        self.decision: Decision = "approve"
        self._script: deque[str] = deque()
        self._lock = threading.Lock()

    def approves(self, person: Person | None = None) -> None:
        """From now on the user approves, as `person` if one is given."""
        self._decide("approve")
        self.person = person or self.person

    def denies(self) -> None:
        """From now on the user denies."""
        self._decide("deny")

    def ignores(self) -> None:
        """From now on the user does nothing: codes stay pending until they expire or somebody types them."""
        self._decide("ignore")

    def script(self, *steps: str) -> None:
        """Answer the next polls of device clients step by step.

        Steps: `pending`, `slow_down`, `approve`, `deny`, `expire`. Raises `SettingError` for any other.
        """
        checked = [choose("step of provider.user.script()", step, STEPS) for step in steps]
        with self._lock:
            self._script = deque(checked)

    def next_step(self) -> str:
        """Take the script's step for this poll, or an empty string where there is none left."""
        with self._lock:
            return self._script.popleft() if self._script else ""

    @property
    def steps(self) -> tuple[str, ...]:
        """What is left of the script."""
        with self._lock:
            return tuple(self._script)

    def _decide(self, decision: Decision) -> None:
        with self._lock:
            self.decision = decision
            self._script.clear()
