"""Find secrets that a client gives away, wherever one action can have left them.

stdout, stderr, argv    no secret, except an access token that was asked for: by `token`, or a `use` that polls for it
URL queries             no secret: they end up in access logs (RFC 6749 2.3.1, RFC 9700 4.3.2)
files                   no secret that others can read, none in a log file at all; also in /tmp, outside of the sandbox
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_auth_provider.checks.finding import Finding
from pytest_auth_provider.checks.permissions import others_can_read
from pytest_auth_provider.checks.shared_files import recent_files
from pytest_auth_provider.clients.credentials import IssuedSecret, find_secrets
from pytest_auth_provider.outcome.files import mode_bits, read_start
from pytest_auth_provider.printable import in_one_line
from pytest_auth_provider.strace import calls
from pytest_auth_provider.strace.tracer import SLOWDOWN, read_log

if TYPE_CHECKING:
    from fakeprovider import Exchange
    from pytest_auth_provider.clients.client import Client
    from pytest_auth_provider.outcome.outcome import Outcome


WATCHED_KINDS = frozenset({"access_token", "refresh_token", "id_token", "device_code", "client_secret"})
"""Kinds of secret for the client alone. A user code is made to be shown, an authorization code to be in a URL."""

EXCERPT = 30
"""Characters of what stands before and after a secret in an excerpt."""


def watched(secrets: Iterable[IssuedSecret]) -> list[IssuedSecret]:
    """Return those secrets that must not be given away."""
    return [secret for secret in secrets if secret.kind in WATCHED_KINDS]


def check_secrets(
    outcome: Outcome, issued: Iterable[IssuedSecret], sandbox: Path, *, prints_token: bool
) -> Iterator[Finding]:
    """Yield each place where an outcome gives one of the `issued` secrets away.

    `sandbox` is the directory that holds the client's files. With `prints_token`, it is the purpose of the action to
    print the access token on standard output.
    """
    secrets = watched(issued)
    in_stdout = [secret for secret in secrets if not (prints_token and secret.kind == "access_token")]
    yield from find_in_text("stdout", outcome.stdout, in_stdout)
    yield from find_in_text("stderr", outcome.stderr, secrets)
    yield from find_in_text("argv", " ".join(outcome.argv), secrets)
    for exchange in outcome.exchanges:
        yield from _in_query(exchange, secrets)
    for path in outcome.files.written:
        opening = "storage/rewrite-keeps-a-tightened-mode" if path in outcome.files.opened else "storage/created-0600"
        yield from _in_file(path, secrets, sandbox, opening)
    for path in recent_files(outcome.seconds - outcome.skipped, sandbox):
        yield from _in_shared_file(path, secrets)


def find_in_text(where: str, text: str, secrets: Iterable[IssuedSecret]) -> Iterator[Finding]:
    """Yield each of these secrets that a text gives away; `where` tells whose text it is."""
    data = text.encode()
    for secret, spelling in find_secrets(data, secrets):
        yield Finding(secret.kind, where, _excerpt(data, spelling))


def _in_query(exchange: Exchange, secrets: Iterable[IssuedSecret]) -> Iterator[Finding]:
    path, asked, query = exchange.path.partition("?")
    if not asked:  # nearly all requests: a storm has thousands, each with new secrets
        return
    for finding in find_in_text(f"the query of {exchange.method} {path}", query, secrets):
        # The hint of a logout request is meant to travel in the URL (OIDC RP-Initiated Logout 2).
        if (exchange.endpoint, finding.what) != ("end_session", "id_token"):
            yield finding


def _in_file(path: Path, secrets: Iterable[IssuedSecret], sandbox: Path, opening: str) -> Iterator[Finding]:
    """Yield each secret in a file that others can read, under the contract `opening`, or that is a log."""
    try:
        mode = mode_bits(path.stat())
    except OSError:
        return
    name = path.relative_to(sandbox)
    open_to_others = others_can_read(path, mode, sandbox)
    if not open_to_others and not _is_log(name):
        return
    kind = f"mode {mode:04o}" if open_to_others else "a log"
    data = read_start(path)
    for secret, spelling in find_secrets(data, secrets):
        contract = opening if open_to_others else "hygiene/no-secret-in-output"
        yield Finding(secret.kind, f"{in_one_line(str(name))} ({kind})", _excerpt(data, spelling), contract)


def _in_shared_file(path: Path, secrets: Iterable[IssuedSecret]) -> Iterator[Finding]:
    """Yield the secrets in a file outside of the sandbox, where others can read it."""
    try:
        mode = mode_bits(path.stat())
    except OSError:
        return
    if others_can_read(path, mode, Path(path.anchor)):
        data = read_start(path)
        for secret, spelling in find_secrets(data, secrets):
            where = f"{in_one_line(str(path))} (mode {mode:04o})"
            yield Finding(secret.kind, where, _excerpt(data, spelling), "storage/created-0600")


def _is_log(path: Path) -> bool:
    """Return whether a file is a log, by its name or the directory it is in."""
    return ".log" in path.suffixes or any(part.lower() in ("log", "logs") for part in path.parts[:-1])


def _excerpt(data: bytes, spelling: bytes) -> str:
    """Return the first line of `data` that holds `spelling`, shortened to what stands around it."""
    at = data.index(spelling)
    start = max(data.rfind(b"\n", 0, at) + 1, at - EXCERPT)
    line_end = data.find(b"\n", at)
    end = min(line_end if line_end >= 0 else len(data), at + len(spelling) + EXCERPT)
    shown = data[start:end].decode(errors="replace")
    before = "..." if start > 0 and data[start - 1 : start] != b"\n" else ""
    after = "..." if end < len(data) and data[end : end + 1] != b"\n" else ""
    return f"{before}{shown}{after}"


class ChildProcesses:
    """Record the command lines of every program that a client starts.

    `client` is the client to run: the same one under strace, or as it is where strace cannot run.
    """

    def __init__(self, client: Client) -> None:
        self._log = client.sandbox.root / "children.strace"
        wrapper = calls.PROGRAMS_TRACER.wrapper(self._log)
        self.client = client.under(*wrapper, slowdown=SLOWDOWN) if wrapper else client

    def command_lines(self) -> Iterator[tuple[str, ...]]:
        """Yield path and arguments of every program that was started so far, the client's own program included."""
        return calls.started_programs(read_log(self._log))

    def findings(self) -> Iterator[Finding]:
        """Yield every secret in one of these command lines."""
        secrets = watched(self.client.provider.secrets)
        for program, *arguments in self.command_lines():
            yield from find_in_text(f"the command line of {program}", " ".join(arguments), secrets)
