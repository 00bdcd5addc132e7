"""What the options of `auth-provider init` say, as the keys of an adapter."""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Iterable

from pytest_auth_provider.errors import ClientError


class UsageError(ClientError):
    """An option arrived with a value that is not accepted; the message names the option and what it accepts."""


def adapter_keys(options: argparse.Namespace) -> dict[str, object]:
    """Return the keys of an adapter that the options of `init` give, as TOML has them. Raises `UsageError`."""
    files = _pairs("--file", options.file, '.config/tool.toml=issuer = "{issuer}"')
    settings = _pairs("--set", options.settings, "require_pkce=never")
    tables: dict[str, object] = {
        "dialect": "" if options.dialect == "rfc" else _dialect(options.dialect),
        "env": _pairs("--env", options.env, "MYTOOL_ISSUER={issuer}"),
        "files": {path: content.replace("\\n", "\n") for path, content in files.items()},
        "hosts": _pairs("--host", options.host, "login.example.com=provider"),
        "provider": {name: _value(text) for name, text in settings.items()},
        "run": _pairs("--run", options.runs, "use=whoami"),
    }
    if options.stdin is not None:
        tables["stdin"] = options.stdin.replace("\\n", "\n")
    if not 0 < options.timeout < float("inf"):
        raise UsageError(f"--timeout {options.timeout}: expected seconds, above 0")
    return {key: value for key, value in tables.items() if value}


def _pairs(option: str, texts: Iterable[str], example: str) -> dict[str, str]:
    """Return `NAME=VALUE` texts as a dict. Raises `UsageError` for one that is none."""
    pairs: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UsageError(f"{option} {text}: expected {_shape(option)}, as in {option} {example}")
        pairs[name] = value
    return pairs


def _shape(option: str) -> str:
    return {"--host": "HOST=ROLE", "--file": "PATH=CONTENT", "--run": "ACTION=ARGUMENTS"}.get(option, "NAME=VALUE")


def _value(text: str) -> object:
    """Return a value as TOML reads it; a text that TOML does not read stands for itself."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _dialect(name: str) -> str:
    from fakeprovider.dialects import dialects
    from pytest_auth_provider.adapters.vocabulary import did_you_mean

    if name not in dialects():
        raise UsageError(f"--dialect {name}: there is none{did_you_mean(name, dialects())} {', '.join(dialects())}")
    return name
