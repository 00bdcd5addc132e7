"""Why a check ended as it did, in words for a person: what was raised says so itself, or is a mistake in the check."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from pytest_auth_provider.catalogue import packages

OURS: Final = ("pytest_auth_provider", "fakeprovider")


def explains_itself(error: BaseException) -> bool:
    """Whether the message of `error` is the whole story: a failed assertion, or an exception of ours.

    Anything else is a mistake in the check, of which a person wants to see the traceback.
    """
    return isinstance(error, AssertionError) or type(error).__module__.partition(".")[0] in {*OURS, *packages()}


def reason_of(raised: pytest.ExceptionInfo[BaseException]) -> str:
    """What `raised` says, or that the check itself failed and where."""
    error = raised.value
    if isinstance(error, pytest.skip.Exception) or explains_itself(error):
        return _without_expression(str(error)) or raised.typename
    last = raised.traceback[-1]
    place = f"{Path(last.path).name}:{last.lineno + 1}"
    return f"the check itself failed, which says nothing about the client: {raised.exconly(tryshort=True)} ({place})"


def _without_expression(text: str) -> str:
    """A message that says what was expected, without the expression that pytest adds, and indents it for."""
    message, added, _expression = text.rpartition("\nassert ")
    return message.replace("\n  ", "\n") if added and message.startswith("Expected:") else text
