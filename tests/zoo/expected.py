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

SMALL: Final[Reasons] = {
    "device/authorization-error-status": "it tells the code of the provider as it came",
    "device/backs-off-on-5xx": "any answer other than pending and slow_down ends its login",
    "device/odd-interval": "it believes the provider's interval, also one below zero",
    "device/poll-200-missing-field": "it looks for no member of an answer with status 200",
    "hygiene/*-drive-no-terminal": "it prints what the provider says",
    "hygiene/no-traceback": "it reads members of answers that are not there or of another type, or is interrupted",
    "hygiene/survives-any-answer": "a program of a page has no last resort: it dies of answers of a shape nobody sends",
    "hygiene/terminal-escapes-are-neutralised": "it prints what the provider says",
    "refresh/401-refreshes-*": "it refreshes by its clock alone; after a 401 it asks to sign in again",
    "refresh/bounded-retries": "it tries once, and says that it may be tried again later",
    "refresh/no-refresh-token-is-said": "without a refresh token it sends an empty one",
    "refresh/omitted-refresh-token-keeps-the-old": "it takes an empty refresh token for a new one",
    "refresh/success-without-access-token": "it looks for no member of an answer with status 200",
    "refresh/wrong-types": "it stores whatever type a member has",
    "storage/store-is-probed-before-the-browser": "it finds out when it stores",
    "storage/unknown-fields-survive": "it writes what it knows",
}
"""Advice that is true of small programs: each was seen in an exchange, and none of it is a MUST."""
LEFT_OPEN: Final[Reasons] = {
    "browser/*": "nothing is seen of a sign-in that sends nobody to a page",
    "device/authorization-*": "it crashes where a member is missing, which hygiene/no-traceback tells",
    "device/local-expiry-stops": "it polls for as long as the provider says pending, and is ended by the timeout",
    "device/poll-*": "it crashes where a member is missing, which hygiene/no-traceback tells",
    "discovery/malformed-document": "it crashes where a member is missing, which hygiene/no-traceback tells",
    "refresh/success-*": "it crashes where a member is missing, which hygiene/no-traceback tells",
    "refresh/unparsed-*": "it crashes at a type it does not expect, which hygiene/no-traceback tells",
    "refresh/wrong-types": "it crashes at a type it does not expect, which hygiene/no-traceback tells",
    "storage/unknown-fields-survive": "it writes nothing where what it reads is odd",
    "storage/unwritable-store-is-said": "it crashes where HOME cannot be made, which hygiene/no-traceback tells",
}
"""What a crash of a small program leaves unchecked, or what cannot be seen of it."""


@dataclass(frozen=True)
class Expected:
    """What may be said of one client other than `kept`, and the program it needs on this machine.

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

    def verdicts(self, contract: str) -> list[str]:
        """Return what may be said of the client under this contract besides `kept` and true advice."""
        reasons = {"unchecked": {**LEFT_OPEN, **self.unchecked}, "not applicable": self.not_applicable}
        return [
            verdict for verdict, patterns in reasons.items() if any(fnmatch(contract, pattern) for pattern in patterns)
        ]

    def is_true(self, contract: str) -> bool:
        """Whether the client may be advised to do what the contract asks, because it does not."""
        return any(fnmatch(contract, pattern) for pattern in {**SMALL, **self.true})

    def patterns(self) -> list[tuple[str, str]]:
        """List every pattern with its verdict."""
        reasons = {
            "unchecked": {**LEFT_OPEN, **self.unchecked},
            "not applicable": self.not_applicable,
            "advice": {**SMALL, **self.true},
        }
        return [(pattern, verdict) for verdict, patterns in reasons.items() for pattern in patterns]


PLAIN: Final[Reasons] = {
    "device/429-with-retry-after": "any answer other than pending and slow_down ends its login",
    "device/backoff-ends-when-it-works-again": "a failing poll ends its login",
    "device/polls-as-long-as-the-code-lives": "its waits cannot be skipped",
    "discovery/*": "it is told the addresses of its provider, or discovers it at its sign-in alone",
    "hygiene/*-drive-no-terminal": "it has not got the flow, or does not refresh",
    "hygiene/opens-only-http-urls": "it opens no page by itself",
    "refresh/adopted-newer": "it looks at its store under its lock alone",
    "refresh/expiry-ignores-the-time-zone": "its clock cannot be moved",
    "refresh/generation-is-stored": "its provider knows no benign replay",
    "refresh/lock-*": "it declares no time within which it ends, or keeps what it locks where nobody sees it",
    "refresh/other-*": "its provider knows no benign replay, and it makes nothing of ID tokens",
    "refresh/replay-*": "its provider knows no benign replay",
    "refresh/rotation-is-stored-by-every-command": "`use` is its only command that refreshes",
    "refresh/stale-rejection-preserved": "one of its processes refreshes at a time",
    "refresh/token-reread-under-the-lock": "its second process takes over what the first has stored",
    "storage/missing-member-is-signed-out": "its store is no JSON object",
    "storage/mode-failure-does-not-lose-the-token": "it sets the mode of no file that is there",
    "storage/unknown-fields-survive": "its store is no JSON object",
    "storage/xdg-is-honoured": "it keeps no credentials in XDG directories",
    "tls/*": "it was made for a provider on plain http",
    "validation/nonce-at-refresh": "its scope has no openid",
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
    "storage/concurrent-logins-keep-both": "it keeps the session of one server, or refreshes none",
    "storage/env-token-is-not-persisted": "it takes no token from a variable",
    "storage/key-change-is-explained": "it keeps nothing in a keyring",
    "storage/keyring-*": "it keeps nothing in a keyring",
    "storage/legacy-session-loads": "its sessions have no generation",
    "storage/login-reads-back-what-it-wrote": "it keeps nothing in a keyring",
    "storage/resolution-order": "it reads no project file",
    "storage/small-keyring-is-no-dead-end": "it keeps nothing in a keyring",
    "storage/unreadable-keyring-is-not-signed-out": "it keeps nothing in a keyring",
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
CONFIGURED: Final[Reasons] = {"discovery/*": "it is told the addresses of its provider"}
NO_ID_TOKEN: Final[Reasons] = {"validation/nonce-at-refresh": "its scope has no openid"}
PLAIN_HTTP: Final[Reasons] = {
    "tls/*": "it was made for a provider on plain http",
    "discovery/endpoints-do-not-downgrade": "it was made for a provider on plain http",
}
OWN_API: Final[Reasons] = {"hygiene/call-budget": "its API is not the provider's: no fault reaches it"}

ONE_SESSION: Final[Reasons] = {
    "storage/keyed-by-server": "it has one session, and sends it to whatever API its variables name",
    "storage/store-is-probed-before-the-browser": "it finds out when it stores",
    "storage/symlinked-store-survives": "it replaces its store by a rename, whatever was there",
    "storage/unknown-fields-survive": "it writes what it knows",
}
"""What the small ones do not do for their users."""
NO_JSON: Final[Reasons] = {
    "storage/missing-member-is-signed-out": "its store is no JSON object",
    "storage/unknown-fields-survive": "its store is no JSON object",
}
NO_XDG: Final[Reasons] = {"storage/xdg-is-honoured": "it keeps no credentials in XDG directories"}
NO_MODE: Final[Reasons] = {"storage/mode-failure-does-not-lose-the-token": "it sets the mode of no file that is there"}
CRASHES_HOMELESS: Final[Reasons] = {"storage/unwritable-store-is-said": "it crashes where HOME cannot be made"}

EXPECTED: Final[Mapping[str, Expected]] = {
    # Ways to store a session.
    "renames": Expected({**TERMINAL, **NO_XDG, **NO_MODE}, true=ONE_SESSION),
    "hard-links": Expected(
        {**TERMINAL, **TOLD, **NO_JSON, **NO_XDG, **NO_MODE},
        {
            "storage/pre-existing-0644-is-tightened": "each session is a file of its own, which is written once",
            "storage/rewrite-keeps-a-tightened-mode": "each session is a file of its own, which is written once",
        },
        ONE_SESSION,
    ),
    "journalled": Expected({**TERMINAL, **TOLD}),
    "sqlite-store": Expected(
        {**TERMINAL, **NO_JSON, "storage/corrupt-file-is-not-overwritten": "SQLite does without the last byte"},
        CRASHES_HOMELESS,
        {
            **ONE_SESSION,
            "hygiene/no-traceback": "it crashes where HOME cannot be made",
            "storage/corrupt-file-does-not-block-login": "a database that is damaged has to be repaired first",
            "storage/foreign-symlink-is-not-followed": "SQLite leaves the mode of a database as it is",
            "storage/pre-existing-0644-is-tightened": "SQLite leaves the mode of a database as it is",
            "storage/xdg-is-honoured": "it is always below HOME",
        },
    ),
    "encrypted": Expected({**TERMINAL, **TOLD, **NO_JSON, **NO_XDG, **NO_MODE}, true=ONE_SESSION),
    # Ways to sign in, and to stay signed in.
    "pasted-code": Expected({**TERMINAL, **BROWSER, **ONLY_LOCAL}),
    "signs-in-again": Expected(
        {**PLAIN, **BROWSER, **ONLY_LOCAL, **BY_ITSELF},
        {
            "browser/concurrent-logins-do-not-mix": "the second login waits until the first is over",
            "browser/error-access-denied": "it tells of a denial in the words of the provider",
            "browser/verifier-and-state-unique-per-run": "whoever is signed in is not sent to the browser again",
        },
        {"refresh/write-failure-after-rotation-is-loud": "it goes on with what it holds, and signs in again later"},
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
    "daemon": Expected(
        {**TERMINAL, **TOLD, **NO_MODE},
        CRASHES_HOMELESS,
        {
            **ONE_SESSION,
            "hygiene/no-traceback": "it crashes where HOME cannot be made",
            "storage/concurrent-uses-do-not-crash": "its agent gives up where too many ask at once, and says so",
            "storage/directory-0700": "its directory is like any other; what is in it is closed",
        },
    ),
    "chatty": Expected({**TERMINAL, **TOLD}),
    "german": Expected({**TERMINAL, **TOLD}, needs="perl"),
    "node": Expected({**PLAIN, **BROWSER}, needs="node"),
    "c": Expected(
        {**TERMINAL, **TOLD, **NO_JSON, **NO_XDG, **NO_MODE, "storage/directory-0700": "its file is in HOME itself"},
        true={**ONE_SESSION, "storage/large-tokens-are-stored": "its buffers have a fixed size"},
        needs="cc",
    ),
}
