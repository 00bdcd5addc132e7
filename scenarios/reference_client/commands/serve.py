"""``serve``: one process for many commands, for editors and agents: JSON objects, one on each line.

    -> {"id": 1, "method": "use", "params": {"arguments": ["--stack", "demo"]}}
    <- {"method": "output", "params": {"line": "..."}}            each line that the command says, as it says it
    <- {"id": 1, "result": {"exit_code": 0}}                      it is done
    <- {"id": 1, "error": {"code": 1, "message": "not ..."}}      it is not, and why

The session is read from disk for every command: between two of them, another process may have stored a newer one.
"""

import argparse
import importlib
import json
import sys
from contextlib import redirect_stdout
from io import TextIOBase
from typing import Any, TextIO

from reference_client import answers, cli
from reference_client.context import Context
from reference_client.errors import AuthError, UsageError

METHODS = ("login", "use", "status", "token", "logout", "doctor")
UNFORESEEN = 1


class Lines(TextIOBase):
    """What commands print, passed on as one notification for each line."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._line = ""

    def write(self, text: str) -> int:
        """Pass on every line that is whole."""
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            send(self._out, {"method": "output", "params": {"line": line}})
        return len(text)


def run(context: Context, _arguments: argparse.Namespace) -> int:
    """Answer one request after the other, until the input ends."""
    out = sys.stdout
    with redirect_stdout(Lines(out)):
        for line in sys.stdin:
            send(out, answer(context, line))
    return 0


def send(out: TextIO, message: dict[str, Any]) -> None:
    """Write a message, at once."""
    out.write(json.dumps(message) + "\n")
    out.flush()


def answer(context: Context, line: str) -> dict[str, Any]:
    """Do what a request asks for, and return the answer; no failure of one command ends the others."""
    number: object = None
    try:
        request = read(line)
        number = request.get("id")
        code = perform(context, request)
        if code != 0:
            return {"id": number, "error": {"code": code, "message": "it was not done; its output says why"}}
        return {"id": number, "result": {"exit_code": code}}
    except AuthError as error:
        return {"id": number, "error": {"code": error.exit_code, "message": str(error)}}
    except Exception as error:
        # The text of an unforeseen exception may hold anything, a token too; its kind may not.
        message = f"something unforeseen went wrong ({type(error).__name__})"
        return {"id": number, "error": {"code": UNFORESEEN, "message": message}}


def read(line: str) -> dict[str, Any]:
    """Return the request on a line.

    Raises:
        UsageError: It is none.
    """
    try:
        request = answers.json_value(line.encode())
    except ValueError:
        request = None
    if not isinstance(request, dict):
        raise UsageError("expected a request: a JSON object on one line")
    return request


def perform(context: Context, request: dict[str, Any]) -> int:
    """Run the command that a request names, with its arguments, and return the exit code.

    Raises:
        UsageError: There is no such command, or it has no such arguments.
        AuthError: As the command does.
    """
    method, params = request.get("method"), request.get("params")
    words = params.get("arguments", []) if isinstance(params, dict) else []
    if method not in METHODS or not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise UsageError(f"expected one of {', '.join(METHODS)} as method, and a list of texts as arguments")
    try:
        arguments = cli.parser().parse_args([method, *words])
    except SystemExit:
        raise UsageError(f"{method} has no such arguments") from None
    command = importlib.import_module(f"reference_client.commands.{method}")
    result: int = command.run(context, arguments)
    return result
