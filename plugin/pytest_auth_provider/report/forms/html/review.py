"""The offline review: what the clients did while their provider could not be reached, kept or not, case by case.

It says what was seen and no more: which command, how it ended, what it said, what the API and the provider saw
meanwhile, under which declared policy. What a token was like, and in which way nobody could be reached, the promise of
the contract and the name of the case say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pytest_auth_provider.report.cases import OFFLINE, Case, Conduct
from pytest_auth_provider.report.forms.html.contracts import Entry
from pytest_auth_provider.report.forms.html.marks import MARKS, Mark
from pytest_auth_provider.sets import listed
from pytest_auth_provider.verdict import Verdict

_WORDS = {
    "unverified": "that its token was not checked",
    "valid": "that its token is valid",
    "healthy": "that all is well",
    "sign_in_again": "to sign in again",
    "rejected": "that its token was rejected",
    "try_again": "to try again",
    "expired": "that its token has expired",
    "revoked": "that its token is revoked",
}
"""Saying -> what somebody was told."""


@dataclass(frozen=True)
class Told:
    """One command of a case: in words how it ended and what it said, and what either side saw of it."""

    conduct: Conduct

    @property
    def said(self) -> str:
        """What it said of its token, in words; "" where it was silent about it."""
        return "; ".join(_WORDS.get(saying, saying) for saying in self.conduct.said)

    @property
    def warned(self) -> bool:
        """Whether it said that it goes on with a token that was not checked."""
        return "unverified" in self.conduct.said


@dataclass(frozen=True)
class ReviewedCase:
    """One variant of a contract with what was done in it."""

    case: Case

    @property
    def mark(self) -> Mark:
        """The mark of its verdict."""
        return MARKS[Verdict(self.case.verdict)]

    @property
    def told(self) -> list[Told]:
        """Its commands in order."""
        return [Told(conduct) for conduct in self.case.commands]


@dataclass(frozen=True)
class Reviewed:
    """One contract: its entry, the policy that its client was asked to follow, and its cases."""

    entry: Entry
    policy: str
    cases: tuple[ReviewedCase, ...]


def review(entries: Iterable[Entry]) -> list[Reviewed]:
    """Return what there is to review of one client: the contracts of the set `offline`, those of that family first."""
    reviewed = [entry for entry in entries if entry.row.contract in listed().get(OFFLINE, [])]
    return [_reviewed(entry) for entry in sorted(reviewed, key=_order)]


def _reviewed(entry: Entry) -> Reviewed:
    cases = tuple(_cases(entry.row.cases))
    return Reviewed(entry, next((case.case.policy for case in cases), ""), cases)


def _cases(cases: Iterable[Case]) -> Iterator[ReviewedCase]:
    """Yield the cases in which anything was done that the contract is about."""
    for case in cases:
        if case.verdict != Verdict.NOT_APPLICABLE and case.commands:
            yield ReviewedCase(case)


def _order(entry: Entry) -> tuple[bool, bool, str]:
    applies = entry.row.verdict is not Verdict.NOT_APPLICABLE
    return not applies, entry.family != OFFLINE, entry.row.contract
