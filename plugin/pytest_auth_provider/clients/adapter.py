"""The adapter: everything we must be told about a client, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pytest_auth_provider.clients.errors import AdapterError
from pytest_auth_provider.clients.messages import Awaited, Message, StdioPlan
from pytest_auth_provider.clients.phrase import Phrase
from pytest_auth_provider.clients.phrases import DEFAULT_PHRASES
from pytest_auth_provider.clients.words import USUAL_POLICIES

DEFAULT_CLIENT_ID = "auth-provider-client"
SUCCESS = frozenset({0})


@dataclass(frozen=True)
class Step:
    """One command of an action: what is added to the program, and how it should end.

    `stdin` None means an empty standard input. `timeout` is in seconds, None means the adapter's. `exit` holds the exit
    codes of a command that went as it should. A long-lived child is sent messages instead, `until` a notification.
    """

    args: tuple[str, ...] = ()
    stdin: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    timeout: float | None = None
    exit: frozenset[int] = SUCCESS
    send: tuple[Message, ...] = ()
    until: Awaited | None = None


@dataclass(frozen=True)
class Switch:
    """How to put a client on another side of a policy: variables, replaced actions, arguments after the program."""

    env: Mapping[str, str] = field(default_factory=dict)
    run: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    args: tuple[str, ...] = ()


@dataclass(frozen=True)
class HomePlan:
    """How to prepare a HOME once and copy it for every test, for tools whose first run is slow.

    `prepare` are the arguments of the command that fills it; `keep`, when given, are the only paths that are copied,
    and `reset` are paths that are not. All below HOME.
    """

    prepare: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    reset: tuple[str, ...] = ()


@dataclass(frozen=True)
class Adapter:
    """What we know of a client: how to run it, what it says, which policies it declares.

    `source` says where the adapter was written down, `root` is the directory its relative program path starts from,
    `timeout` bounds each command in seconds. Texts may hold placeholders such as `{issuer}`. The last few say what its
    world is like and what kind it is: docs/browser-and-network.md and docs/kinds-of-client.md tell what each is for.
    """

    name: str
    command: tuple[str, ...]
    run: Mapping[str, tuple[Step, ...]]
    source: str = "Python"
    root: Path = field(default_factory=Path.cwd)
    version: tuple[str, ...] = ()
    install: str = ""
    docs: str = ""
    dialect: str = "rfc"
    timeout: float = 30.0
    client_id: str = DEFAULT_CLIENT_ID
    provider: Mapping[str, object] = field(default_factory=dict)
    api: Mapping[str, object] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    credentials: tuple[str, ...] = ()
    says: Mapping[str, Phrase] = field(default_factory=dict)
    policies: Mapping[str, str] = field(default_factory=dict)
    switches: Mapping[str, Mapping[str, Switch]] = field(default_factory=dict)
    exits: Mapping[str, frozenset[int]] = field(default_factory=dict)
    deviations: Mapping[str, str] = field(default_factory=dict)
    home: HomePlan = field(default_factory=HomePlan)
    browser: str = "both"
    terminal: bool = False
    real_browser: bool = False
    ports: tuple[int, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    hosts: Mapping[str, str] = field(default_factory=dict)
    stubs: tuple[Mapping[str, object], ...] = ()
    airtight: bool = False
    kind: str = "process"
    entry: str = ""
    fresh: tuple[str, ...] = ()
    stdio: StdioPlan = field(default_factory=StdioPlan)
    time: str = "auto"

    @property
    def phrases(self) -> Mapping[str, Phrase]:
        """Every phrase the client can be asked for: its own, and the usual ones where it has none."""
        return {**DEFAULT_PHRASES, **self.says}

    @property
    def public_origin(self) -> str:
        """Where the client believes its provider to be, when that is built into it; empty otherwise."""
        return next((f"https://{host}" for host, target in self.hosts.items() if target == "provider"), "")

    def exit_codes(self, name: str) -> frozenset[int]:
        """The declared exit codes of an action (0 by default) or of a situation (empty unless declared)."""
        if name in self.exits:
            return self.exits[name]
        steps = self.run.get(name)
        return steps[-1].exit if steps else frozenset()

    def offers(self, policy: str, value: str) -> bool:
        """Is the client on this side of the policy, or can it be put there?"""
        return self.policies.get(policy, USUAL_POLICIES.get(policy)) == value or value in self.switches.get(policy, {})

    def switched(self, policy: str, value: str) -> Adapter:
        """The same client on this side of the policy.

        Raises `AdapterError` where the adapter does not say how to get there.
        """
        switch = self.switches.get(policy, {}).get(value)
        if switch is None:
            if self.policies.get(policy) == value:
                return self
            raise AdapterError(
                f'{self.source}: not on the side {policy} = "{value}" '
                f"and has no [switches.{policy}.{value}] that says how to put it there"
            )
        return replace(
            self,
            command=self.command + switch.args,
            env={**self.env, **switch.env},
            run={**self.run, **switch.run},
            policies={**self.policies, policy: value},
        )
