"""What a passive check finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, whatever the scenario is about.

    `what` is the kind of secret that leaked, or `egress`, `crash` or `timeout`. `where` is the place (`stdout`, a path)
    or the action, `excerpt` what was seen there. `contract` is the id of the contract it breaks.
    """

    what: str
    where: str
    excerpt: str
    contract: str = "hygiene/no-secret-in-output"

    def __str__(self) -> str:
        return f"{self.what} in {self.where}: {self.excerpt}"
