"""Faults as text."""

from __future__ import annotations

import pytest

from fakeprovider import Provider, SettingError
from fakeprovider.faults import LostAnswer, Reset, ServerError, Stall, catalogue, find_fault
from fakeprovider.faults.armed import Step
from fakeprovider.faults.text import parse, parse_fault
from fakeprovider.faults.trigger import Trigger
from tests.support.oauth_client import OAuthClient

TEXTS = [
    "Refused()",
    "Reset() x1",
    "token[refresh_token] : ServerError(status=503, retry_after=2) x2",
    "token[refresh_token] from 'my cli' after 3 optional : Reset()",
    "* after 1 : Reset()",
    "token or revocation : ServerError(status=500), nothing x2, Reset() x3",
    "discovery : WrongMember(name='jwks_uri', value=[1, {'a': None}])",
    "token : LostAnswer(how=Stall(seconds=0.5)) x1",
    "jwks : Garbage(data=b'\\x00;,:\\'\"')",
    "token : ErrorAnswer(code='é; x2', status=400, envelope='error', description=':')",
]


@pytest.mark.parametrize("text", TEXTS)
def test_round_trip(text: str) -> None:
    """The repr of what a text arms is that text."""
    [armed] = parse(text)
    assert repr(armed) == text


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_fault_can_be_written(name: str) -> None:
    """What one can make without Python, the repr of it makes again."""
    given = {"name": "sub", "value": 1, "text": "{}", "code": "invalid_grant", "origin": "https://a.invalid"}
    kind = find_fault(name)
    settings = {key: value for key, value in given.items() if key in kind.__dataclass_fields__}
    fault = kind(**settings)
    assert parse_fault(repr(fault)) == fault


def test_spellings() -> None:
    """Blanks, lines, missing brackets, constants of JSON and positions are as people write them."""
    first, second = parse(
        "token[ refresh_token ]from cli-2 after 2:ServerError(503,retry_after=null)x2;\n jwks:Stall ;"
    )
    assert first.trigger == Trigger(("token",), "refresh_token", "cli-2", 2)
    assert first.steps == (Step(ServerError(503), 2),)
    assert second.steps == (Step(Stall(), None),)
    assert parse_fault("LostAnswer(Stall())") == LostAnswer(Stall())


def test_sequence_counts() -> None:
    """Without a count a step of a sequence is for one request, and a lone fault for all."""
    [armed] = parse("Reset(), nothing, ServerError(500) x 3")
    assert armed.steps == (Step(Reset(), 1), Step(None, 1), Step(ServerError(500), 3))
    assert parse("Reset()")[0].steps == (Step(Reset(), None),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tokn : Reset()", "^"),
        ("token[refresh] : Reset()", "      ^"),
        ("token : Rset()", "        ^"),
        ("token : ServerError(sttus=5)", "                    ^"),
        ("token : ServerError(status=5)", "        ^"),
        ("token : ServerError(1, 2, 3, 4)", "        ^"),
        ("token : ServerError(status=open('x'))", "                           ^"),
        ("token : ServerError(status=(lambda: 5)())", "                            ^"),
        ("token : Stall(1 + x)", "              ^"),
        ("token : ServerError(503", "                   ^"),
        ("token : ServerError(503]", "                       ^"),
        ("token : ServerError(5 5)", "                    ^"),
        ("token : Reset() x0", "                ^"),
        ("token : Reset() after 1", "                ^"),
        ("token afterwards 1 : Reset()", "      ^"),
        ("token after one : Reset()", "            ^"),
        ("token : Reset() Stall()", "                ^"),
        ("token :", "       ^"),
        ("", "^"),
        ("token : nothing", "^"),
        ("token : WrongMember('a')", "        ^"),
        ("token : WrongIssuer()", "^"),
        ("token : Fault()", "        ^"),
        ("token : 503", "        ^"),
        ("token : Réset(), Stall('é', 'é')", "        ^"),
        ("token : Body('é', stats=5)", "                  ^"),
    ],
)
def test_errors_point_at_the_place(text: str, message: str) -> None:
    """Whatever is wrong, the message shows the text with a mark where it is."""
    with pytest.raises(SettingError) as refused:
        parse(text)
    said, shown, mark = str(refused.value).split("\n")
    assert said
    assert (shown, mark) == (f"  {text}", f"  {message}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tokn : Reset()", "Did you mean 'token'"),
        ("token : SeverError()", "Did you mean 'ServerError'"),
        ("token : ServerError(sttus=5)", "Did you mean 'status'"),
        ("token : ServerError(5)", "status is expected to be a whole number from 200 to 599"),
        ("token : Reset() after 1", "stands left of the ':'"),
        ("token : WrongIssuer()", "aim it at discovery"),
        ("token : ServerError(status=__import__('os'))", "fault: '__import__' is not one of"),
        ("token : Stall(" + "(" * 500 + ")" * 500 + ")", "cannot be read|literal"),
    ],
)
def test_errors_say_what_to_do(text: str, words: str) -> None:
    """Misspelt names are guessed, misplaced words sent where they belong, and nothing is evaluated."""
    with pytest.raises(SettingError, match=words):
        parse(text)


def test_the_line_of_a_longer_text() -> None:
    """Of several lines the one with the mistake is shown."""
    with pytest.raises(SettingError) as refused:
        parse("token : Reset() ;\njwks : Rest()\n; discovery : Stall()")
    assert str(refused.value).endswith("\n  jwks : Rest()\n         ^")


def test_failing_takes_text(provider: Provider, client: OAuthClient) -> None:
    """A text arms all of its clauses."""
    with provider.failing("discovery : ServerError(500), nothing, ServerError(502) ; jwks : ServerError(503) x1"):
        assert [client.get("discovery").status_code for _ in range(4)] == [500, 200, 502, 200]
        assert [client.get("jwks").status_code for _ in range(2)] == [503, 200]


def test_a_text_says_everything_itself(provider: Provider) -> None:
    """An aim beside the text would leave open which one holds."""
    with pytest.raises(SettingError, match="says itself when"), provider.failing("token : Reset()", at="jwks"):
        pass
