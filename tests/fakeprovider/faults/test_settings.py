"""Settings of faults are checked as the fault is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import pytest

from fakeprovider import SettingError
from fakeprovider.errors import suggestion
from fakeprovider.faults import (
    DeadPort,
    ExtraMember,
    Fault,
    Hold,
    HtmlPage,
    LostAnswer,
    NoKid,
    Redirect,
    Reset,
    ServerError,
    SlowDrip,
    Stall,
    WrongClaim,
    WrongMember,
)
from fakeprovider.validation import Duration, Flag, OneOf, Range, Seconds, check_value, in_words

WHOLE_NUMBER = "status is expected to be a whole number from 200 to 599"
SECONDS = "seconds is expected to be a number from 0 up or None"


@pytest.mark.parametrize(
    ("fault", "settings", "message"),
    [
        (ServerError, {"status": "503"}, f"ServerError(status='503'): {WHOLE_NUMBER}"),
        (ServerError, {"status": 99}, f"ServerError(status=99): {WHOLE_NUMBER}"),
        (ServerError, {"status": True}, f"ServerError(status=True): {WHOLE_NUMBER}"),
        (Stall, {"seconds": -1}, f"Stall(seconds=-1): {SECONDS}"),
        (Stall, {"seconds": float("nan")}, f"Stall(seconds=nan): {SECONDS}"),
        (SlowDrip, {"size": 0}, "SlowDrip(size=0): size is expected to be a whole number from 1 up"),
        (LostAnswer, {"how": HtmlPage()}, "LostAnswer(how=HtmlPage(status=200)): how is expected to be a WireFault"),
        (ExtraMember, {"name": "a", "value": {1}}, "ExtraMember(value={1}): value is expected to be any JSON value"),
        (Hold, {"meanwhile": 5}, "Hold(meanwhile=5): meanwhile is expected to be a function or None"),
        (
            NoKid,
            {"kind": "refresh_token"},
            "NoKid(kind='refresh_token'): kind is expected to be 'access_token' or 'id_token'",
        ),
        (Redirect, {"status": 200}, "Redirect(status=200): status is expected to be 301, 302, 303, 307 or 308"),
    ],
)
def test_refused(fault: type[Fault], settings: dict[str, object], message: str) -> None:
    """The message names fault, field, what came and what is accepted."""
    with pytest.raises(SettingError) as refused:
        fault(**settings)
    assert str(refused.value) == message


def test_a_misspelt_endpoint() -> None:
    """An endpoint that is no endpoint is refused as well."""
    with pytest.raises(SettingError, match="endpoint is expected to be 'jwks', 'authorization'"):
        DeadPort("tokn")


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


def test_what_is_accepted_is_suggested() -> None:
    """The closest accepted name is suggested, none where nothing is close or what came is no text."""
    assert suggestion("tokn", ["jwks", "token"]) == " Did you mean 'token'?"
    assert suggestion("colour", ["jwks", "token"]) == ""
    assert suggestion(5, ["jwks", "token"]) == ""


def test_words() -> None:
    """What an annotation accepts, for people."""
    assert in_words(Annotated[int, Range(1)] | None) == "a whole number from 1 up or None"
    assert in_words(tuple[str, ...]) == "a tuple"
    assert in_words(Annotated[str, OneOf(("a", "b"))]) == "'a' or 'b'"


def test_check_value() -> None:
    """One value against one annotation: numbers become floats where numbers are asked for, choices are suggested."""
    assert repr(check_value("x", Duration, 5)) == repr(check_value("x", Seconds, 5)) == "5.0"
    assert check_value("x", Literal["a", "b"], "a") == check_value("x", Annotated[str, OneOf(("a", "b"))], "a") == "a"
    for hint, given, message in [
        (Duration, -1, "x: expected seconds as a number from 0 up, got -1"),
        (Flag, 1, "x: expected true or false, got 1"),
        (
            Annotated[str, OneOf(("token", "jwks"))],
            "tokn",
            "x: 'tokn' is not one of 'jwks', 'token'. Did you mean 'token'?",
        ),
        (Literal["token", "jwks"], None, "x: None is not one of 'jwks', 'token'."),
    ]:
        with pytest.raises(SettingError) as refused:
            check_value("x", hint, given)
        assert str(refused.value) == message


def test_reprs() -> None:
    """A repr makes the same fault, and leaves out what says nothing."""
    assert repr(ServerError()) == "ServerError(status=503)"
    assert repr(ServerError(retry_after=0)) == "ServerError(status=503, retry_after=0)"
    assert repr(LostAnswer()) == "LostAnswer(how=Reset())"
    assert repr(WrongClaim("sub", None)) == "WrongClaim(name='sub', value=None, kind='access_token')"
    assert LostAnswer(Reset()) == LostAnswer()
