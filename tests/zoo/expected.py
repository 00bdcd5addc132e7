"""What has to be said of each correct client: what it is not asked, what cannot be seen or is true of it, and why.

A pattern stands for contracts by their ids (`fnmatch`). Whatever no pattern names is kept.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Final

Reasons = Mapping[str, str]
"""Pattern of contracts -> the reason, for whoever reads this."""

EVERYBODY: Final[Reasons] = {
    "hygiene/survives-any-answer": "a program of a page has no last resort: it dies of answers of a shape nobody sends",
}
"""Advice that is true of most of them."""


@dataclass(frozen=True)
class Expected:
    """The verdicts of one client other than `kept`, and the program it needs on this machine.

    `true` is advice that it does not follow, being small: each was looked at in its exchange. No MUST is among it.
    """

    not_applicable: Reasons = field(default_factory=dict)
    unchecked: Reasons = field(default_factory=dict)
    true: Reasons = field(default_factory=dict)
    needs: str = ""

    @property
    def can_run(self) -> bool:
        """Whether the program it needs is installed."""
        return not self.needs or shutil.which(self.needs) is not None

    def verdict(self, contract: str) -> str:
        """Return what has to be said of the client under this contract."""
        for verdict, reasons in (("unchecked", self.unchecked), ("not applicable", self.not_applicable)):
            if any(fnmatch(contract, pattern) for pattern in reasons):
                return verdict
        return "kept"

    def is_true(self, contract: str) -> bool:
        """Whether the client may be advised to do what the contract asks, because it does not."""
        return any(fnmatch(contract, pattern) for pattern in {**EVERYBODY, **self.true})

    def patterns(self) -> list[tuple[str, str]]:
        """List every pattern with its verdict."""
        reasons = {"unchecked": self.unchecked, "not applicable": self.not_applicable, "advice": self.true}
        return [(pattern, verdict) for verdict, patterns in reasons.items() for pattern in patterns]


PLAIN: Final[Reasons] = {
    "cache/*": "it has no cache besides its session",
    "discovery/transient-failure-is-retried": "it discovers nothing while it uses a good token",
    "offline/*": "it validates no token itself, so it declares neither side of `offline`",
    "refresh/poisoned-token-is-not-handed-out": "it hands its token to nobody",
    "refresh/replay-409-*": "its provider knows no benign replay",
    "discovery/fallback-between-well-knowns": "it knows one location of metadata",
    "validation/[!nst]*": "it validates no token itself, and makes nothing of an ID token",
    "validation/nonce-is-checked": "it sends no nonce",
    "validation/not-a-jwt": "it validates no token itself",
    "validation/same-kid-*": "it validates no token itself",
    "validation/token-type-unknown-*": "its provider gives bearer tokens alone, as its adapter says",
    **dict.fromkeys(
        (
            "session/401-means-sign-in-again",
            "session/nothing-internal-shown",
            "session/offline-by-default",
            "session/server-check-refreshes-first",
            "session/unreachable-is-not-healthy",
        ),
        "it has no command that checks its session",
    ),
    **dict.fromkeys(
        (
            "session/expired-is-not-signed-in",
            "session/identity-is-of-the-token",
            "session/signed-out-status-exits-nonzero",
            "session/status-*",
            "session/whoami-*",
        ),
        "it has no command that says who is signed in",
    ),
    **dict.fromkeys(
        (
            "revoke/changed-credentials-*",
            "session/env-token-*",
            "session/error-names-*",
            "session/explicit-token-*",
            "session/login-*",
            "session/logout-with-env-token-*",
            "session/token-whitespace-*",
        ),
        "it takes no token from elsewhere",
    ),
    "cli/json-*": "it has no JSON mode",
    "revoke/missing-entry-is-no-error": "it keeps its credentials in one file",
    "session/granted-scope-is-looked-at": "it does not promise to look at what it was granted",
    "session/identity-in-any-script": "it shows nobody's name",
    "hygiene/no-secret-in-debug-output": "it prints no debug output",
    "hygiene/redaction-spares-what-the-user-needs": "it prints no debug output",
    "hygiene/project-file-cannot-redirect-credentials": "it reads no project file",
    "registration/lost-client-registers-again": "it does not register itself",
}
"""What none of them offers."""
TERMINAL: Final[Reasons] = {**PLAIN, "browser/*": "it opens no page by itself"}
"""What those do not offer that live in a terminal alone."""
BROWSER: Final[Reasons] = {"device/*": "it signs in through a browser"}
ONLY_LOCAL: Final[Reasons] = dict.fromkeys(
    (
        "revoke/200-is-revoked",
        "revoke/5xx-is-never-revoked",
        "revoke/local-cleanup-is-unconditional",
        "revoke/logout-revokes-the-refresh-token",
        "revoke/never-raises",
        "revoke/no-endpoint-advertised",
        "revoke/relogin-retires-the-old-session",
        "revoke/request-shape",
        "revoke/retired-endpoint-unused",
        "revoke/unconfirmed-is-never-revoked",
    ),
    "its sign-out is local, and it says so",
)
TOLD: Final[Reasons] = {"revoke/no-endpoint-advertised": "it is told where to revoke, and discovers nothing"}
NO_REFRESH: Final[Reasons] = {
    "refresh/*": "it has no refresh token",
    "exchange/values-are-form-encoded": "it has no refresh token",
    "hygiene/no-secret-in-errors": "it has no refresh token",
    "registration/configured-client-is-never-wiped": "it has no refresh token",
    "storage/atomic-write": "it stores nothing while it is used, or can do without",
}
BY_ITSELF: Final[Reasons] = {"cli/no-terminal-fails-fast": "it declares that it signs in by itself"}
ELSEWHERE: Final[Reasons] = dict.fromkeys(
    (
        "session/a-failing-api-*",
        "session/empty-api-answer-*",
        "session/expired-is-explained",
        "session/insufficient-scope-*",
    ),
    "its `use` does not call the provider's API",
)
OWN_API: Final[Reasons] = {"hygiene/call-budget": "its API is not the provider's: no fault reaches it"}

EXPECTED: Final[Mapping[str, Expected]] = {
    # Ways to store a session.
    "renames": Expected(TERMINAL),
    "hard-links": Expected({**TERMINAL, **TOLD}),
    "journalled": Expected({**TERMINAL, **TOLD}),
    "sqlite-store": Expected(TERMINAL),
    "encrypted": Expected({**TERMINAL, **TOLD}),
    # Ways to sign in, and to stay signed in.
    "pasted-code": Expected({**TERMINAL, **BROWSER, **ONLY_LOCAL}),
    "signs-in-again": Expected(
        {**PLAIN, **BROWSER, **ONLY_LOCAL, **BY_ITSELF},
        {
            "browser/concurrent-logins-do-not-mix": "the second login waits until the first is over",
            "browser/error-access-denied": "it tells of a denial in the words of the provider",
            "browser/verifier-and-state-unique-per-run": "whoever is signed in is not sent to the browser again",
        },
    ),
    "client-credentials": Expected(
        {
            **TERMINAL,
            **ONLY_LOCAL,
            **NO_REFRESH,
            **BY_ITSELF,
            "device/*": "nobody signs in: it has credentials of its own",
        }
    ),
    "api-key": Expected({**TERMINAL, **ONLY_LOCAL, **NO_REFRESH, **ELSEWHERE}, OWN_API),
    "until-refused": Expected({**TERMINAL, **TOLD}),
    # Ways to sign out.
    "keeps-session": Expected({**TERMINAL, **TOLD}),
    # Ways to run and to speak.
    "daemon": Expected({**TERMINAL, **TOLD}),
    "chatty": Expected({**TERMINAL, **TOLD}),
    "german": Expected({**TERMINAL, **TOLD}, needs="perl"),
    "node": Expected({**PLAIN, **BROWSER}, needs="node"),
    "c": Expected({**TERMINAL, **TOLD}, needs="cc"),
}
