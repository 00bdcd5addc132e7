"""One contract and one client as the page tells them: where, in which words, with which diagram and command."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pytest_auth_provider.report.forms.html.marks import MARKS, UNKEPT, Mark
from pytest_auth_provider.report.forms.html.sequence import Sequence, sequence_of
from pytest_auth_provider.report.reproduce import command_of
from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.scenario import IN_OUR_WORDS
from pytest_auth_provider.verdict import Verdict

_UNFIT: Final = re.compile(r"[^\w.-]+")
"""What does not belong into the address of a place on the page."""


@dataclass(frozen=True)
class Entry:
    """The verdict on one contract for one client; `row` has the facts."""

    row: Row

    @property
    def mark(self) -> Mark:
        """The mark of its verdict."""
        return MARKS[self.row.verdict]

    @property
    def family(self) -> str:
        """The family of its contract."""
        return self.row.contract.partition("/")[0]

    @property
    def place(self) -> str:
        """The id of the element that tells it in full: the same in every report on this client."""
        return ".".join(_UNFIT.sub("_", part) for part in (self.row.client, *self.row.contract.split("/")))

    @property
    def is_unkept(self) -> bool:
        """Whether it is told by itself, with what the client did."""
        return self.row.verdict in UNKEPT

    @property
    def quoted(self) -> str:
        """What of the requirement is quoted word for word, "" for nothing."""
        return self.row.requirement.partition(IN_OUR_WORDS)[0].strip()

    @property
    def own_words(self) -> str:
        """What of the requirement is our own reading, "" for nothing."""
        return self.row.requirement.partition(IN_OUR_WORDS)[2].strip()

    @property
    def is_contrasted(self) -> bool:
        """Whether what was expected and what happened are in words, and all there is to say."""
        return self.row.stated and self.row.verdict.accuses

    @property
    def hurts(self) -> bool:
        """Whether a user suffers what stands in `harm`: the contract was seen broken, declared or not."""
        return bool(self.row.harm) and (self.row.verdict.accuses or self.row.verdict is Verdict.DEVIATION)

    @property
    def command(self) -> str:
        """The command that runs it again."""
        return command_of(self.row)

    @cached_property
    def sequence(self) -> Sequence | None:
        """What the client did, drawn; None where the row does not have it as values."""
        return sequence_of(self.row.steps, f"What {self.row.client} did under {self.row.contract}")
