"""Warnings of a lane reach the process of the user, whatever they are made of."""

from __future__ import annotations

from multiprocessing.reduction import ForkingPickler
from warnings import WarningMessage

from pytest_auth_provider.lanes.serving import _that_travels


class Picky(UserWarning):
    """A warning that is made of two things, and tells only one of them to whoever makes it again."""

    def __init__(self, what: str, _where: str) -> None:
        super().__init__(what)


def test_a_warning_travels_as_it_is() -> None:
    """Its class is known on the other side."""
    told = _that_travels(WarningMessage(DeprecationWarning("old"), DeprecationWarning, "file.py", 7))
    assert (told.category, str(told.message), told.filename, told.lineno) == (DeprecationWarning, "old", "file.py", 7)


def test_one_that_cannot_be_made_again_travels_as_text() -> None:
    """The name of its class stands before what it says."""
    told = _that_travels(WarningMessage(Picky("odd", "here"), Picky, "file.py", 7))
    read = ForkingPickler.loads(ForkingPickler.dumps(told))
    assert (read.category, str(read.message), read.lineno) == (UserWarning, "Picky: odd", 7)
