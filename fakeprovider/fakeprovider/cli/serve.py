"""`fakeprovider serve`: from the options to a provider that serves, and back down again."""

from __future__ import annotations

import argparse
import json
import select
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from fakeprovider.cli.configuration import Beginnings, Configuration
from fakeprovider.cli.options import wanted
from fakeprovider.control import Control
from fakeprovider.control.responses import IssuerView
from fakeprovider.journal import Exchange
from fakeprovider.provider import Provider
from fakeprovider.server.certificates import CA_VARIABLES
from fakeprovider.server.listener import Waker

# FROM fakeprovider/fakeprovider/cli/banner.py: What `serve` prints as it begins: an environment for the client under test, or one line of JSON.


_ENDPOINTS: Final = {
    "OAUTH_AUTHORIZATION_URL": "authorization",
    "OAUTH_TOKEN_URL": "token",
    "OAUTH_DEVICE_AUTHORIZATION_URL": "device_authorization",
    "OAUTH_REVOCATION_URL": "revocation",
    "OAUTH_INTROSPECTION_URL": "introspection",
    "OAUTH_USERINFO_URL": "userinfo",
    "OAUTH_JWKS_URL": "jwks",
}


def environment(provider: Provider, control: Control) -> dict[str, str]:
    """Variables by the names popular libraries and tools read."""
    variables = {"OIDC_ISSUER": provider.issuer, "OAUTH_ISSUER": provider.issuer}
    if "discovery" in provider.dialect.paths:
        variables["AUTH_SERVER_WELL_KNOWN"] = provider.url("discovery")
    paths = provider.dialect.paths
    variables |= {name: provider.url(endpoint) for name, endpoint in _ENDPOINTS.items() if endpoint in paths}
    variables["API_BASE_URL"] = provider.api
    variables["FAKEPROVIDER_CONTROL"] = control.url
    if control.token:
        variables["FAKEPROVIDER_CONTROL_TOKEN"] = control.token
    if provider.ca_file:
        variables |= dict.fromkeys(CA_VARIABLES, str(provider.ca_file))
    return variables


def as_text(controls: list[Control]) -> str:
    """For people: the whole text is an environment file for the first issuer; the others stand in comments."""
    lines = []
    for control in controls:
        provider = control.provider
        lines.append(f"# {provider.issuer} speaks {provider.dialect.name}; watch it at {control.url}/console")
        comment = "" if control is controls[0] else "# "
        variables = environment(provider, control)
        lines += [f"{comment}{name}={shlex.quote(value)}" for name, value in variables.items()]
    return "\n".join([*lines, "# Ctrl-C ends it"])


def as_json(controls: list[Control]) -> str:
    """For machines: the first issuer, and all of them under `issuers`, on one line."""
    issuers = [_members(control) for control in controls]
    return json.dumps({**issuers[0], "control_token": controls[0].token or None, "issuers": issuers})


def _members(control: Control) -> dict[str, object]:
    view = IssuerView.of(control.provider, control.url).model_dump()
    return {**view, "environment": environment(control.provider, control)}


def serve(options: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; returns 0. Raises `SettingError` and `PortInUse`."""
    configuration = wanted(options)
    with _interrupted() as interruption, ExitStack() as serving:
        controls = _begin(configuration, options.control_token, serving)
        if options.verbose:
            for control in controls:
                serving.enter_context(control.provider.journal.listening(_Log(control, several=len(controls) > 1)))
        print(as_json(controls) if options.json else as_text(controls), flush=True)
        select.select([interruption], [], [])
        for control in controls:
            _tell_what_was_not_met(control)
    return 0


def _begin(configuration: Configuration, token: str, serving: ExitStack) -> list[Control]:
    """Serve every provider, each with what it begins with."""
    first = Provider(**configuration.first.arguments, control=True)
    if token:
        _control(first).token = token
    _furnish(first, configuration.first)
    others = [(first.beside(**beginnings.arguments), beginnings) for beginnings in configuration.beside]
    for provider, beginnings in others:
        _furnish(provider, beginnings)
    serving.enter_context(first)
    controls = [_control(first)]
    for provider, _ in others:
        controls.append(_control(provider))
        controls[-1].begin()
    for control, beginnings in zip(controls, (configuration.first, *configuration.beside), strict=True):
        for text in beginnings.faults:
            control.armory.arm_for_good(text)
    return controls


def _furnish(provider: Provider, beginnings: Beginnings) -> None:
    """Accounts and clients; the first account is the one who signs in."""
    people = [provider.people.new(**user.known()) for user in beginnings.users]
    if people:
        provider.user.person = people[0]
    for client in beginnings.clients:
        provider.clients.add(client.record())


def _control(provider: Provider) -> Control:
    assert isinstance(provider.control, Control)
    return provider.control


def _tell_what_was_not_met(control: Control) -> None:
    for weapon in tuple(control.armory):
        if weapon.in_force and weapon.armed.unmet and not weapon.armed.trigger.optional:
            print(f"fakeprovider: armed and never met: {weapon.armed!r}", file=sys.stderr)


class _Log:
    """Writes a line for every exchange; with several issuers it says which one."""

    def __init__(self, control: Control, *, several: bool) -> None:
        self._prefix = f"{control.provider.path or '/'} " if several else ""

    def __call__(self, exchange: Exchange) -> None:
        print(self._prefix + exchange.line.replace("\n", " "), file=sys.stderr, flush=True)


@contextmanager
def _interrupted() -> Iterator[Waker]:
    """Something that becomes readable at SIGINT or SIGTERM."""
    with Waker() as waker:

        def wake(_number: int, _frame: Any) -> None:
            waker.wake()

        before = {number: signal.signal(number, wake) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield waker
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
