"""Does a client give its secrets away? Looked for wherever one action can have left them.

stdout, stderr, argv    no secret, except an access token that was asked for: by `token`, or a `use` that polls for it
URL queries             no secret: they end up in access logs (RFC 6749 2.3.1, RFC 9700 4.3.2)
files                   no secret that others can read, none in a log file at all
"""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_auth_provider.checks.finding import Finding
from pytest_auth_provider.checks.permissions import others_reach
from pytest_auth_provider.clients.credentials import MintedSecret, find_secrets
from pytest_auth_provider.clients.files import read_start

if TYPE_CHECKING:
    from fakeprovider import Exchange
    from pytest_auth_provider.clients import Client, Outcome


WATCHED_KINDS = frozenset({"access_token", "refresh_token", "id_token", "device_code", "client_secret"})
"""Kinds of secret for the client alone. A user code is made to be shown, an authorization code to be in a URL."""

READABLE_BY_OTHERS = stat.S_IRGRP | stat.S_IROTH
EXCERPT = 30
"""Characters of what stands before and after a secret in an excerpt."""


def check_secrets(outcome: Outcome, client: Client) -> Iterator[Finding]:
    """Every place where the outcome gives a secret away."""
    watched = [secret for secret in client.provider.secrets if secret.kind in WATCHED_KINDS]
    asked_for = outcome.action == "token" or (outcome.action == "use" and client.policy("use") == "polls")
    printable = [secret for secret in watched if not (asked_for and secret.kind == "access_token")]
    yield from find_in_text("stdout", outcome.stdout, printable)
    yield from find_in_text("stderr", outcome.stderr, watched)
    yield from find_in_text("argv", " ".join(outcome.argv), watched)
    for exchange in outcome.exchanges:
        yield from _in_query(exchange, watched)
    for path in outcome.files.written:
        yield from _in_file(path, watched, client)


def find_in_text(where: str, text: str, secrets: Iterable[MintedSecret]) -> Iterator[Finding]:
    """Every one of these secrets that a text gives away; `where` says whose text it is."""
    data = text.encode()
    for secret, spelling in find_secrets(data, secrets):
        yield Finding(secret.kind, where, _excerpt(data, spelling))


def _in_query(exchange: Exchange, secrets: Iterable[MintedSecret]) -> Iterator[Finding]:
    path, _, query = exchange.path.partition("?")
    for finding in find_in_text(f"the query of {exchange.method} {path}", query, secrets):
        # The hint of a logout request is meant to travel in the URL (OIDC RP-Initiated Logout 2).
        if (exchange.endpoint, finding.what) != ("end_session", "id_token"):
            yield finding


def _in_file(path: Path, secrets: Iterable[MintedSecret], client: Client) -> Iterator[Finding]:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return
    open_to_others = mode & READABLE_BY_OTHERS and others_reach(path, client.sandbox.root)
    if not open_to_others and not is_log(path.relative_to(client.sandbox.root)):
        return
    kind = f"mode {mode:04o}" if open_to_others else "a log"
    data = read_start(path)
    for secret, spelling in find_secrets(data, secrets):
        where = f"{path.relative_to(client.sandbox.root)} ({kind})"
        contract = "storage/created-0600" if open_to_others else "hygiene/no-secret-in-output"
        yield Finding(secret.kind, where, _excerpt(data, spelling), contract)


def is_log(path: Path) -> bool:
    """Does a file keep a log, by its name or the directory it is in?"""
    return ".log" in path.suffixes or any(part.lower() in ("log", "logs") for part in path.parts[:-1])


def _excerpt(data: bytes, spelling: bytes) -> str:
    """The first line of `data` that gives a secret away, shortened to what stands around it."""
    at = data.index(spelling)
    start = max(data.rfind(b"\n", 0, at) + 1, at - EXCERPT)
    line_end = data.find(b"\n", at)
    end = min(line_end if line_end >= 0 else len(data), at + len(spelling) + EXCERPT)
    shown = data[start:end].decode(errors="replace")
    before = "..." if start > 0 and data[start - 1 : start] != b"\n" else ""
    after = "..." if end < len(data) and data[end : end + 1] != b"\n" else ""
    return f"{before}{shown}{after}"
