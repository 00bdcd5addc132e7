"""The settings of a provider: each can be given to the constructor, and most be changed while it serves.

The annotations of `Settings` are the only place that says what is accepted; the checks are derived from them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal, TypedDict, get_type_hints

from fakeprovider.errors import SettingError, suggestion
from fakeprovider.validation import Amount, Duration, Flag, OneOf, check_value
from fakeprovider.vocabulary import ALGORITHMS, SECRET_ALGORITHMS

ReusePolicy = Literal["revoke_family", "reject", "benign_409", "replay_same_answer", "reused_401"]
TokenFormat = Literal["jwt", "opaque"]
PkceRule = Literal["public", "always", "never"]
RefreshTokenRule = Literal["always", "offline_access"]

Algorithm = Annotated[str, OneOf((*ALGORITHMS, *SECRET_ALGORITHMS))]

ARGUMENTS: Final = (
    "dialect",
    "host",
    "port",
    "path",
    "trailing_slash",
    "tls",
    "ca_file",
    "signing_key",
    "origin",
    "api_port",
    "connection_limit",
    "control",
    "state",
)
"""What `Provider` accepts besides settings; an error about an unknown name may suggest one of these."""


class Knobs(TypedDict, total=False):
    """The settings as keyword arguments of `Provider`, for type checkers; `Settings` documents each one."""

    algorithm: str
    access_token_format: TokenFormat
    access_token_lifetime: float
    id_token_lifetime: float
    refresh_token_lifetime: float
    device_code_lifetime: float
    device_interval: float
    reuse: ReusePolicy
    reuse_grace: float
    retry_after: object
    rotate_refresh_tokens: bool
    leeway: float
    journal_limit: int
    journal_bytes: int
    seed: int
    code_lifetime: float
    pushed_request_lifetime: float
    sign_in_page_lifetime: float
    refresh_tokens: RefreshTokenRule
    registered_clients_only: bool
    open_registration: bool
    accept_empty_client_secret: bool
    one_client_authentication: bool
    require_pkce: PkceRule
    check_code_verifier: bool
    any_loopback_redirect: bool
    check_audience: bool
    send_iss: bool
    cors: bool
    implicit: bool


class Settings:
    """The settings of a provider with their defaults. All durations are seconds.

    Setting one to a value that its annotation does not accept raises `SettingError`.
    """

    algorithm: Algorithm = "RS256"
    """The `alg` of tokens; HS256 to HS512 sign id tokens with the client's secret. Fixed once the provider is made."""
    access_token_format: TokenFormat = "jwt"
    """Whether access tokens are a `jwt` (RFC 9068) or `opaque`, random text."""
    access_token_lifetime: Duration = 3600.0
    id_token_lifetime: Duration = 3600.0
    refresh_token_lifetime: Duration = 30 * 86400.0
    device_code_lifetime: Duration = 900.0
    device_interval: Duration = 5.0
    """How long a device client must wait between polls (RFC 8628 3.5); 0 lets tests run at full speed.

    Not every client understands 0: oauth4webapi refuses it (0.01 works), golang.org/x/oauth2 reads it as 5.
    """
    reuse: ReusePolicy = "revoke_family"
    """What happens when a spent refresh token comes back (RFC 9700 4.14.2); real providers differ."""
    reuse_grace: Duration = 10.0
    """How long after a rotation `benign_409` and `replay_same_answer` take a spent token for a benign replay."""
    retry_after: object = 1
    """The `retry_after` member of a benign replay answer: any JSON value, None leaves it out (spec-kitty)."""
    rotate_refresh_tokens: Flag = True
    """Whether each refresh spends its refresh token and issues a new one."""
    leeway: Duration = 0.0
    """How long after its expiry the provider's own resources still accept an access token."""
    journal_limit: Amount = 10_000
    """How many exchanges the journal keeps; fixed once the provider is made."""
    journal_bytes: Amount = 256 * 2**20
    """How many bytes they take at most, headers and bodies counted; fixed once the provider is made."""
    seed: Amount = 1
    """The seed of the Faker that invents users; fixed once the provider is made."""
    code_lifetime: Duration = 60.0
    """How long an authorization code can be exchanged (RFC 6749 4.1.2)."""
    pushed_request_lifetime: Duration = 60.0
    """How long the `request_uri` of a pushed authorization request can be used (RFC 9126 2.2)."""
    sign_in_page_lifetime: Duration = 600.0
    """How long the sign-in page waits for the user to decide."""
    refresh_tokens: RefreshTokenRule = "always"
    """Whether every sign-in gets a refresh token or only one that asked for `offline_access` (OIDC Core 11)."""
    registered_clients_only: Flag = False
    """Whether only clients in `provider.clients` are served; otherwise any client id and any secret is accepted."""
    open_registration: Flag = True
    """Whether clients may register themselves (RFC 7591 3)."""
    accept_empty_client_secret: Flag = True
    """Whether HTTP Basic with an empty secret is accepted from a client that has none (RFC 6749 2.3.1)."""
    one_client_authentication: Flag = True
    """Whether a request that authenticates its client in two ways is refused (RFC 6749 2.3)."""
    require_pkce: PkceRule = "public"
    """Which clients must send a code challenge: those without a secret (RFC 9700 2.1.1), all, or none."""
    check_code_verifier: Flag = True
    """Whether characters and length of a code verifier are checked (RFC 7636 4.1), besides its hash."""
    any_loopback_redirect: Flag = True
    """Whether every client may redirect to any loopback port and path; if not, to any port of a registered loopback
    redirect URI (RFC 8252 7.3)."""
    check_audience: Flag = True
    """Whether the protected API refuses access tokens for another resource (RFC 8707 2, RFC 9068 4)."""
    send_iss: Flag = True
    """Whether authorization responses carry `iss` (RFC 9207)."""
    implicit: Flag = False
    """Whether the authorization endpoint gives tokens, too (OIDC Core 3.2); RFC 9700 2.1.2 advises against it."""
    cors: Flag = True
    """Whether web pages of every origin may use the endpoints that clients in a browser need, and the API (CORS)."""

    def apply(self, *layers: Mapping[str, object]) -> None:
        """Set several settings, those of later `layers` winning.

        Raises `SettingError` for a name or value that is not accepted; settings before it have been set by then.
        """
        for name, value in {name: value for layer in layers for name, value in layer.items()}.items():
            if name not in CHECKS:
                raise SettingError(unknown_setting(name))
            setattr(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        check = CHECKS.get(name)
        super().__setattr__(name, check(name, value) if check else value)


def unknown_setting(name: str) -> str:
    """Return the error message for a setting that does not exist: the names of all, and the one probably meant."""
    hint = suggestion(name, [*CHECKS, *ARGUMENTS])
    return f"provider setting {name!r} does not exist; there are {', '.join(sorted(CHECKS))}.{hint}"


def check_flag(name: str, value: object) -> bool:
    """Return `value` if it is True or False, else raise a `SettingError` that calls it provider setting `name`."""
    return bool(_check(Flag, name, value))


def _check(hint: Any, name: str, value: object) -> Any:
    return check_value(f"provider setting {name!r}", hint, value)


CHECKS: Final[dict[str, Callable[[str, object], Any]]] = {
    name: functools.partial(_check, hint) for name, hint in get_type_hints(Settings, include_extras=True).items()
}
"""Setting -> a function of its name and a value, which returns the value to keep or raises `SettingError`."""
