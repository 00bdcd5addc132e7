"""What output repeats of an answer is told apart from the client's own words."""

from __future__ import annotations

import json
import time

import pytest

from fakeprovider import Exchange
from pytest_auth_provider.outcome.echo import GONE, Echo
from pytest_auth_provider.outcome.outcome import Outcome

DENIED = {"error": "access_denied", "error_description": "the user denied the request"}
PAGE = "<!doctype html><title>Welcome</title><h1>Please accept our terms</h1>"

PUNCTUATION = ":,;'\"+<>!(){}[]"


def answered(body: object = "", status: int = 400, **headers: str) -> Exchange:
    """An exchange in which the provider answered this: JSON, or text as it is."""
    text = body if isinstance(body, str) else json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    return Exchange(
        number=1,
        endpoint="token",
        grant="device_code",
        client_id="tool",
        method="POST",
        path="/token",
        request_headers=(),
        request_body=b"",
        form={},
        status=status,
        response_headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
        response_body=text.encode(),
        note="",
        faults=(),
        at=0.0,
        monotonic=0.0,
        seconds=0.0,
    )


def own_words(printed: str, *exchanges: Exchange) -> list[str]:
    """The words that are left of what was printed."""
    left = Echo(exchanges).own(printed)
    assert len(left) == len(printed)
    return left.replace(GONE, " ").split()


REPEATED = [
    # as it was sent, wrapped, quoted, shouted, escaped, boxed
    "login failed: the user denied the request",
    "login failed: the user\n    denied the request",
    "login failed: THE USER DENIED THE REQUEST",
    "login failed: 'the user denied the request'",
    'login failed: "the \\"user\\" denied\\nthe request"',
    "login failed: the%20user%20denied+the+request",
    "login failed: the &quot;user&quot; denied&#32;the request",
    "login failed: access_denied",
    "login failed: [access_denied] the user denied the request",
    "login failed: ACCESS_DENIED",
    "login failed: the user denied the req...",
    "login failed: the user denied the\N{HORIZONTAL ELLIPSIS}",
    # the whole of it, as it came or as some language writes it
    f"login failed: {json.dumps(DENIED)}",
    f"login failed: {json.dumps(DENIED, indent=2)}",
    f"login failed: {json.dumps(json.dumps(DENIED))}",
    f"login failed: {DENIED}",
    "login failed: map[error:access_denied error_description:the user denied the request]",
]


@pytest.mark.parametrize("printed", REPEATED)
def test_a_repetition_is_not_the_clients_own(printed: str) -> None:
    """However it is written, what was answered is gone, and what the client says besides is left."""
    left = own_words(printed, answered(DENIED))
    assert left[:2] == ["login", "failed:"]
    assert "denied" not in " ".join(left).casefold()


OWN = [
    "You denied the sign-in.",
    "the request was denied by the user",
    "The user denied.",
    "access denied",
    "denied",
    "the user denied the sign-in at the provider",
    "Expired: the code has expired",
]


@pytest.mark.parametrize("printed", OWN)
def test_a_sentence_of_its_own_stays_whole(printed: str) -> None:
    """Words the provider used as well are anybody's; so are those of another sentence."""
    assert own_words(printed, answered(DENIED), answered({"error": "expired", "detail": "denied"})) == printed.split()


@pytest.mark.parametrize(
    ("exchange", "printed", "left"),
    [
        (answered({"revoked": True}, 200), 'answer: {"revoked": true}', ["answer"]),
        (answered('{"revoked"', 200), 'no JSON: {"revoked"', ["no", "JSON"]),
        (answered({"a": None, "b": [1]}, 200), "got {'a': None, 'b': [1]}", ["got"]),
        (answered("okay", 200), "okay", ["okay"]),
        (answered("error=slow_down&error_description=poll+less+often"), "no: poll less often (slow_down)", ["no"]),
        (answered("the session was revoked", 500), "500: the session was revoked", ["500"]),
        (answered(PAGE, 502), f"answer: {PAGE}", ["answer"]),
        (answered(PAGE, 502), f"answer: {PAGE[:40]}", ["answer"]),
        (answered(PAGE, 502), "answer: Welcome Please accept our terms", ["answer"]),
        (answered(PAGE, 502), "Welcome", ["Welcome"]),
        (answered("", 504), "504 Gateway Timeout", ["504"]),
        (answered("", 401), "401 Unauthorized", ["401", "Unauthorized"]),
        (answered("", 0), "Bad Request", ["Bad", "Request"]),
        (answered("", 599), "own words", ["own", "words"]),
        (
            answered("", 401, WWW_Authenticate='Bearer error="invalid_token", error_description="it has expired now"'),
            "the API: it has expired now (invalid_token)",
            ["the", "API"],
        ),
        (
            answered("", 302, Location="http://127.0.0.1:1/?error=access_denied&error_description=you+have+declined"),
            "failed: access_denied: you have declined",
            ["failed"],
        ),
        (answered({"error": {"code": "AccessDeniedException"}}), "An error (AccessDeniedException)", ["An", "error"]),
        (
            answered({"message": "der Benutzer hat „Nein“ gewählt"}),
            "Fehler: der Benutzer hat Nein gew\\u00e4hlt",
            ["Fehler"],
        ),
        (answered({"message": "用户拒绝了请求"}), "错误: 用户拒绝了请求", ["错误"]),
        (
            answered({"message": "用户拒绝了请求"}),
            '"\\u7528\\u6237\\u62d2\\u7edd\\u4e86\\u8bf7\\u6c42"',
            [],
        ),
        (answered({"message": "用户拒绝了请求"}), "用户已拒绝", ["用户已拒绝"]),
    ],
)
def test_each_kind_of_answer(exchange: Exchange, printed: str, left: list[str]) -> None:
    """JSON, pages, plain text, headers and reason phrases, in any script; no answer at all says nothing."""
    assert [word.strip(PUNCTUATION) for word in own_words(printed, exchange) if word.strip(PUNCTUATION)] == left


def said(printed: str, *exchanges: Exchange) -> Outcome:
    """The outcome of a command that printed this."""
    return Outcome("login", ("tool",), exit_code=1, stdout=printed, exchanges=exchanges)


def test_words_in_a_dump_are_not_said() -> None:
    """Who dumps an answer has neither said nor told what is in it; who passes a message on has told it."""
    dumped, passed_on, own = (
        said(f"Error: {json.dumps(DENIED)}", answered(DENIED)),
        said("Error: the user denied the request", answered(DENIED)),
        said("You denied the sign-in", answered(DENIED)),
    )
    assert [o.says("denied") for o in (dumped, passed_on, own)] == [False, False, True]
    assert [o.passes_on("denied") for o in (dumped, passed_on, own)] == [False, True, True]
    assert [o.repeats("denied") for o in (dumped, passed_on, own)] == [True, True, True]


def test_what_takes_a_match_back_may_be_a_quote() -> None:
    """A client that says `revoked` and quotes a doubt in the same clause has not claimed it."""
    doubt = answered({"message": "it could not be found"}, 404)
    assert said("Session revoked", doubt).says("revoked")
    assert not said("Session revoked: it could not be found", doubt).says("revoked")


@pytest.mark.parametrize(
    ("printed", "explained"),
    [
        ("Error: the user denied the request", True),
        ("access_denied: the user denied the request", True),
        (json.dumps(DENIED), False),
        (f"Error: {DENIED}", False),
        ("Error: access_denied", False),
        (f"Login failed: {json.dumps(DENIED)}", True),
    ],
)
def test_a_message_that_is_passed_on_explains(printed: str, explained: bool) -> None:
    """The provider's sentence for people is one; a dump of the answer it stood in is not."""
    assert said(printed, answered(DENIED)).explains() is explained


def test_a_dumped_page_explains_nothing() -> None:
    """Nor does what the page says to somebody at a browser."""
    page = answered(PAGE, 502)
    assert not said(PAGE, page).explains()
    assert not said("Welcome Please accept our terms", page).explains()
    assert said(f"The provider answered a page: {PAGE}", page).explains()


@pytest.mark.parametrize("part", ["<", "<script>", "<a", "login ", "%41", "&amp;"])
def test_a_flood_that_is_repeated_is_told_in_time(part: str) -> None:
    """In time that grows with its length: with the square of it, it would be minutes."""
    sent, printed = part * (100_000 // len(part)), part * (300_000 // len(part))
    before = time.process_time()
    left = Echo([answered(sent)]).own(printed)
    assert time.process_time() - before < 10
    assert len(left) == len(printed)
