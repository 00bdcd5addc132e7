"""The options of `serve`, laid over its configuration file."""

from __future__ import annotations

import argparse
import json

from fakeprovider.cli.configuration import (
    ISSUER_ARGUMENTS,
    SOCKET_ARGUMENTS,
    Configuration,
    IssuerConfig,
    check_argument,
    located,
    read_configuration,
)
from fakeprovider.dialects import find_dialect
from fakeprovider.errors import SettingError
from fakeprovider.faults.text import parse
from fakeprovider.protocol.uris import is_loopback
from fakeprovider.settings import CHECKS, unknown_setting


def read_options(options: argparse.Namespace) -> Configuration:
    """Combine the options with the configuration file; options win.

    Raises `SettingError`, which names the option, or the file and its key, that is not accepted.
    """
    configuration = read_configuration(options.config) if options.config else Configuration()
    first = configuration.first
    for name in (*SOCKET_ARGUMENTS, *ISSUER_ARGUMENTS):
        if (value := getattr(options, name)) is not None:
            first.arguments[name] = check_argument(f"--{name.replace('_', '-')} {value}", name, value)
    for text in options.knobs:
        name, value = _setting(text)
        first.arguments[name] = value
    for text in options.faults:
        with located(f"--fault {text!r}"):
            parse(text)
        first.faults.append(text)
    configuration.beside += [_issuer(text) for text in options.issuers]
    host = first.arguments.get("host", "127.0.0.1")
    if not options.allow_remote and not is_loopback(host):
        raise SettingError(
            f"host {host!r} lets other machines in; add --allow-remote where that is meant, or leave out the host"
        )
    return configuration


def _setting(text: str) -> tuple[str, object]:
    """Read `access_token_lifetime=5`, `reuse=reject`, `retry_after=null`: the value is JSON, or else text."""
    name, equals, said = text.partition("=")
    if not equals:
        raise SettingError(f"--set {text}: expected KNOB=VALUE, as in --set access_token_lifetime=5")
    if name not in CHECKS:
        raise SettingError(f"--set {text}: {unknown_setting(name)}")
    try:
        value: object = json.loads(said)
    except ValueError:
        value = said
    with located(f"--set {text}"):
        return name, CHECKS[name](name, value)


def _issuer(text: str) -> IssuerConfig:
    """Read `/realms/acme=keycloak`; the dialect may be left out."""
    path, equals, dialect = text.partition("=")
    if not path.startswith("/"):
        raise SettingError(f"--issuer {text}: expected a path, as in --issuer /realms/acme=keycloak")
    if equals:
        with located(f"--issuer {text}"):
            find_dialect(dialect)
    return IssuerConfig({"path": path, **({"dialect": dialect} if equals else {})})
