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
        return any(fnmatch(contract, pattern) for pattern in self.true)

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
    "session/*": "it has no command that checks its session",
    "discovery/fallback-between-well-knowns": "it knows one location of metadata",
    "validation/[!nst]*": "it validates no token itself, and makes nothing of an ID token",
    "validation/nonce-is-checked": "it sends no nonce",
    "validation/not-a-jwt": "it validates no token itself",
    "validation/same-kid-*": "it validates no token itself",
    "validation/token-type-unknown-*": "its provider gives bearer tokens alone, as its adapter says",
}
"""What none of them offers."""
TERMINAL: Final[Reasons] = {**PLAIN, "browser/*": "it opens no page by itself"}
"""What those do not offer that live in a terminal alone."""
BROWSER: Final[Reasons] = {"device/*": "it signs in through a browser"}
ONLY_LOCAL: Final[Reasons] = {"revoke/*": "its sign-out is local, and it says so"}
NO_REFRESH: Final[Reasons] = {
    "refresh/*": "it has no refresh token",
    "storage/atomic-write": "it stores nothing while it is used, or can do without",
}
CONFIGURED: Final[Reasons] = {"discovery/*": "it is told the addresses of its provider"}
NO_ID_TOKEN: Final[Reasons] = {"validation/nonce-at-refresh": "its scope has no openid"}
PLAIN_HTTP: Final[Reasons] = {
    "tls/*": "it was made for a provider on plain http",
    "discovery/endpoints-do-not-downgrade": "it was made for a provider on plain http",
}
OWN_API: Final[Reasons] = {"hygiene/call-budget": "its API is not the provider's: no fault reaches it"}

EXPECTED: Final[Mapping[str, Expected]] = {
    # Ways to store a session.
    "renames": Expected(TERMINAL),
    "hard-links": Expected({**TERMINAL, **CONFIGURED, **NO_ID_TOKEN, **PLAIN_HTTP}),
    "journalled": Expected({**TERMINAL, **CONFIGURED}),
    "sqlite-store": Expected(TERMINAL),
    "encrypted": Expected({**TERMINAL, **CONFIGURED, **NO_ID_TOKEN, **PLAIN_HTTP}),
    # Ways to sign in, and to stay signed in.
    "pasted-code": Expected({**CONFIGURED, **NO_ID_TOKEN, **PLAIN_HTTP, **TERMINAL, **BROWSER, **ONLY_LOCAL}),
    "signs-in-again": Expected({**PLAIN, **BROWSER, **ONLY_LOCAL}),
    "client-credentials": Expected(
        {
            **CONFIGURED,
            **NO_ID_TOKEN,
            **PLAIN_HTTP,
            **TERMINAL,
            **ONLY_LOCAL,
            **NO_REFRESH,
            "device/*": "nobody signs in: it has credentials of its own",
        }
    ),
    "api-key": Expected(
        {
            "discovery/stale-document-is-refetched": "it has no refresh token",
            **NO_ID_TOKEN,
            **PLAIN_HTTP,
            **TERMINAL,
            **ONLY_LOCAL,
            **NO_REFRESH,
        },
        OWN_API,
    ),
    "until-refused": Expected({**TERMINAL, **CONFIGURED, **NO_ID_TOKEN}),
    # Ways to sign out.
    "keeps-session": Expected({**TERMINAL, **CONFIGURED, **NO_ID_TOKEN}),
    # Ways to run and to speak.
    "daemon": Expected({**TERMINAL, **CONFIGURED, **NO_ID_TOKEN}),
    "chatty": Expected({**TERMINAL, **CONFIGURED, **NO_ID_TOKEN}),
    "german": Expected({**TERMINAL, **CONFIGURED, **NO_ID_TOKEN, **PLAIN_HTTP}, needs="perl"),
    "node": Expected({**PLAIN_HTTP, **PLAIN, **BROWSER}, needs="node"),
    "c": Expected({**TERMINAL, **CONFIGURED, **NO_ID_TOKEN, **PLAIN_HTTP}, needs="cc"),
}
