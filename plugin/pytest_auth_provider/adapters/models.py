"""The adapter: everything we must be told about a client, as one frozen value.

Each key of an adapter file is declared once, here: its name, its type in Python, how TOML writes it (a type of
`field_types`) and, in the docstring below it, its meaning. The reader and the JSON Schema are made from these
declarations. The classes are plain dataclasses: made in Python, they are taken as they are and cost nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from pathlib import Path
from typing import Annotated, ClassVar, TypeVar

from pydantic import AfterValidator, BeforeValidator, Discriminator, Tag, WrapValidator
from pydantic_core.core_schema import ValidatorFunctionWrapHandler

from pytest_auth_provider.adapters.annotations import IN_TOML, Names, OneOf, ReadAs, Table
from pytest_auth_provider.adapters.complaints import expected
from pytest_auth_provider.adapters.field_types import (
    Contracts,
    Count,
    EntryPoint,
    Environment,
    ExitCodes,
    Files,
    Flag,
    HostKey,
    HostPatterns,
    InnerPathOrPaths,
    InnerPaths,
    Packages,
    Policies,
    Ports,
    Program,
    Seconds,
    Template,
    Text,
    Words,
    known_sides,
)
from pytest_auth_provider.adapters.messages import Awaited, AwaitedInToml, Messages, StdioPlan
from pytest_auth_provider.adapters.phrases import DEFAULT_PHRASES, Phrase, PhraseInToml
from pytest_auth_provider.adapters.provider_types import (
    Dialect,
    EndpointPaths,
    IssuerPath,
    ProviderSettings,
    Registered,
    Routes,
    Stubs,
)
from pytest_auth_provider.adapters.vocabulary import ACTIONS, POLICIES, RENAMED, SAYINGS, USUAL_POLICIES, renamed
from pytest_auth_provider.errors import AdapterError

DEFAULT_CLIENT_ID = "auth-provider-client"
SUCCESS = frozenset({0})
"""The exit codes of a command that went well, where nothing else is declared."""

BROWSERS = ("shim", "printed", "none")
TARGETS = ("provider", "api", "stubs")
"""What an impersonated host can stand for."""

KINDS = ("process", "python", "stdio")
STARTS = ("cold", "warm")
TIMES = ("auto", "python", "faketime", "tokens")


@dataclass(frozen=True)
class Step:
    """One command of an action: what is added to the program, and how it should end."""

    __pydantic_config__: ClassVar = IN_TOML

    args: Words = ()
    """Arguments behind the program."""
    stdin: Annotated[str | None, ReadAs(Template)] = None
    """Standard input; without it, it is empty."""
    env: Environment = field(default_factory=dict)
    """Variables of this command besides those of the adapter."""
    timeout: Annotated[float | None, ReadAs(Seconds)] = None
    """Seconds after which the command is killed; without it, the adapter's `timeout`."""
    exit: ExitCodes = SUCCESS
    """Exit codes of a command that went as it should."""
    send: Messages = ()
    """Messages to send to a long-lived child, instead of arguments."""
    until: Annotated[Awaited | None, ReadAs(AwaitedInToml)] = None
    """The notification of a long-lived child that ends the step."""


def _step(table: Mapping[str, object], read: ValidatorFunctionWrapHandler) -> Step:
    """Read the table of a step; one that sends messages is shown by the names of their methods."""
    step: Step = read(table)
    if step.send and "args" not in table:
        return replace(step, args=tuple(message.method for message in step.send))
    return step


def _steps(value: object) -> object:
    if not isinstance(value, (str, list, dict)):
        raise expected("arguments, a table with args, or an array of steps", value)
    return value


def _one_or_several(value: object) -> str:
    """Tell an array of steps from one step: an array of strings is one, by its arguments."""
    several = isinstance(value, list) and not all(isinstance(word, str) for word in value)
    return "<several>" if several else "<one>"


_OneStep = Annotated[
    Annotated[Step, WrapValidator(_step), Table("a key of a step"), Tag("<table>")]
    | Annotated[Words, AfterValidator(Step), Tag("<plain>")],
    Discriminator(lambda value: "<table>" if isinstance(value, dict) else "<plain>"),
]
Steps = Annotated[
    tuple[Step, ...],
    ReadAs(
        Annotated[
            Annotated[_OneStep, AfterValidator(lambda step: (step,)), Tag("<one>")]
            | Annotated[tuple[_OneStep, ...], Tag("<several>")],
            Discriminator(_one_or_several),
        ]
    ),
    BeforeValidator(_steps),
]
"""An action: the arguments of a command, a table for one step, or an array of steps."""

Actions = Annotated[Mapping[str, Steps], Names("an action", ACTIONS)]


@dataclass(frozen=True)
class Switch:
    """How to put a client on another side of a policy."""

    __pydantic_config__: ClassVar = IN_TOML

    env: Environment = field(default_factory=dict)
    """Variables of every command, besides those of the adapter."""
    run: Actions = field(default_factory=dict)
    """Actions that replace those of the adapter."""
    args: Words = ()
    """Arguments directly behind the program."""


@dataclass(frozen=True)
class HomePlan:
    """How to prepare a HOME once and copy it for every test, for tools whose first run is slow."""

    __pydantic_config__: ClassVar = IN_TOML

    prepare: Words = ()
    """Arguments of the command that fills the HOME."""
    keep: InnerPaths = ()
    """Paths below HOME; where given, they alone are copied."""
    reset: InnerPaths = ()
    """Paths below HOME that are not copied."""


@dataclass(frozen=True)
class ForeignProject:
    """A directory that somebody else has prepared, such as a cloned repository, and how the client works in it."""

    __pydantic_config__: ClassVar = IN_TOML

    files: Files = field(default_factory=dict)
    """Path below the directory = content. Its placeholders stand for a stranger's provider and API, not for ours."""
    env: Environment = field(default_factory=dict)
    """Variables of every command there, besides those of the adapter, as for a user who leaves it to the directory."""


_Class = TypeVar("_Class")


def _with_former_names(cls: type[_Class]) -> type[_Class]:
    """Answer the former names of keys with the names they have now, in the constructor and as attributes."""
    construct: Callable[..., None] = vars(cls)["__init__"]

    @functools.wraps(construct)
    def init(self: object, *args: object, **kwargs: object) -> None:
        for name in kwargs.keys() & RENAMED.keys():
            raise TypeError(f"{cls.__name__}({name}=...): {renamed(name)}")
        construct(self, *args, **kwargs)

    def missing_attribute(_self: object, name: str) -> object:
        if name in RENAMED:
            raise AttributeError(f"{cls.__name__}.{name}: {renamed(name)}")
        raise AttributeError(f"{cls.__name__!r} object has no attribute {name!r}")

    setattr(cls, "__init__", init)  # noqa: B010 - mypy, too, keeps the constructor of the dataclass
    setattr(cls, "__getattr__", missing_attribute)  # noqa: B010 - and the attributes of the dataclass
    return cls


@_with_former_names
@dataclass(frozen=True)
class Adapter:
    """What is known of a client: how to run it, what it says, which policies it declares.

    Texts may hold placeholders such as `{issuer}`. docs/browser-and-network.md tells more of the keys from `browser`
    to `stubs`, docs/kinds-of-client.md of those from `kind` to `time`.
    """

    __pydantic_config__: ClassVar = IN_TOML

    # Messages list the keys in this order. Positional arguments are name, command, run, source and root, in that order.
    name: str
    command: Program
    """The program and its leading arguments. A path with a slash starts from the directory of the adapter file."""
    _: KW_ONLY
    version: Words = ()
    """Arguments that print the version."""
    install: Text = ""
    """How to install the program, for the message where it is missing."""
    docs: Text = ""
    """Where the tool is documented."""
    dialect: Dialect = "rfc"
    """The provider family that the client speaks to."""
    timeout: Seconds = 30.0
    """Seconds after which a command is killed, with all it started."""
    client_id: Text = DEFAULT_CLIENT_ID
    """The client id, for `{client_id}`."""
    credentials: InnerPathOrPaths = ()
    """Files below HOME that hold credentials, where no issued token can be seen in them."""
    reveal: Annotated[Words, ReadAs(Program)] = ()
    """The program, and its arguments, that prints in the clear what the files of `credentials` hold."""
    token_variable: Text = ""
    """The variable that gives the client an access token, which it uses beside or instead of its stored session."""
    port_variable: Text = ""
    """The variable that tells the client at which port the browser comes back to it."""
    provider: ProviderSettings = field(default_factory=dict)
    """Settings of the provider."""
    paths: EndpointPaths = field(default_factory=dict)
    """Endpoint = its path below the issuer, where the client has other paths built in than those of the dialect."""
    issuer_path: IssuerPath = ""
    """The path of the issuer, such as `/realms/acme`, where it is not that of the dialect."""
    registered: Registered = field(default_factory=dict)
    """Client id = what the provider knows of that client: its secret, its redirect URIs, how it authenticates."""
    api: Routes = field(default_factory=dict)
    """`METHOD /path` = what the tool's own API answers there."""
    env: Environment = field(default_factory=dict)
    """Variables of every command."""
    files: Files = field(default_factory=dict)
    """Path below HOME = content, written before the first command."""
    run: Actions = field(kw_only=False)
    """Action = its arguments, a table for one step, or an array of steps. `login` is required."""
    source: str = field(default="Python", kw_only=False)
    root: Path = field(default_factory=Path.cwd, kw_only=False)
    says: Annotated[Mapping[str, Phrase], ReadAs(dict[str, PhraseInToml]), Names("a saying", SAYINGS)] = field(
        default_factory=dict
    )
    """Saying = regular expressions, or a table; without it, what tools usually say."""
    policies: Policies = field(default_factory=dict)
    """Policy = the side that the client is on, or a number of seconds."""
    switches: Annotated[
        Mapping[str, Mapping[str, Switch]],
        ReadAs(dict[str, Annotated[dict[str, Annotated[Switch, Table("a key of a switch")]], Names()]]),
        BeforeValidator(known_sides),
        Names("a policy", tuple(POLICIES)),
    ] = field(default_factory=dict)
    """`[switches.<policy>.<side>]` = how to put the client on another side."""
    exits: Annotated[Mapping[str, ExitCodes], Names("an action or a saying", (*ACTIONS, *SAYINGS))] = field(
        default_factory=dict
    )
    """Action or saying = its exit code, or an array of them."""
    promises: Contracts = ()
    """Contracts of level SHOULD or MAY that the client promises to keep: for it they are a MUST."""
    deviations: Annotated[Mapping[str, Text], Names()] = field(default_factory=dict)
    """Contract = the reason why the client is known not to keep it."""
    not_for_us: Annotated[Mapping[str, Text], Names()] = field(default_factory=dict)
    """Contract = the reason why it is not meant for the client, which is then not asked to keep it."""
    home: Annotated[HomePlan, Table("a key of home")] = field(default_factory=HomePlan)
    """A HOME that is prepared once and copied for every test."""
    project: Annotated[ForeignProject, Table("a key of project")] = field(default_factory=ForeignProject)
    """A project directory that points the client at a stranger."""
    browser: Annotated[str, OneOf(*BROWSERS)] = "both"
    """What is visited: what is opened (`shim`), what is printed, or nothing; without the key both."""
    terminal: Flag = False
    """Run the client in a terminal of 200 columns."""
    real_browser: Flag = False
    """Visit pages on this machine with headless Chromium, which must be installed."""
    ports: Ports = ()
    """Ports that the callback cannot choose: tests that need one run one at a time."""
    allow_hosts: HostPatterns = ()
    """Hosts whose contact is recorded and refused, but no finding; `*` stands for any characters."""
    audit_connections: Flag = False
    """Run commands under strace and report connections that ignore the proxy."""
    call_budget: Count = 100
    """Requests to one endpoint that one action may make in quick succession; more of them are a storm."""
    hosts: Annotated[Mapping[str, str], ReadAs(dict[HostKey, Annotated[str, OneOf(*TARGETS)]]), Names()] = field(
        default_factory=dict
    )
    """Host that is built into the client = what stands for it."""
    stubs: Stubs = ()
    """Fixed answers of hosts."""
    kind: Annotated[str, OneOf(*KINDS)] = "process"
    """A program, an entry point that is called in this process, or a long-lived child that is sent messages."""
    entry: EntryPoint = ""
    """For `python`: what is called, as in `mytool.cli:main`."""
    fresh: Packages = ()
    """For `python`: packages that are imported anew for every action."""
    stdio: Annotated[StdioPlan, Table("a key of stdio")] = field(default_factory=StdioPlan)
    """For `stdio`: how to talk to the child."""
    time: Annotated[str, OneOf(*TIMES)] = "auto"
    """How the client's clock is moved; `tokens` are short-lived ones instead."""
    start: Annotated[str, OneOf(*STARTS)] = "cold"
    """How commands start; `warm` forks those of a Python program from a process that has imported it already."""

    @property
    def phrases(self) -> Mapping[str, Phrase]:
        """Every phrase the client can be asked for: its own, and the usual ones where it has none."""
        return {**DEFAULT_PHRASES, **self.says}

    @property
    def public_origin(self) -> str:
        """The origin of the provider that is built into the client, `https://` and a host; empty for other clients."""
        return next((f"https://{host}" for host, target in self.hosts.items() if target == "provider"), "")

    def exit_codes(self, name: str) -> frozenset[int]:
        """Return the declared exit codes of an action (0 by default) or of a situation (empty unless declared)."""
        if name in self.exits:
            return self.exits[name]
        steps = self.run.get(name)
        return steps[-1].exit if steps else frozenset()

    def offers(self, policy: str, value: str) -> bool:
        """Return whether the client is on this side of the policy, or can be put there."""
        return self.policies.get(policy, USUAL_POLICIES.get(policy)) == value or value in self.switches.get(policy, {})

    def slowed(self, times: float) -> Adapter:
        """Return the same client, each of whose commands has so many times as many seconds."""

        def slow(step: Step) -> Step:
            return step if step.timeout is None else replace(step, timeout=step.timeout * times)

        run = {name: tuple(map(slow, steps)) for name, steps in self.run.items()}
        return replace(self, timeout=self.timeout * times, run=run)

    def switched(self, policy: str, value: str) -> Adapter:
        """Return the same client on this side of the policy.

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
