"""The vocabulary of adapters: every name that TOML may use, in one place."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from fakeprovider.errors import close_match

ACTIONS = (
    "login",  # sign in
    "login_token",  # sign in with an access token that comes on standard input
    "use",  # one API call with the token
    "use_cached",  # a use whose token comes from a cache, without asking the provider
    "use_cached_other",  # the same with other options, for which another token is wanted
    "status",  # offline: who am I
    "token",  # print the access token for other programs
    "logout",  # sign out
    "doctor",  # check oneself, locally
    "doctor_server",  # check oneself and ask the provider for the session's status
    "help",
    "login_json",  # `login`, `use` and `status` where they print JSON for other programs
    "use_json",
    "status_json",
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
    "healthy",
    "signed_out",
    "denied",
    "expired",
    "not_signed_in",
    "method",
)
"""What output can say, the keys of `[says]`; names of one's own start with `x-`."""

POLICIES: dict[str, dict[str, str]] = {
    "use": {
        "calls": "`use` calls the API",
        "polls": "`use` hands a token to somebody who will",
    },
    "offline": {
        "best_effort": "a token that cannot be validated is used, with a warning",
        "strict": "a token that cannot be validated is not used",
    },
    "logout": {
        "revokes": "signing out revokes at the provider",
        "local": "signing out only forgets",
    },
    "revocation_failure": {
        "deletes": "the session is deleted although the provider did not revoke it",
        "keeps": "the session is kept; the failure is said, and the exit code is not 0",
    },
    "refresh": {
        "refreshes": "an access token that has expired is refreshed",
        "never": "an access token that has expired ends the session",
    },
    "refresh_errors": {
        "standard": "the error codes of RFC 6749 are final",
        "vendor": "those of vendors are final, too",
    },
    "permanent_failure": {
        "stored": "no later command sends a refresh token that was refused",
        "in_memory": "no process sends a refresh token again that it saw refused; the next process may, once",
        "not_remembered": "every command may send it, once",
    },
    "sign_in_again": {
        "by_itself": "where a session has ended, the client signs in anew",
        "asked": "where a session has ended, the person is asked to sign in",
    },
    "replay": {
        "benign_409": "a spent refresh token means to try again",
        "final": "a spent refresh token is the end of the session",
    },
    "stale_rejection": {
        "preserved": "a refusal of a refresh token that is not stored any more leaves the newer session alone",
        "excluded": "no process can store a session while another one refreshes",
    },
    "sign_in": {
        "browser": "`login` sends the person through the browser of this machine, which comes back to the client",
        "device": "`login` shows a code to type in any browser (RFC 8628)",
    },
    "first_poll": {
        "at_once": "a device login polls before it waits",
        "after_interval": "a device login waits before it polls",
    },
    "missing_iss": {
        "accepted": "a callback without `iss` is accepted",
        "refused": "a callback without `iss` is refused where the metadata promises one (RFC 9207)",
    },
    "environment_token": {
        "wins": "a token in the environment is used instead of the stored session",
        "loses": "the stored session is used instead of a token in the environment",
        "refused": "commands that sign in or out are refused while there is a token in the environment",
    },
    "keyring_missing": {
        "required": "without a keyring nothing is stored, and the login fails",
        "fallback": "without a keyring a file is used",
    },
    "verbosity": {
        "quiet": "what is printed is for whoever uses the client",
        "debug": "what is printed is for whoever looks for an error in it: requests, headers, answers",
    },
    "registration": {
        "configured": "the client has the id that it was given",
        "registers": "the client registers itself at the provider (RFC 7591)",
    },
    "symlinked_store": {
        "followed": "a store that is a symbolic link is written through it",
        "replaced": "the link is replaced by a file",
        "refused": "a store that is a symbolic link is not used",
    },
    "replaced_session": {
        "revoked": "a login revokes the session that it replaces",
        "left": "a login leaves the session that it replaces alive at the provider",
    },
    "granted_scope": {
        "checked": "a login that is granted less than it asked for says so",
        "ignored": "nobody looks at the scope that was granted",
    },
    "json_errors": {
        "json": "an error in JSON mode is JSON, with a code",
        "text": "an error in JSON mode is a text for people",
    },
    "cache_ttl": {},
    "cache_grace": {},
    "ends_within": {},
}
"""Policy -> the sides a client can be on, each with what it means; where there are none, a number of seconds."""

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
    "client_secret": "the secret of the client of that id, as in `registered`",
    "project": "the directory of the adapter file",
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
"""Placeholder -> what stands in its place; used in command, env, files, run, credentials, api and stubs."""

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

ANSWER_PLACEHOLDERS = ("issuer", "api", *ENDPOINT_PLACEHOLDERS, "client_id", "client_secret", "project")
"""Placeholders that stand for something in an answer of a server, too: the others are of the client's machine."""

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
