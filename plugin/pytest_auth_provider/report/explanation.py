"""Explain why a check ended as it did: what the contract asked for and what happened, or why nothing can be said.

What was raised decides:

ContractBroken          a verb accuses the client; what was expected and what happened are taken over as they are
AssertionError          a bare `assert` accuses the client; pytest's own account of it is what happened
an exception of ours    its message is the whole explanation, for a person to act on
anything else           a mistake in the check, which says nothing about the client
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from pytest_auth_provider.catalogue import packages
from pytest_auth_provider.errors import Explained
from pytest_auth_provider.verdict import ContractBroken

OURS: Final = ("pytest_auth_provider", "fakeprovider")
"""Import packages whose exceptions are written for the person who runs the checks, besides packages of contracts."""


@dataclass(frozen=True)
class Explanation:
    """Why a check ended as it did.

    `reason` is the whole of it, in words. `expected` and `actual` are set where the client is accused; `stated` says
    that the contract put both into words. Otherwise they are the asserted expression as it is written, "" where its
    source cannot be had, and pytest's account of it.
    """

    reason: str = ""
    expected: str = ""
    actual: str = ""
    stated: bool = False

    def redacted(self, redact: Callable[[str], str]) -> Explanation:
        """Return the explanation with each text as `redact` returns it."""
        return Explanation(redact(self.reason), redact(self.expected), redact(self.actual), self.stated)


def accuses(error: BaseException) -> bool:
    """Return whether `error` accuses the client: a failed assertion does, and nothing else."""
    from fakeprovider import FaultNotMet

    return isinstance(error, AssertionError) and not isinstance(error, FaultNotMet)


def explains_itself(error: BaseException) -> bool:
    """Return whether the message of `error` is the whole story: a failed assertion, or an exception of ours.

    Anything else is a mistake in the check, of which a person wants to see the traceback.
    """
    return isinstance(error, AssertionError) or type(error).__module__.partition(".")[0] in {*OURS, *packages()}


def explain(raised: pytest.ExceptionInfo[BaseException], *, with_details: bool) -> Explanation:
    """Explain what was raised. Without `with_details`, leave out what the client did, which evidence shows anyway."""
    error = raised.value
    if isinstance(error, ContractBroken):
        return Explanation(str(error), error.expected, error.actual, stated=True)
    if isinstance(error, Explained) and not with_details:
        return Explanation(error.summary)
    if isinstance(error, pytest.skip.Exception) or explains_itself(error):
        said = str(error) or raised.typename
        return Explanation(said, _asserted(raised), said) if accuses(error) else Explanation(said)
    last = raised.traceback[-1]
    place = f"{Path(last.path).name}:{last.lineno + 1}"
    return Explanation(
        f"the check itself failed, which says nothing about the client: {raised.exconly(tryshort=True)} ({place})"
    )


def _asserted(raised: pytest.ExceptionInfo[BaseException]) -> str:
    """Return the expression of the `assert` that failed, as it is written; "" where its source cannot be had."""
    last = raised.traceback[-1]
    if last.frame.code.fullsource is None:
        return ""
    source = textwrap.dedent(str(last.statement))
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return ""
    failed = statements[0] if statements else None
    return ast.get_source_segment(source, failed.test) or "" if isinstance(failed, ast.Assert) else ""
