"""The other commands of a client: found by their names in its help, tried, and kept where they did what they are for.

Only names that nobody gives to anything else are tried, in a sandbox, at a provider that is not real.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pytest_auth_provider.errors import Explained
from pytest_auth_provider.learning.bench import Bench
from pytest_auth_provider.learning.exchanges import asked, calls
from pytest_auth_provider.learning.situations import SHORTEST, client_until
from pytest_auth_provider.outcome.outcome import Outcome

if TYPE_CHECKING:
    from pytest_auth_provider.clients.client import Client

NAMES: Final = {
    "token": ("token", "print-token", "print-access-token", "access-token", "get-token"),
    "status": ("status", "whoami", "who-am-i"),
    "use": ("whoami", "who-am-i", "me", "user", "profile", "account", "userinfo", "status"),
    "logout": ("logout", "log-out", "signout", "sign-out"),
}
"""Action -> the names that tools give it; in the order in which they are tried, with signing out at the end."""
USUAL: Final = frozenset({"token", "status", "whoami", "me", "logout"})
"""The names that are tried of a tool that has no help page."""
PROBES: Final = {"version": ("--version", "version", "-V"), "help": ("--help", "help", "-h")}
"""What a tool may be asked before anybody is signed in -> the usual ways to ask it."""
PROBE_SECONDS: Final = 20.0
"""Seconds that a tool has to print its version or its help."""
_NUMBER = re.compile(r"\d+\.\d+|\d{2,}")


@dataclass(frozen=True)
class Found:
    """A command that was found: its arguments, and what it was seen to do."""

    arguments: tuple[str, ...]
    seen: str


def probe(bench: Bench, deadline: float) -> dict[str, Found]:
    """Return the arguments that print the version and the help of the bench's client; neither where it has none."""
    found: dict[str, Found] = {}
    for what, ways in PROBES.items():
        for way in ways:
            outcome = _run(bench, (way,), deadline)
            printed = outcome.output.strip() if outcome and outcome.ok and not outcome.exchanges else ""
            if printed and (what == "help" or _NUMBER.search(printed[:200])):
                found[what] = Found((way,), printed.splitlines()[0])
                break
    return found


def find_commands(bench: Bench, deadline: float) -> dict[str, Found]:
    """Return the actions that the bench's client has besides those of its adapter, each with what it was seen to do.

    Its help is searched for their names: that of the program, and that of the group in which its login is. Those that
    are there are tried behind one login, and kept where they did what the action is for. Of a tool without help the
    most usual ones are tried.
    """
    candidates = _candidates(bench, deadline)
    found: dict[str, Found] = {}
    if not candidates:
        return found
    before = {tried.name: _run(bench, tried.arguments, deadline) for tried in candidates if tried.action == "status"}
    try:
        with client_until(bench, deadline, {tried.name: tried.arguments for tried in candidates}) as client:
            client.login()
            for tried in candidates:
                if tried.action not in found and (seen := tried.try_on(client, before.get(tried.name), deadline)):
                    found[tried.action] = Found(tried.arguments, seen)
    except Explained:
        return found  # as where no time is left: what was found until then is something
    return found


@dataclass(frozen=True)
class _Candidate:
    """A command that may do an action, by its name."""

    action: str
    arguments: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of an action that is this command."""
        return f"x-{self.action}-{'-'.join(self.arguments)}"

    def try_on(self, client: Client, before: Outcome | None, deadline: float) -> str:
        """Run it, and return what it was seen to do for the action; "" where that was nothing, or no time is left."""
        left = deadline - time.monotonic()
        if left < SHORTEST:
            return ""
        outcome = client.within(min(PROBE_SECONDS, left)).run(self.name)
        return "" if outcome.timed_out else _JUDGES[self.action](client, outcome, before)


def _candidates(bench: Bench, deadline: float) -> list[_Candidate]:
    """Return the commands that are worth a try, in the order in which to try them."""
    words = bench.adapter.run["login"][0].args
    group = words[: next((i for i, word in enumerate(words) if word.startswith("-")), len(words))][:-1]
    named = {prefix: _named_by(_run(bench, (*prefix, "--help"), deadline)) for prefix in dict.fromkeys([group, ()])}
    if not any(named.values()):  # it has no help, or none that is understood
        named = {group: USUAL}
    return [
        _Candidate(action, (*prefix, name))
        for action, names in NAMES.items()
        if action not in bench.adapter.run
        for prefix, there in named.items()
        for name in names
        if name in there
    ]


def _named_by(help_page: Outcome | None) -> frozenset[str]:
    return names_in(help_page.output) if help_page else frozenset()


def names_in(text: str) -> frozenset[str]:
    """Return the words with which a line of a help page begins, and those of its lists of choices.

    Some pages put the program, by whatever name it knows itself, before each command.
    """
    begun = re.findall(r"^[ \t│|*-]*([a-z][\w-]*)", text, re.MULTILINE)
    (program, times), *_ = Counter(begun).most_common(1) or [("", 0)]
    if times > 1:
        begun += re.findall(rf"^[ \t│|*-]*{re.escape(program)} +([a-z][\w-]*)", text, re.MULTILINE)
    choices = re.findall(r"[a-z][\w-]*(?:\s?[|,]\s?[a-z][\w-]*)+", text)
    return frozenset([*begun, *(word for found in choices for word in re.split(r"\s?[|,]\s?", found))])


def _run(bench: Bench, arguments: tuple[str, ...], deadline: float) -> Outcome | None:
    """Run the client with these arguments, not signed in; None where that cannot be done, or takes too long."""
    try:
        with client_until(bench, min(deadline, time.monotonic() + PROBE_SECONDS), {"x-asked": arguments}) as client:
            outcome = client.run("x-asked")
    except Explained:
        return None
    return None if outcome.timed_out else outcome


def _is_use(_client: Client, outcome: Outcome, _before: Outcome | None) -> str:
    called = calls(outcome.exchanges)
    good = outcome.ok and called and called[-1].status < 400
    return f"called {called[-1].method} {called[-1].path.partition('?')[0]} with its token" if good else ""


def _is_status(_client: Client, outcome: Outcome, before: Outcome | None) -> str:
    differs = before is None or (before.output, before.exit_code) != (outcome.output, outcome.exit_code)
    return "told who is signed in, and asked nobody" if outcome.ok and not outcome.exchanges and differs else ""


def _is_token(client: Client, outcome: Outcome, _before: Outcome | None) -> str:
    tokens = [secret.value for secret in client.provider.secrets if secret.kind == "access_token"]
    return "printed the access token" if outcome.ok and any(token in outcome.stdout for token in tokens) else ""


def _is_logout(client: Client, outcome: Outcome, _before: Outcome | None) -> str:
    if not outcome.ok:
        return ""
    if asked(outcome.exchanges, "revocation"):
        return "revoked the session at the provider"
    if asked(outcome.exchanges, "end_session"):
        return "ended the session at the provider"
    return "" if client.holds_credentials() else "left no token in any file"


_JUDGES: Final[dict[str, Callable[[Client, Outcome, Outcome | None], str]]] = {
    "token": _is_token,
    "status": _is_status,
    "use": _is_use,
    "logout": _is_logout,
}
"""Action -> what says whether a command that was tried does it, and in which words; "" where it does not."""
