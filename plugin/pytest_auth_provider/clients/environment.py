"""The world around a client in its sandbox: the browser, the way out, whom to trust, and the ports it needs."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast

from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.browser import Browser, Mode, Reach
from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.network.certificates import CA_VARIABLES, Authority
from pytest_auth_provider.network.ports import reserved
from pytest_auth_provider.network.proxy import Contact, Gateway, Stub
from pytest_auth_provider.processes.runner import Command
from pytest_auth_provider.strace.connections import audited, contacts_in, is_audited

if TYPE_CHECKING:
    from fakeprovider import Provider
    from pytest_auth_provider.browser.url_detector import Ears


PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


class Surroundings:
    """Furnishes a sandbox for one client of one provider, as its adapter says, until it is closed.

    Every command gets them through the sandbox's variables. Raises `ClientError` for a port that is not to be had.
    """

    def __init__(self, adapter: Adapter, sandbox: Sandbox, provider: Provider) -> None:
        with ExitStack() as stack:
            stack.enter_context(reserved(adapter.ports, adapter.name))
            self.gateway = _gateway(adapter, sandbox, provider)
            stack.callback(self.gateway.close)
            sandbox.ca_file = sandbox.ca_file or provider.ca_file
            sandbox.variables |= _variables(self.gateway, sandbox.ca_file)
            reach = Reach(sandbox.ca_file, self.gateway.hosts, self.gateway.address)
            self.browser = stack.enter_context(Browser(sandbox, provider, cast("Mode", adapter.browser), reach))
            if adapter.real_browser:
                from pytest_auth_provider.browser.chromium import Chromium  # imported late: few want it

                self.browser.drive_with(Chromium(sandbox.root / "chromium"))
            self._stack = stack.pop_all()

    def contacts_since(self, mark: int) -> tuple[Contact, ...]:
        """The hosts that were asked for in vain since there were `mark` of them."""
        return tuple(self.gateway.contacts[mark:])

    def close(self) -> None:
        """Take it all away; the files stay."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def _gateway(adapter: Adapter, sandbox: Sandbox, provider: Provider) -> Gateway:
    stubs = [Stub(**cast("dict[str, Any]", stub)) for stub in adapter.stubs]
    authority = None
    if adapter.hosts or stubs:
        authority = Authority(provider, sandbox.root)
        sandbox.ca_file = authority.ca_file
    return Gateway(provider, adapter.hosts, stubs, authority)


def _variables(gateway: Gateway, ca_file: Path | None) -> dict[str, str]:
    trust = dict.fromkeys(CA_VARIABLES, str(ca_file)) if ca_file else {}
    return {**dict.fromkeys(PROXY_VARIABLES, gateway.address), "NODE_USE_ENV_PROXY": "1", **trust}


# FROM plugin/pytest_auth_provider/clients/watching.py: What the world around a client notices while it does one action.


class Watch:
    """Listens to the commands of one action, follows their visits to the end, and says whom they tried to reach."""

    def __init__(self, adapter: Adapter, sandbox: Sandbox, surroundings: Surroundings | None) -> None:
        self._audited_connections = is_audited(adapter)
        self._sandbox = sandbox
        self._world = surroundings
        self._seen = len(surroundings.gateway.contacts) if surroundings else 0
        self._heard: list[tuple[str, Ears]] = []
        self._logs: list[Path] = []

    def over(self, command: Command) -> Command:
        """The command as it is to be run, so that it is watched."""
        if self._world is None:
            return command
        ears = self._world.browser.listen(command.mark)
        self._heard.append((command.mark, ears))
        return replace(command, argv=self._audited(command.argv), on_output=ears)

    def end(self) -> tuple[Contact, ...]:
        """The action has ended: whom its commands tried to reach, besides the provider."""
        if self._world is None:
            return ()
        for mark, ears in self._heard:
            ears.close()
            self._world.browser.settle(mark)
        past = (contact for log in self._logs for contact in contacts_in(log))
        return (*self._world.contacts_since(self._seen), *past)

    def _audited(self, argv: tuple[str, ...]) -> tuple[str, ...]:
        if not self._audited_connections:
            return argv
        names = (self._sandbox.root / f"connections-{number}.strace" for number in count(1))
        self._logs.append(next(name for name in names if not name.exists()))
        self._logs[-1].touch()
        return audited(argv, self._logs[-1])
