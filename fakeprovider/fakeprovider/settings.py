"""The knobs of a provider: every one can be given to the constructor and turned while it serves."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, TypedDict

from fakeprovider.errors import SettingError, choose
from fakeprovider.vocabulary import ALGORITHMS, SECRET_ALGORITHMS

ReusePolicy = Literal["revoke_family", "reject", "benign_409", "replay_same_answer", "reused_401"]
TokenFormat = Literal["jwt", "opaque"]
PkceRule = Literal["public", "always", "never"]
RefreshTokenRule = Literal["always", "offline_access"]


ARGUMENTS: Final = (
    "dialect",
    "host",
    "port",
    "path",
    "trailing_slash",
    "tls",
    "signing_key",
    "origin",
    "api_port",
    "control",
)
"""What `Provider` takes besides knobs, for a hint at a name that was mistyped."""


class Knobs(TypedDict, total=False):
    """The keyword arguments of `Provider`; `Settings` says what each one means."""

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


class Settings:
    """Knobs with their defaults. All durations are seconds. A value that means nothing raises `SettingError`."""

    algorithm: str = "RS256"
    """What signs tokens; HS256 to HS512 sign id tokens with the client's secret. Fixed once the provider is made."""
    access_token_format: TokenFormat = "jwt"
    """`jwt` (RFC 9068) or `opaque`."""
    access_token_lifetime: float = 3600.0
    id_token_lifetime: float = 3600.0
    refresh_token_lifetime: float = 30 * 86400.0
    device_code_lifetime: float = 900.0
    device_interval: float = 5.0
    """The pause a device client must keep between polls (RFC 8628 3.5); 0 lets tests run at full speed.

    Some clients take 0 amiss: oauth4webapi refuses it and wants 0.01 or so, golang.org/x/oauth2 reads it as 5.
    """
    reuse: ReusePolicy = "revoke_family"
    """What happens when a spent refresh token comes back (RFC 9700 4.14.2); real providers differ."""
    reuse_grace: float = 10.0
    """How long after rotation `benign_409` and `replay_same_answer` treat a spent token as a benign replay."""
    retry_after: object = 1
    """The `retry_after` member of a benign replay answer: any JSON value, None leaves it out (seeds/004 D3)."""
    rotate_refresh_tokens: bool = True
    """Whether each refresh spends its token and hands out the next generation."""
    leeway: float = 0.0
    """How long past its expiry the provider's own resources still accept an access token."""
    journal_limit: int = 10_000
    """How many exchanges the journal keeps; fixed once the provider is made."""
    seed: int = 1
    """Seeds the Faker that invents people; fixed once the provider is made."""
    code_lifetime: float = 60.0
    """How long an authorization code can be exchanged (RFC 6749 4.1.2)."""
    pushed_request_lifetime: float = 60.0
    """How long the `request_uri` of a pushed authorization request can be used (RFC 9126 2.2)."""
    sign_in_page_lifetime: float = 600.0
    """How long the sign-in page waits for the person at the browser."""
    refresh_tokens: RefreshTokenRule = "always"
    """Whether every sign-in gets a refresh token or only one that asked for `offline_access` (OIDC Core 11)."""
    registered_clients_only: bool = False
    """Whether only clients in `provider.clients` are served; otherwise any client id and any secret is welcome."""
    open_registration: bool = True
    """Whether clients may register themselves (RFC 7591 3)."""
    accept_empty_client_secret: bool = True
    """Whether HTTP Basic with an empty secret stands for a client without one (RFC 6749 2.3.1)."""
    one_client_authentication: bool = True
    """Whether a request that authenticates its client in two ways is refused (RFC 6749 2.3)."""
    require_pkce: PkceRule = "public"
    """Which clients must send a code challenge: those without a secret (RFC 9700 2.1.1), all of them, none."""
    check_code_verifier: bool = True
    """Whether characters and length of a code verifier are checked (RFC 7636 4.1), before its hash is."""
    any_loopback_redirect: bool = True
    """Whether every client may return to any port and path of this machine; otherwise to any port of a registered
    loopback redirect (RFC 8252 7.3)."""
    check_audience: bool = True
    """Whether the protected API refuses access tokens that are for another resource (RFC 8707 2, RFC 9068 4)."""
    send_iss: bool = True
    """Whether authorization answers name their issuer (RFC 9207)."""

    def apply(self, *layers: Mapping[str, object]) -> None:
        """Set knobs from `layers`, later ones winning, or raise `SettingError` for a name there is not."""
        for name, value in {name: value for layer in layers for name, value in layer.items()}.items():
            if name not in CHECKS:
                raise SettingError(unknown_setting(name))
            setattr(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        check = CHECKS.get(name)
        super().__setattr__(name, check(name, value) if check else value)


def unknown_setting(name: str) -> str:
    """What to say about a knob there is not."""
    close = difflib.get_close_matches(name, [*CHECKS, *ARGUMENTS], n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return f"provider setting {name!r} does not exist; there are {', '.join(sorted(CHECKS))}.{hint}"


def _seconds(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        raise SettingError(f"provider setting {name!r}: expected seconds as a number from 0 up, got {value!r}")
    return float(value)


def _count(name: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise SettingError(f"provider setting {name!r}: expected a whole number from 1 up, got {value!r}")
    return value


def check_flag(name: str, value: object) -> bool:
    """`value` if it is true or false, else `SettingError`."""
    if not isinstance(value, bool):
        raise SettingError(f"provider setting {name!r}: expected true or false, got {value!r}")
    return value


def _one_of(*accepted: str) -> Callable[[str, object], str]:
    return lambda name, value: choose(f"provider setting {name!r}", value, accepted)


def _anything(_name: str, value: object) -> object:
    return value


CHECKS: dict[str, Callable[[str, object], Any]] = {
    "algorithm": _one_of(*ALGORITHMS, *SECRET_ALGORITHMS),
    "access_token_format": _one_of("jwt", "opaque"),
    "access_token_lifetime": _seconds,
    "id_token_lifetime": _seconds,
    "refresh_token_lifetime": _seconds,
    "device_code_lifetime": _seconds,
    "device_interval": _seconds,
    "reuse": _one_of("revoke_family", "reject", "benign_409", "replay_same_answer", "reused_401"),
    "reuse_grace": _seconds,
    "retry_after": _anything,
    "rotate_refresh_tokens": check_flag,
    "leeway": _seconds,
    "journal_limit": _count,
    "seed": _count,
    "code_lifetime": _seconds,
    "pushed_request_lifetime": _seconds,
    "sign_in_page_lifetime": _seconds,
    "refresh_tokens": _one_of("always", "offline_access"),
    "registered_clients_only": check_flag,
    "open_registration": check_flag,
    "accept_empty_client_secret": check_flag,
    "one_client_authentication": check_flag,
    "require_pkce": _one_of("public", "always", "never"),
    "check_code_verifier": check_flag,
    "any_loopback_redirect": check_flag,
    "check_audience": check_flag,
    "send_iss": check_flag,
}
