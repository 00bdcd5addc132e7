"""JSON mode: what a command prints for other programs, in good days and bad ones."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from auth_scenarios.verify import RESOURCES, applies_only, exposed, must, must_fail, must_not_crash
from fakeprovider import Provider
from fakeprovider.faults import ErrorAnswer
from pytest_auth_provider import Client, scenario

CODE = re.compile(r"[\w.:/-]+")
"""What a program can go by: one word, and no sentence."""


@scenario(
    "RFC 8259 2",
    "A JSON text is a serialized value. [...] In our words: in JSON mode standard output is JSON from its first "
    "character to its last, whatever else there is to say: that goes to standard error.",
    harm="A script that reads the JSON breaks on the one day on which a token was refreshed, or a warning was printed.",
    level="SHOULD",
)
@pytest.mark.parametrize("action", ["login_json", "use_json", "status_json"])
def test_json_mode_stays_json(auth_provider: Provider, auth_client: Client, action: str) -> None:
    """In JSON mode standard output is JSON: signed out, signed in, with a refresh, and when the API refuses."""
    applies_only(auth_client.can(action), f"{auth_client.name} has no `{action}`")
    outcomes = [auth_client.run(action)]
    if action != "login_json":
        auth_client.login(expired=True)
        outcomes.append(auth_client.run(action))
        with auth_provider.failing(ErrorAnswer("invalid_token", 401), at=RESOURCES, optional=True):
            outcomes.append(auth_client.run(action))
    for outcome in outcomes:
        must_not_crash(outcome)
        silent = not outcome.ok and not outcome.stdout.strip()
        must(outcome.crash or silent or _is_json(outcome.stdout), "stdout is JSON", f"it is {outcome.stdout!r}")
    printed = sum(1 for outcome in outcomes if outcome.stdout.strip())
    exposed(auth_client, printed, f"it printed JSON in {printed} situation(s)", "it printed nothing")


@scenario(
    "custom among command-line tools",
    "In our words: an error in JSON mode is JSON, too, and has a code by which a program can tell one from another.",
    harm="A script cannot tell a session that has ended from one that never began, but by words that change.",
    needs={"use_json"},
    policy={"json_errors": "json", "refresh": "refreshes"},
)
def test_json_errors_are_json(auth_provider: Provider, auth_client: Client) -> None:
    """Whoever never signed in and whoever was thrown out get JSON, with different codes."""
    never = auth_client.run("use_json")
    auth_client.login(expired=True)
    auth_provider.end_sessions("an administrator ended it")
    thrown_out = auth_client.run("use_json")
    auth_client.exposure.add("its JSON mode failed without a session, and with one that had been ended")
    told = []
    for outcome in (never, thrown_out):
        must_fail(outcome)
        documents = [*_documents(outcome.stdout), *_documents(outcome.stderr)]
        must(documents, "the error is JSON, on one of the streams", f"it printed {outcome.output.strip()!r}")
        told.append({code for document in documents for code in _codes(document)})
    must(told[0] != told[1], "the two have different codes", f"both have {', '.join(sorted(told[0])) or 'none'}")


def _is_json(text: str) -> bool:
    """Return whether `text` is one JSON document, or one in each line, as of programs that print while they go."""
    try:
        json.loads(text)
    except ValueError:
        lines = [line for line in text.splitlines() if line.strip()]
        return len(lines) > 1 and len(list(_documents(text))) == len(lines)
    return True


def _documents(text: str) -> Iterator[object]:
    """Yield the JSON objects of `text`: the whole, or its lines."""
    for piece in (text, *text.splitlines()):
        try:
            document = json.loads(piece)
        except ValueError:
            continue
        if isinstance(document, dict):
            yield document
        if piece is text:
            return


def _codes(value: object) -> Iterator[str]:
    """Yield every code in a JSON value, wherever it stands."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _codes(item)
    elif isinstance(value, str | int) and CODE.fullmatch(str(value)):
        yield str(value)
