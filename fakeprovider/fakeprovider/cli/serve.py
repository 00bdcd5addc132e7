"""`fakeprovider serve`: from the options to a provider that serves, what it prints then, and back down again."""

from __future__ import annotations

import argparse
import json
import select
import shlex
import signal
import sys
from contextlib import ExitStack
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Final, Self

from fakeprovider.cli.options import read_options
from fakeprovider.control.control import Control
from fakeprovider.control.responses import IssuerView
from fakeprovider.provider import Provider
from fakeprovider.server import Limits
from fakeprovider.server.certificates import CA_VARIABLES
from fakeprovider.server.files import allow_files
from fakeprovider.server.poller import Waker

if TYPE_CHECKING:
    from fakeprovider.cli.configuration import Configuration, IssuerConfig
    from fakeprovider.journal import Exchange


_ENDPOINTS: Final = {
    "OAUTH_AUTHORIZATION_URL": "authorization",
    "OAUTH_TOKEN_URL": "token",
    "OAUTH_DEVICE_AUTHORIZATION_URL": "device_authorization",
    "OAUTH_REVOCATION_URL": "revocation",
    "OAUTH_INTROSPECTION_URL": "introspection",
    "OAUTH_USERINFO_URL": "userinfo",
    "OAUTH_JWKS_URL": "jwks",
}


def environment(control: Control) -> dict[str, str]:
    """Build the environment variables, by the names that popular libraries and tools read."""
    provider = control.provider
    variables = {"OIDC_ISSUER": provider.issuer, "OAUTH_ISSUER": provider.issuer}
    paths = provider.dialect.paths
    if "discovery" in paths:
        variables["AUTH_SERVER_WELL_KNOWN"] = provider.url("discovery")
    variables |= {name: provider.url(endpoint) for name, endpoint in _ENDPOINTS.items() if endpoint in paths}
    variables["API_BASE_URL"] = provider.api
    variables["FAKEPROVIDER_CONTROL"] = control.url
    if control.token:
        variables["FAKEPROVIDER_CONTROL_TOKEN"] = control.token
    if provider.ca_file:
        variables |= dict.fromkeys(CA_VARIABLES, str(provider.ca_file))
    return variables


def as_text(controls: list[Control]) -> str:
    """Write an environment file for the first issuer; comments tell people the rest, and name the other issuers."""
    lines = []
    for control in controls:
        provider = control.provider
        lines.append(f"# {provider.issuer} speaks {provider.dialect.name}; watch it at {control.url}/console")
        comment = "" if control is controls[0] else "# "
        lines += [f"{comment}{name}={shlex.quote(value)}" for name, value in environment(control).items()]
    return "\n".join([*lines, "# Ctrl-C ends it"])


def as_json(controls: list[Control]) -> str:
    """Write one line of JSON for programs: the first issuer, and all of them under `issuers`."""
    issuers = [
        {**IssuerView.of(control.provider, control.url).model_dump(), "environment": environment(control)}
        for control in controls
    ]
    return json.dumps({**issuers[0], "control_token": controls[0].token or None, "issuers": issuers})


def serve(options: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; returns the exit code 0. Raises `SettingError` and `PortInUse`."""
    configuration = read_options(options)
    allow_files(configuration.first.arguments.get("connection_limit", Limits.connections))
    with _Interruption() as interruption, ExitStack() as serving:
        controls = _start(configuration, options.control_token, serving)
        if options.verbose:
            for control in controls:
                log = _Log(control.provider.path or "/" if len(controls) > 1 else "")
                serving.enter_context(control.provider.journal.listening(log))
        print(as_json(controls) if options.json else as_text(controls), flush=True)
        interruption.wait()
        for control in controls:
            _warn_of_unmet_faults(control)
    return 0


def _start(configuration: Configuration, token: str, serving: ExitStack) -> list[Control]:
    """Make every provider with its accounts and clients, start them, and arm their faults."""
    controls = make(configuration, token)
    serving.enter_context(controls[0].provider)
    begin(controls, configuration)
    return controls


def make(configuration: Configuration, token: str) -> list[Control]:
    """Make every provider with its accounts and clients; `token` is that of their control APIs, "" for their own."""
    first = Provider(**configuration.first.arguments, control=True)
    if token:
        _control(first).token = token
    providers = [first, *(first.beside(**issuer.arguments) for issuer in configuration.beside)]
    for provider, issuer in zip(providers, configuration.issuers, strict=True):
        _add_accounts_and_clients(provider, issuer)
    return [_control(provider) for provider in providers]


def begin(controls: list[Control], configuration: Configuration) -> None:
    """Begin to control every provider, and arm the faults of its configuration."""
    for control, issuer in zip(controls, configuration.issuers, strict=True):
        control.begin()
        control.fault_registry.arm_permanently(issuer.faults)


def _add_accounts_and_clients(provider: Provider, issuer: IssuerConfig) -> None:
    """Add the accounts and clients of the configuration; the first account is the one who signs in."""
    people = [provider.people.new(**user.given()) for user in issuer.users]
    if people:
        provider.user.person = people[0]
    for client in issuer.clients:
        provider.clients.add(client.record())


def _control(provider: Provider) -> Control:
    assert isinstance(provider.control, Control)
    return provider.control


def _warn_of_unmet_faults(control: Control) -> None:
    for entry in tuple(control.fault_registry):
        if entry.in_force and entry.armed.unmet and not entry.armed.trigger.optional:
            print(f"fakeprovider: armed and never met: {entry.armed!r}", file=sys.stderr)


class _Log:
    """Write a line to standard error for every exchange, after the path of the issuer where there are several."""

    def __init__(self, path: str) -> None:
        self._prefix = f"{path} " if path else ""

    def __call__(self, exchange: Exchange) -> None:
        print(self._prefix + exchange.line.replace("\n", " "), file=sys.stderr, flush=True)


class _Interruption:
    """SIGINT or SIGTERM, from the beginning of a block: `wait` returns once one has come.

    The system may deliver a signal to any thread, and then nothing interrupts the main thread, which alone runs
    Python's handlers: it has to be woken by what the signal itself writes into a descriptor.
    """

    def __init__(self) -> None:
        self._arrived = False
        self._waker = Waker()

    def wait(self) -> None:
        """Wait for one of the signals."""
        while not self._arrived:
            select.select([self._waker], [], [])
            self._waker.drain()

    def __enter__(self) -> Self:
        self._handlers = {number: signal.signal(number, self._arrive) for number in (signal.SIGINT, signal.SIGTERM)}
        self._descriptor = signal.set_wakeup_fd(self._waker.sender, warn_on_full_buffer=False)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        signal.set_wakeup_fd(self._descriptor)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._waker.close()

    def _arrive(self, _number: int, _frame: FrameType | None) -> None:
        self._arrived = True
