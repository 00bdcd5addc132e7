"""The words that a client has for one situation alone."""

from __future__ import annotations

import re

import pytest

from pytest_auth_provider.learning.situations import SITUATIONS, Heard
from pytest_auth_provider.learning.words import Guess, guess_words
from pytest_auth_provider.outcome.outcome import Outcome

LOGIN = Outcome("login", ("acme",), 0, stdout="Hi Ada Lovelace, the gate is open (id 8f3a2).\n")


def heard(**printed: str) -> list[Heard]:
    """Return what was heard in the situations with these names; their blanks and colons are underscores here."""
    situations = {re.sub(r"\W+", "_", situation.name): situation for situation in SITUATIONS}
    return [
        Heard(situations[name], Outcome(situations[name].action, ("acme",), 1, stderr=text))
        for name, text in printed.items()
    ]


def guessed(**printed: str) -> dict[str, Guess]:
    """Return the guesses by their sayings."""
    return {guess.saying: guess for guess in guess_words(LOGIN, heard(**printed), ("Ada Lovelace",))}


def test_a_line_of_one_situation() -> None:
    """Without what is another one the next time: names, numbers, addresses, quotes."""
    found = guessed(
        login_denied="Somebody at http://127.0.0.1:4711/x turned you away: 'no'\n",
        code_expired="[12:00] Too slow, friend\n",
    )
    assert found["signed_in"].pattern == "the gate is open"
    assert found["denied"].pattern == "turned you away"
    assert found["expired"].pattern == "Too slow, friend"
    assert all(guess.certain for guess in found.values())


def test_a_line_of_several_situations_says_nothing() -> None:
    """Whoever says the same of every failure has not told them apart."""
    found = guessed(login_denied="It went wrong entirely.\n", code_expired="It went wrong entirely.\n")
    assert found.keys() == {"signed_in"}


def test_with_nothing_to_compare_a_person_has_to_say() -> None:
    """The only failure of a login that there was may be called the same as all others."""
    assert not guessed(login_denied="It went wrong entirely.\n")["denied"].certain


def test_advice_is_for_a_person_to_judge() -> None:
    """That a session is over is no advice yet."""
    found = guessed(session_over_refresh_refused="The gate fell shut.\n", login_denied="Turned away at the gate.\n")
    assert (found["sign_in_again"].pattern, found["sign_in_again"].certain) == ("The gate fell shut", False)


@pytest.mark.parametrize(
    ("printed", "why"),
    [
        ("Access was denied.\n", "usual words need no entry"),
        ("no\n", "too short to be found nowhere else by chance"),
        ("error_description\n", "a name of the protocol"),
    ],
)
def test_no_guess(printed: str, why: str) -> None:
    """Where there is nothing to say, or nothing to go by."""
    assert "denied" not in guessed(login_denied=printed, code_expired="The sand ran out.\n"), why


def test_the_dump_of_an_interpreter_is_nobodys_words() -> None:
    """A crash is told elsewhere."""
    (one,) = heard(login_denied="Something that only this crash prints\n")
    assert one.outcome
    crashed = Heard(one.situation, Outcome("login", ("acme",), 1, stderr=one.outcome.stderr, crash="TypeError"))
    assert [guess.saying for guess in guess_words(LOGIN, [crashed])] == ["signed_in"]


def test_signs_are_no_patterns() -> None:
    """What has a meaning in regular expressions stands for itself."""
    found = guessed(login_denied="Really? (So) No+way, dear guest\n", code_expired="The sand ran out.\n")
    assert re.fullmatch(found["denied"].pattern, "No+way, dear guest")
