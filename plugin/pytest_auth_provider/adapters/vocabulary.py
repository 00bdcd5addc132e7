"""The vocabulary of adapters: every name that TOML may use, in one place."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from fakeprovider.errors import close_match

ACTIONS = (
    "login",  # sign in
    "use",  # one API call with the token
    "use_cached",  # a use whose token comes from a cache, without asking the provider
    "status",  # offline: who am I
    "token",  # print the access token for other programs
    "logout",  # sign out
    "doctor",  # check oneself, locally
    "doctor_server",  # check oneself and ask the provider for the session's status
    "help",
)
"""Actions a client may offer in its `[run]` table; names of one's own start with `x-`."""

SAYINGS = (
    "signed_in",
    "sign_in_again",
    "rejected",
    "try_again",
    "unverified",
    "revoked",
    "valid",
    "denied",
    "expired",
    "not_signed_in",
    "method",
)
"""What output can say, the keys of `[says]`; names of one's own start with `x-`."""

POLICIES: dict[str, tuple[str, ...]] = {
    "use": ("calls", "polls"),  # what `use` does: it calls the API, or hands a token to somebody who will
    "offline": ("best_effort", "strict"),
    "logout": ("revokes", "local"),
    "refresh": ("refreshes", "never"),  # what it does with an access token that has expired
    "refresh_errors": ("standard", "vendor"),  # which codes are final: RFC 6749's alone, or those of vendors too
    "replay": ("benign_409", "final"),  # what its provider means by a spent refresh token: try again, or the end
    "cache_ttl": (),
    "cache_grace": (),
    "ends_within": (),  # how long any command may take, whoever is silent
}
"""Policy -> the sides a client can be on; an empty tuple means a number of seconds."""

USUAL_POLICIES = {"use": "calls", "refresh": "refreshes"}
"""Policy -> the side of a client that declares none; the other policies have no usual side."""

PLACEHOLDERS: dict[str, str] = {
    "issuer": "the provider's issuer URL",
    "discovery": "URL of the provider's discovery document",
    "jwks": "URL of the provider's keys",
    "authorization": "URL of the authorization endpoint",
    "token": "URL of the token endpoint",
    "device_authorization": "URL of the device authorization endpoint",
    "revocation": "URL of the revocation endpoint",
    "introspection": "URL of the introspection endpoint",
    "userinfo": "URL of the userinfo endpoint",
    "end_session": "URL of the end-session endpoint",
    "registration": "URL of the client registration endpoint",
    "session_status": "URL of the session status endpoint",
    "api": "base URL of the protected resource",
    "client_id": "the adapter's client_id",
    "home": "the sandbox's HOME",
    "config": "the sandbox's XDG_CONFIG_HOME",
    "cache": "the sandbox's XDG_CACHE_HOME",
    "data": "the sandbox's XDG_DATA_HOME",
    "state": "the sandbox's XDG_STATE_HOME",
    "tmp": "the sandbox's TMPDIR",
    "cwd": "the directory the client runs in",
    "browser": "the browser shim, a program that takes a URL",
    "ca_file": "PEM file of the provider's certificate authority",
    "python": "the Python that runs pytest",
}
"""Placeholder -> what stands in its place; used in command, env, files, run and credentials."""

ENDPOINT_PLACEHOLDERS = (
    "discovery",
    "jwks",
    "authorization",
    "token",
    "device_authorization",
    "revocation",
    "introspection",
    "userinfo",
    "end_session",
    "registration",
    "session_status",
)
"""Placeholders that are URLs of the provider's endpoints, by the endpoint's name."""


RENAMED = {"airtight": "audit_connections"}
"""Key or attribute of an adapter that had another name once -> its name."""


def own_name(name: str) -> bool:
    """Return whether `name` is one that an adapter may make up for itself: `x-` and something after it."""
    return name.startswith("x-") and len(name) > len("x-")


def renamed(name: str) -> str:
    """Return what to say to somebody who uses the former `name` of a key."""
    return f"this is called `{RENAMED[name]}` now"


def unknown(what: str, name: str, accepted: Collection[str]) -> str:
    """Return the complaint that `name` is not `what`, such as "a key of a step", with the names that are accepted."""
    hint = did_you_mean(name, accepted) or "."
    return f"not {what}{hint} Accepted: {', '.join(accepted)}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `; did you mean "command"?` when one of the known names is close to `name`, else an empty string."""
    close = close_match(name, known)
    return f'; did you mean "{close}"?' if close else ""
