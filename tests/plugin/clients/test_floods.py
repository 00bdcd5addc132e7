"""What a client prints is read in time that grows with its length, not with the square of it.

Each of these floods took longer than a minute, or would, where a pattern begins anew at each of its places.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_auth_provider.adapters.phrases import DEFAULT_PHRASES
from pytest_auth_provider.outcome.crashes import crash_line, find_crash
from pytest_auth_provider.outcome.sentences import has_sentence
from pytest_auth_provider.printable import printable
from pytest_auth_provider.report.redaction import redact

LENGTH = 300_000
SECONDS = 10.0
"""Of processor time; a second is usual, and what is quadratic takes minutes."""


def flood(part: str, begin: str = "") -> str:
    """Return `part` over and over."""
    return begin + (part * (LENGTH // len(part) + 1))[:LENGTH]


def in_time(work: Callable[[str], object], text: str) -> object:
    """Do the work, and fail where it took too long."""
    before = time.process_time()
    result = work(text)
    assert time.process_time() - before < SECONDS
    return result


@pytest.mark.parametrize("part", ["-", "\\u0041", "1-", "a ", "x@y.", "http:// ", "KeyError: '"])
def test_sentences(part: str) -> None:
    """A sentence behind a flood of what is none is found."""
    in_time(has_sentence, flood(part))
    assert has_sentence(f"{flood(part)} Please sign in again.")


@pytest.mark.parametrize(
    ("part", "begin"),
    [("Traceback (most recent call last)", ""), (" (file:///", "    at "), (" (a", "a:1:in 'b': "), ("a.", "\n\tat ")],
)
def test_crashes(part: str, begin: str) -> None:
    """One behind a flood of what looks like its beginning is found."""
    assert in_time(find_crash, flood(part, begin)) is None
    panic = "\nthread 'main' panicked at src/main.rs:1:2:\nno"
    assert in_time(crash_line, flood(part, begin) + panic) == "thread 'main' panicked at src/main.rs:1:2: no"


@pytest.mark.parametrize("part", ["skip ", "run: `"])
def test_sayings(part: str) -> None:
    """Each of them, in one flood."""
    text = flood(part)
    in_time(lambda text: [phrase.said_in(text, "") for phrase in DEFAULT_PHRASES.values()], text)


@pytest.mark.parametrize("part", ["/a", " ", "a-", "0f0f0f0f-", "\x1b[", "\u2500"])
def test_reports(part: str) -> None:
    """What is left out of them, and made visible."""
    in_time(lambda text: printable(redact(text, [], Path("/sandbox"))), flood(part))
