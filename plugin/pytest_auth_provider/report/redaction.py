"""Redact what no report may give away: where things lie on this machine, its name, and the middle of secrets and ids.

<sandbox>                the directory the client lived in
<pytest_auth_provider>   where this plugin is installed
<environment>            the virtual environment, or prefix, that a program of the client or this Python belongs to
<python>                 where a Python is installed, as tracebacks tell
<home>                   the home directory of the person who runs the checks
<host>                   the name of this machine

Every text that a client printed, sent or received goes through a `Redaction` before it becomes part of a row. What a
secret is, and how it is shortened, is told in `report.secrets`; long words that look like tokens are shortened as well.
"""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_auth_provider.report.secrets import KnownSecrets, sent_secrets, shorten, shorten_named

if TYPE_CHECKING:
    from pytest_auth_provider.outcome.outcome import Outcome

HOST = socket.gethostname()
"""The name of this machine, which some clients send along or print."""
HOME = Path(os.path.expanduser("~"))  # noqa: PTH111 - unlike Path.home() it never raises
"""The home directory of the person who runs the checks; `~` where there is none."""
SHARED = {Path("/"), Path("/usr"), Path("/usr/local")}
"""Directories that are alike on every machine, so that reports may show them."""
INSTALLED = Path(__file__).parent.parent
"""Where this plugin is installed."""

_TOKEN = re.compile(r"[A-Za-z0-9_.~+=-]{80,}")
"""Long tokens, of which the middle is left out."""
_PYTHON = re.compile(r"(?<![\w.<>-])(?:/[\w.+-]+)+(?=/lib/python3\.\d+/)")
"""Where a Python is installed, as its tracebacks tell."""
_FILL = re.compile(r"([ \u2500-\u257f])\1{15,}")
"""Runs of blanks and lines that fill a box up to the width of a terminal."""
_UUID = re.compile(r"\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
"""Ids of installations and sessions; the first group is enough to tell them apart."""


class Redaction:
    """What is left out of the texts of one client: this machine's own business, and the middle of secrets and ids.

    `outcomes` are those of the client, whose programs may lie in environments of their own and whose exchanges carried
    secrets, `sandbox` is the directory it lived in, and `issued` are the secrets that its provider remembers.
    """

    def __init__(self, outcomes: Iterable[Outcome], sandbox: Path, issued: Iterable[str] = ()) -> None:
        outcomes = list(outcomes)
        self._programs = list(dict.fromkeys(outcome.argv[0] for outcome in outcomes))
        self._sandbox = sandbox
        sent = (secret for outcome in outcomes for exchange in outcome.exchanges for secret in sent_secrets(exchange))
        self._secrets = KnownSecrets([*issued, *sent])

    def __call__(self, text: str) -> str:
        """Return `text` as a report may show it."""
        return redact_of(self._secrets.shorten_in(text), self._programs, self._sandbox)


def redact(text: str, outcomes: Iterable[Outcome], sandbox: Path) -> str:
    """Return `text` as a `Redaction` of these outcomes and this sandbox shows it."""
    return Redaction(outcomes, sandbox)(text)


def redact_of(text: str, programs: Iterable[str], sandbox: Path) -> str:
    """Return `text` redacted where nothing is known of its secrets; `programs` are the client's, by their paths."""
    text = _without_paths(shorten_named(text), programs, sandbox)
    for name in sorted({HOST, HOST.partition(".")[0]} - {"", "localhost"}, key=len, reverse=True):
        text = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", "<host>", text)
    text = _FILL.sub(r"\1\1\1\1", _UUID.sub(r"\1...", text))
    return _TOKEN.sub(lambda found: shorten(found[0]), text)


def _without_paths(text: str, programs: Iterable[str], sandbox: Path) -> str:
    """Return `text` with placeholders for directories of this machine, the longest path first."""
    text = text.replace(str(sandbox), "<sandbox>").replace(str(INSTALLED), "<pytest_auth_provider>")
    environments = {path.parent.parent for path in map(Path, programs) if path.is_absolute()} | {Path(sys.prefix)}
    for environment in sorted(environments - SHARED, key=lambda path: -len(str(path))):
        text = text.replace(str(environment), "<environment>")
    text = _PYTHON.sub("<python>", text)
    if HOME.is_absolute() and HOME not in SHARED:
        text = re.sub(rf"(?<![\w.<>-]){re.escape(str(HOME))}(?![\w.-])", "<home>", text)
    return text
