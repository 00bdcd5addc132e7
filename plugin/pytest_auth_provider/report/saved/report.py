"""A JSON report: its members, and the version of their format.

docs/reports.md promises what never changes within a format. A member that is added to it, here or in a class that it
refers to, has a default, so that reports from before can be read; anything else needs a new `FORMAT`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

from pytest_auth_provider.profile import Profile
from pytest_auth_provider.report.rows import Row

FORMAT: Final = 1
"""The version of the format that is written, and the newest one that is read."""


@dataclass(frozen=True)
class Report:
    """What one run found out, for programs.

    A text that has nothing to say is "". Each field has its docstring below it: the JSON Schema is made of them.
    """

    format: int
    """Version of this format: it changes when programs that read the one before would be misled."""
    date: str
    """Day of the run, in UTC, as in `2026-01-31`."""
    version: str
    """Version of pytest-auth-provider."""
    notices: Sequence[str]
    """What a reader should know first, such as configuration that does nothing."""
    verdicts: Sequence[Row]
    """One for each client and contract, by client and contract."""
    profiles: Sequence[Profile]
    """What was learned of each client before it was judged."""

    def as_dict(self) -> dict[str, object]:
        """Return the report as JSON values."""
        return {
            **{field.name: getattr(self, field.name) for field in fields(self)},
            "notices": list(self.notices),
            "verdicts": [row.as_dict() for row in self.verdicts],
            "profiles": [profile.as_dict() for profile in self.profiles],
        }

    @property
    def clients(self) -> list[str]:
        """The names of the clients that the run was about, also of those that could not be checked."""
        names = [*(row.client for row in self.verdicts), *(profile.client for profile in self.profiles)]
        return list(dict.fromkeys(names))

    def rows_of(self, client: str) -> list[Row]:
        """Return the rows of one client."""
        return [row for row in self.verdicts if row.client == client]

    def version_of(self, client: str) -> str:
        """Return the version of a client; "" where it is not known."""
        told: list[Row | Profile] = [*self.verdicts, *self.profiles]
        return next((one.version for one in told if one.client == client and one.version), "")

    def problem_of(self, client: str) -> str:
        """Return why a client could not be checked at all; "" where it could."""
        return next((profile.problem for profile in self.profiles if profile.client == client), "")
