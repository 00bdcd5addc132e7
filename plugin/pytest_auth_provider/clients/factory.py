"""Make the client under test: its provider, its prepared HOME, its sandbox, and what it prints as its version."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast

from pytest_auth_provider.adapters.models import Adapter, Step
from pytest_auth_provider.clients.answers import serve_api_of
from pytest_auth_provider.clients.client import Client, OnOutcome
from pytest_auth_provider.clients.environment import Environment
from pytest_auth_provider.clients.sandbox import Sandbox, folder_of
from pytest_auth_provider.clients.sign_ins import SignIns
from pytest_auth_provider.errors import ClientError
from pytest_auth_provider.exposure import Exposure
from pytest_auth_provider.outcome.outcome import outcome_of
from pytest_auth_provider.printable import in_one_line
from pytest_auth_provider.processes.command_builder import CommandBuilder
from pytest_auth_provider.processes.program import find_program
from pytest_auth_provider.processes.runner import ChildProcess

if TYPE_CHECKING:
    from fakeprovider import ClientRecord, Provider
    from fakeprovider.dialects import Dialect


VERSION = re.compile(r"(?<![\w.-])v?(\d+(?:\.\w+)+(?:[+-][\w.]+)*|\d+)(?![\w.-])")
"""A version, as in `acme 1.2`, `acme-cli/1.2.3 Python/3.11` and `version v1.2.3-rc1 (2026-01-31)`."""


def check_program(adapter: Adapter) -> None:
    """Make sure that the client's program can be found. Raises `ProgramMissing`."""
    program = adapter.command[0]
    if "{" not in program:
        find_program(adapter, program)


@contextmanager
def provider_for(adapter: Adapter, **settings: object) -> Iterator[Provider]:
    """Serve a provider with what the adapter asks for, for the time of a block; `settings` override the adapter's.

    Unless either says otherwise, device codes may be polled without a pause (`device_interval=0`), for speed.
    """
    from fakeprovider import Provider  # imported late: plugin code is loaded by every pytest run

    settings = {"device_interval": 0, **adapter.provider, **settings}
    settings |= {"origin": adapter.public_origin} if adapter.public_origin else {}
    settings |= {"path": adapter.issuer_path} if adapter.issuer_path and "path" not in settings else {}
    with Provider(_dialect_of(adapter), **settings) as provider:  # type: ignore[arg-type]  # checked by the provider
        for record in adapter.registered.values():
            provider.clients.add(cast("ClientRecord", record))
        serve_api_of(adapter, provider)
        yield provider


def _dialect_of(adapter: Adapter) -> Dialect:
    """Return the dialect of the client's provider, with the adapter's own paths in the place of those it has."""
    from fakeprovider.dialects import find_dialect  # imported late: plugin code is loaded by every pytest run

    dialect = find_dialect(adapter.dialect)
    if not adapter.paths:
        return dialect
    moved = {dialect.paths[name]: path for name, path in adapter.paths.items() if name in dialect.paths}
    routes = {moved.get(path, path): route for path, route in dialect.routes.items()}
    own = {"paths": {**dialect.paths, **adapter.paths}, "routes": routes}
    own_kind: type[Dialect] = type(type(dialect).__name__, (type(dialect),), own)
    return own_kind()


def prepare_home(adapter: Adapter, directory: Path) -> Path | None:
    """Run the adapter's `[home] prepare` command in a sandbox at `directory`; return the HOME to copy for every test.

    None for an adapter that prepares nothing. There is no provider yet: its addresses lead nowhere. Raises
    `ClientError` with the outcome when the command fails, `ProgramMissing` when there is no such program.
    """
    if not adapter.home.prepare:
        return None
    with Sandbox(directory) as sandbox:
        command = CommandBuilder(adapter, sandbox).build(Step(adapter.home.prepare))
        outcome = outcome_of("prepare", command, ChildProcess(command).wait())
    if not outcome.ok:
        raise ClientError(
            f'{adapter.source}: the [home] prepare command of the client "{adapter.name}" failed\n{outcome.describe()}'
        )
    return sandbox.home


class ClientFactory:
    """Make clients for the tests of one process; prepare each HOME and ask each version only once.

    `directory` is where prepared HOMEs and the sandbox of the version command live.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.sign_ins = SignIns(directory)
        self._proxy_ports: dict[Path, int] = {}
        self._homes: dict[str, Path | ClientError | None] = {}
        self._versions: dict[str, str] = {}

    def beside(self, directory: Path) -> ClientFactory:
        """Return a factory for another process, which has sign-ins of its own and knows HOMEs and versions of this."""
        other = ClientFactory(directory)
        other._homes, other._versions = dict(self._homes), dict(self._versions)
        return other

    @contextmanager
    def provider_for(self, adapter: Adapter, **settings: object) -> Iterator[Provider]:
        """Serve a provider as `provider_for` does, where the client has signed in before if that address is free."""
        from fakeprovider.server import PortInUse  # imported late: plugin code is loaded by every pytest run

        with ExitStack() as stack:
            try:
                provider = self._serve(stack, adapter, settings, self.sign_ins.ports_for(adapter, settings))
            except PortInUse:
                stack.close()
                provider = self._serve(stack, adapter, settings, {})
            yield provider

    def _serve(
        self, stack: ExitStack, adapter: Adapter, settings: Mapping[str, object], ports: Mapping[str, object]
    ) -> Provider:
        provider = stack.enter_context(provider_for(adapter, **{**ports, **settings}))
        self.sign_ins.serves(adapter, settings, provider)
        return provider

    @contextmanager
    def client(
        self,
        adapter: Adapter,
        provider: Provider,
        directory: Path,
        on_outcome: OnOutcome | None = None,
        exposure: Exposure | None = None,
        sign_ins: SignIns | None = None,
        *,
        skips_waits: bool = False,
    ) -> Iterator[Client]:
        """Make a client with a fresh sandbox at `directory`; what it left running is ended with the block.

        `on_outcome` is called with each of its outcomes at once. `exposure` collects what puts it to the test. With
        `sign_ins`, an earlier sign-in may be put back; with `skips_waits`, its commands are carried over their waits.
        """
        with (
            Sandbox(directory, self._home(adapter), adapter.home) as sandbox,
            Environment(
                adapter, sandbox, provider, self._proxy_ports.get(directory, 0), skips_waits=skips_waits
            ) as environment,
        ):
            # The next client there finds the same variables, so that what read them can be shared (`processes.warm`).
            (self._proxy_ports[directory],) = environment.gateway.ports
            yield Client(adapter, sandbox, provider, on_outcome, environment, exposure, sign_ins)

    def version(self, adapter: Adapter) -> str:
        """Return the version the client prints, or its first words if it shows no number.

        Empty where the adapter has no `version` command, or it fails.
        """
        if adapter.name not in self._versions:
            self._versions[adapter.name] = self._ask_version(adapter) if adapter.version else ""
        return self._versions[adapter.name]

    def _home(self, adapter: Adapter) -> Path | None:
        if adapter.name not in self._homes:
            try:
                self._homes[adapter.name] = prepare_home(adapter, self.directory / f"home-{folder_of(adapter.name)}")
            except ClientError as error:  # it would fail for every test, and the first one says all there is to say
                self._homes[adapter.name] = error
        home = self._homes[adapter.name]
        if isinstance(home, ClientError):
            raise home
        return home

    def _ask_version(self, adapter: Adapter) -> str:
        with Sandbox(
            self.directory / f"version-{folder_of(adapter.name)}", self._home(adapter), adapter.home
        ) as sandbox:
            ended = ChildProcess(CommandBuilder(adapter, sandbox).build(Step(adapter.version))).wait()
        if ended.timed_out or ended.exit_code != 0:
            return ""
        printed = ended.stdout.strip() or ended.stderr.strip()
        numbered = VERSION.search(printed)
        return numbered[1] if numbered else in_one_line(" ".join(printed.split())[:40])


class ClientGroup:
    """Make clients that are alike, each with a provider and a sandbox of its own, and end all of them together.

    For a contract whose cases wait long and would disturb each other at one provider: they wait at the same time.

    Their sandboxes are folders of `directory`, called 1, 2 and so on. `settings` are those of every provider. What any
    of the clients does is passed to `on_outcome`; `exposure` collects what puts them to the test. With `skips_waits`,
    their commands are carried over their waits.
    """

    def __init__(
        self,
        adapter: Adapter,
        factory: ClientFactory,
        directory: Path,
        on_outcome: OnOutcome | None = None,
        exposure: Exposure | None = None,
        settings: Mapping[str, object] | None = None,
        *,
        skips_waits: bool = False,
    ) -> None:
        self.adapter = adapter
        self.exposure = exposure or Exposure()
        self._factory = factory
        self._directory = directory
        self._on_outcome = on_outcome
        self._settings = dict(settings or {})
        self._skips_waits = skips_waits
        self._providers: list[Provider] = []
        self._stack = ExitStack()

    def new(self, hosts: Mapping[str, str] | None = None) -> Client:
        """Return another client, not signed in, pointed at a provider that nobody else speaks to.

        `hosts` are such as those of an adapter: hosts that the proxy of its sandbox answers for over https, and what
        stands for each. Where one of them is the `provider`, that is its address.
        """
        adapter = replace(self.adapter, hosts={**self.adapter.hosts, **hosts}) if hosts else self.adapter
        provider = self._stack.enter_context(provider_for(adapter, **self._settings))
        self._providers.append(provider)
        sandbox = self._directory / str(len(self._providers))
        making = self._factory.client(
            adapter, provider, sandbox, self._on_outcome, self.exposure, skips_waits=self._skips_waits
        )
        return self._stack.enter_context(making)

    def close(self) -> None:
        """End every client and every provider. Raises `RuntimeError` where a provider itself failed."""
        self._stack.close()
        for crash in (crash for provider in self._providers for crash in provider.crashes):
            raise RuntimeError(f"the provider itself failed: {crash!r}") from crash

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()
