"""`@pytest.mark.auth_fault("token[refresh_token] : Reset() x1")`: faults for the whole of a test, as text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from fakeprovider import Provider

MARK: Final = "auth_fault"


@contextmanager
def marked_faults(item: pytest.Item, provider: Provider) -> Iterator[None]:
    """Keep the faults that the marks of `item` ask for armed at `provider`, the outermost mark first.

    A text that means nothing fails the test as it is set up, with a caret where it stops making sense; a fault that
    nothing met fails it as it ends, like everywhere (`optional` in the text says that not meeting it is fine).
    """
    from fakeprovider import FaultNotMet, SettingError

    problem = ""
    with ExitStack() as armed:
        try:
            for mark in reversed(list(item.iter_markers(MARK))):
                for text in texts_of(mark):
                    armed.enter_context(provider.failing(text))
        except SettingError as error:
            problem = f"@pytest.mark.{MARK}: {error}"
        if not problem:
            yield
        try:
            armed.close()
        except FaultNotMet as error:
            problem = problem or str(error)
    # Outside of the handlers: pytest shows the message alone, without the exception it was made from.
    if problem:
        pytest.fail(problem, pytrace=False)


def texts_of(mark: pytest.Mark) -> tuple[str, ...]:
    """The texts of one mark; fails the test for a mark that is written in another way."""
    if not mark.args or mark.kwargs or not all(isinstance(text, str) for text in mark.args):
        pytest.fail(
            f"@pytest.mark.{MARK} takes faults as text, as in {MARK}('token[refresh_token] : Reset() x1'); "
            f"got {', '.join([*map(repr, mark.args), *(f'{name}=...' for name in mark.kwargs)]) or 'nothing'}",
            pytrace=False,
        )
    return mark.args
