r"""Workflow commands of GitHub Actions: lines on standard output that annotate a run, and text that must be none.

The runner reads every line of a job's output. `::error title=...::...` at its beginning, behind blanks or not, is a
command, and so is the older `##[error]...` anywhere in it; some of them mask text, or stop all others. What a client
printed must never be taken for one, so the runner is shown `\x3a:error ...` and `##\x5berror]...`.
"""

from __future__ import annotations

import os
import re
from typing import Final

LONGEST: Final = 4000
"""Characters of a message: the runner cuts it off behind 4096."""

_COMMAND = re.compile(r"(?P<begin>(?:^|\r)\s*):(?=:)", re.MULTILINE)
_OLDER_COMMAND = "##["


def in_github_actions() -> bool:
    """Return whether this process runs in a job of GitHub Actions, so that its output is searched for commands."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def command(name: str, message: str, **properties: str) -> str:
    """Return the workflow command `name` as one line, as in `::error file=a.toml,line=3::message`.

    Properties that are "" are left out. Nothing in the texts ends the command or begins another one.
    """
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    short = message if len(message) <= LONGEST else f"{message[: LONGEST - 3]}..."
    return f"::{name}{' ' if given else ''}{given}::{_data(short)}"


def harmless(text: str) -> str:
    """Return the lines of a text without the beginning of any workflow command; nothing else is changed."""
    return _COMMAND.sub(r"\g<begin>\\x3a", text).replace(_OLDER_COMMAND, r"##\x5b")


def for_the_log(text: str) -> str:
    """Return a text as it may be printed here: `harmless` in GitHub Actions, and as it is anywhere else."""
    return harmless(text) if in_github_actions() else text


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
