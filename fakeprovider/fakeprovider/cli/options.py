"""The options of `serve`, laid over its configuration file."""

from __future__ import annotations

import argparse
import json

from fakeprovider.cli.configuration import (
    OF_ISSUER,
    OF_SOCKET,
    Beginnings,
    Configuration,
    check_argument,
    located,
    read_configuration,
)
from fakeprovider.dialects import find_dialect
from fakeprovider.errors import SettingError
from fakeprovider.faults.text import parse
from fakeprovider.protocol.uris import is_loopback
from fakeprovider.settings import CHECKS, unknown_setting


def wanted(options: argparse.Namespace) -> Configuration:
    """What is to be served; `SettingError` names the option, or the file and its key, that means nothing."""
    configuration = read_configuration(options.config) if options.config else Configuration()
    first = configuration.first
    for name in (*OF_SOCKET, *OF_ISSUER):
        if (value := getattr(options, name)) is not None:
            first.arguments[name] = check_argument(f"--{name.replace('_', '-')} {value}", name, value)
    for text in options.knobs:
        name, value = _knob(text)
        first.arguments[name] = value
    for text in options.faults:
        located(f"--fault {text!r}", lambda text=text: parse(text))
        first.faults.append(text)
    configuration.beside += [_issuer(text) for text in options.issuers]
    host = first.arguments.get("host", "127.0.0.1")
    if not options.allow_remote and not is_loopback(host):
        raise SettingError(
            f"host {host!r} lets other machines in; add --allow-remote where that is meant, or leave out the host"
        )
    return configuration


def _knob(text: str) -> tuple[str, object]:
    """`access_token_lifetime=5`, `reuse=reject`, `retry_after=null`: the value is JSON, or else text."""
    name, equals, said = text.partition("=")
    if not equals:
        raise SettingError(f"--set {text}: expected KNOB=VALUE, as in --set access_token_lifetime=5")
    if name not in CHECKS:
        raise SettingError(f"--set {text}: {unknown_setting(name)}")
    try:
        value: object = json.loads(said)
    except ValueError:
        value = said
    return name, located(f"--set {text}", lambda: CHECKS[name](name, value))


def _issuer(text: str) -> Beginnings:
    path, equals, dialect = text.partition("=")
    if not path.startswith("/"):
        raise SettingError(f"--issuer {text}: expected a path, as in --issuer /realms/acme=keycloak")
    if equals:
        located(f"--issuer {text}", lambda: find_dialect(dialect))
    return Beginnings({"path": path, **({"dialect": dialect} if equals else {})})
