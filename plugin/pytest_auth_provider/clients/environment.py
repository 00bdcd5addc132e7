"""What surrounds a client in its sandbox: a browser, a proxy, a certificate authority, and the ports it needs.

Environment     sets these up for one client of one provider, until it is closed
ActionMonitor   collects what they notice while the client does one action
"""

from __future__ import annotations

import copy
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast

from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.adapters.placeholders import fill_all
from pytest_auth_provider.browser import Browser, Mode, PageFetcher
from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.clock.skipping import Skipping
from pytest_auth_provider.network.certificates import CA_VARIABLES, CertificateAuthority
from pytest_auth_provider.network.ports import reserve_ports
from pytest_auth_provider.network.proxy import Contact, EgressProxy, Stub
from pytest_auth_provider.processes.command_builder import CommandBuilder, PlaceholderValues
from pytest_auth_provider.processes.runner import Command
from pytest_auth_provider.strace import connections

if TYPE_CHECKING:
    from fakeprovider import Provider
    from pytest_auth_provider.browser.url_detector import UrlDetector


PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


class Environment:
    """Browser and network for one client of one provider, as its adapter describes them, until it is closed.

    Commands find them through the sandbox's variables. The proxy listens on `proxy_port` if that is free. With
    `skips_waits`, commands are carried over their waits. Raises `ClientError` for a port that is not to be had.
    """

    def __init__(
        self, adapter: Adapter, sandbox: Sandbox, provider: Provider, proxy_port: int = 0, *, skips_waits: bool = False
    ) -> None:
        with ExitStack() as stack:
            stack.enter_context(reserve_ports(adapter.ports, adapter.name))
            self.gateway = _gateway(adapter, sandbox, provider, proxy_port)
            stack.callback(self.gateway.close)
            sandbox.ca_file = sandbox.ca_file or provider.ca_file
            sandbox.variables |= _variables(self.gateway, sandbox.ca_file)
            fetcher = PageFetcher(sandbox.ca_file, self.gateway.hosts, self.gateway.address)
            self.browser = stack.enter_context(Browser(sandbox, provider, cast("Mode", adapter.browser), fetcher))
            if adapter.real_browser:
                from pytest_auth_provider.browser.chromium import Chromium  # imported late: few want it

                self.browser.drive_with(Chromium(sandbox.root / "chromium"))
            deals_with = (provider, self.gateway, self.browser)
            commands = CommandBuilder(adapter, sandbox, provider)
            self._skipping = Skipping(commands, provider, deals_with) if skips_waits else None
            self._stack = stack.pop_all()

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """The hosts other than the provider that the proxy was asked for and refused, in order."""
        return tuple(self.gateway.contacts)

    def carried(self, command: Command) -> Command:
        """Return the command so that its waits are skipped, where they can be."""
        return command if self._skipping is None else self._skipping.of(command)

    def unhurried(self) -> Environment:
        """Return the same surroundings for commands that wait for real: for others than this one provider, as well."""
        other = copy.copy(self)
        other._skipping = None
        return other

    def close(self) -> None:
        """Stop browser and proxy and give the ports back; the files stay."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def _gateway(adapter: Adapter, sandbox: Sandbox, provider: Provider, port: int) -> EgressProxy:
    values = PlaceholderValues(adapter, sandbox, provider)
    stubs = [
        Stub(**cast("dict[str, Any]", {**stub, "json": fill_all(stub.get("json"), values.of)}))
        for stub in adapter.stubs
    ]
    authority = None
    if adapter.hosts or stubs:
        authority = CertificateAuthority(provider, sandbox.root)
        sandbox.ca_file = authority.ca_file
    return EgressProxy(provider, adapter.hosts, stubs, authority, port)


def _variables(gateway: EgressProxy, ca_file: Path | None) -> dict[str, str]:
    trust = dict.fromkeys(CA_VARIABLES, str(ca_file)) if ca_file else {}
    return {**dict.fromkeys(PROXY_VARIABLES, gateway.address), "NODE_USE_ENV_PROXY": "1", **trust}


class ActionMonitor:
    """Pass the output of one action's commands to the browser, and collect the hosts they tried to reach.

    Without an `environment` it does nothing. Where the adapter asks for it, commands run under strace.
    """

    def __init__(self, adapter: Adapter, sandbox: Sandbox, environment: Environment | None) -> None:
        self._audited = connections.is_audited(adapter)
        self._sandbox = sandbox
        self._environment = environment
        self._contacts_before = len(environment.contacts) if environment else 0
        self._listeners: list[tuple[str, UrlDetector]] = []
        self._logs: list[Path] = []

    def watched(self, command: Command) -> Command:
        """Return the command to run in the place of this one so that it is monitored."""
        if self._environment is None:
            return command
        listener = self._environment.browser.listen(command.mark)
        self._listeners.append((command.mark, listener))
        argv = (*connections.TRACER.wrapper(self._new_log()), *command.argv) if self._audited else command.argv
        return self._environment.carried(replace(command, argv=argv, on_output=listener))

    def end(self) -> tuple[Contact, ...]:
        """Wait for the visits the action caused; return the hosts besides the provider that it tried to reach."""
        if self._environment is None:
            return ()
        for mark, listener in self._listeners:
            listener.close()
            self._environment.browser.settle(mark)
        past_the_proxy = (contact for log in self._logs for contact in connections.contacts_in(log))
        return (*self._environment.contacts[self._contacts_before :], *past_the_proxy)

    @property
    def opened(self) -> tuple[str, ...]:
        """The URLs for which the commands opened a browser, as often as they did."""
        marks = {mark for mark, _listener in self._listeners}
        return self._environment.browser.opened_by(marks) if self._environment else ()

    def _new_log(self) -> Path:
        names = (self._sandbox.root / f"connections-{number}.strace" for number in count(1))
        log = next(name for name in names if not name.exists())
        log.touch()
        self._logs.append(log)
        return log
