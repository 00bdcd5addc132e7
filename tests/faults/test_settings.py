"""Settings of faults are checked as the fault is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

import pytest

from fakeprovider import SettingError
from fakeprovider.faults import (
    DeadPort,
    ErrorAnswer,
    Fault,
    Hold,
    LostAnswer,
    Reset,
    ServerError,
    SlowDrip,
    Stall,
    WrongClaim,
    WrongMember,
)
from fakeprovider.faults.checking import Range, in_words


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: ServerError("503"),
            "ServerError(status='503'): status is expected to be a whole number from 200 to 599",
        ),
        (lambda: ServerError(99), "ServerError(status=99): status is expected to be a whole number from 200 to 599"),
        (
            lambda: ServerError(True),
            "ServerError(status=True): status is expected to be a whole number from 200 to 599",
        ),
        (lambda: Stall(-1), "Stall(seconds=-1): seconds is expected to be a number from 0 up or None"),
        (lambda: Stall(float("nan")), "Stall(seconds=nan): seconds is expected to be a number from 0 up or None"),
        (lambda: SlowDrip(size=0), "SlowDrip(size=0): size is expected to be a whole number from 1 up"),
        (
            lambda: LostAnswer(ServerError()),
            "LostAnswer(how=ServerError(status=503)): how is expected to be a WireFault",
        ),
        (lambda: WrongMember("a", {1, 2}), "WrongMember(value={1, 2}): value is expected to be any JSON value"),
        (lambda: Hold(meanwhile=5), "Hold(meanwhile=5): meanwhile is expected to be a function or None"),
        (
            lambda: WrongClaim("sub", 1, kind="refresh_token"),
            "WrongClaim(kind='refresh_token'): kind is expected to be 'access_token' or 'id_token'",
        ),
        (
            lambda: ErrorAnswer("x", envelope="nested"),
            "ErrorAnswer(envelope='nested'): envelope is expected to be "
            "'error', 'error.code', 'code', 'errorCode', 'detail.code' or 'detail'",
        ),
    ],
)
def test_refused(make: Callable[[], Fault], message: str) -> None:
    """The message names fault, field, what came and what is accepted."""
    with pytest.raises(SettingError) as refused:
        make()
    assert str(refused.value) == message


def test_a_misspelt_endpoint() -> None:
    """An endpoint that is no endpoint is refused as well."""
    with pytest.raises(SettingError, match="endpoint is expected to be 'token', 'jwks'"):
        DeadPort("tokn")  # type: ignore[arg-type]  # on purpose


def test_accepted() -> None:
    """Whole numbers where numbers are asked for, None where it is allowed, JSON of any shape."""
    assert Stall(1) == Stall(1.0)
    assert WrongMember("a", [{"b": None}]).value == [{"b": None}]
    assert LostAnswer(Stall(2)).how == Stall(2)


def test_faults_of_others_are_checked_too() -> None:
    """A fault somebody else wrote gets the same checks for its annotations alone."""

    @dataclass(frozen=True)
    class Moody(Fault):
        """In some mood."""

        mood: Literal["good", "bad"] = "bad"

    with pytest.raises(SettingError, match="mood is expected to be 'good' or 'bad'"):
        Moody("so-so")  # type: ignore[arg-type]  # on purpose
    assert repr(Moody()) == "Moody(mood='bad')"


def test_words() -> None:
    """What an annotation accepts, for people."""
    assert in_words(Annotated[int, Range(1)] | None) == "a whole number from 1 up or None"
    assert in_words(tuple[str, ...]) == "a tuple"


def test_reprs() -> None:
    """A repr makes the same fault, and leaves out what says nothing."""
    assert repr(ServerError()) == "ServerError(status=503)"
    assert repr(ServerError(retry_after=0)) == "ServerError(status=503, retry_after=0)"
    assert repr(LostAnswer()) == "LostAnswer(how=Reset())"
    assert repr(WrongClaim("sub", None)) == "WrongClaim(name='sub', value=None, kind='access_token')"
    assert LostAnswer(Reset()) == LostAnswer()
