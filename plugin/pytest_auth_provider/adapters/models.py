"""The adapter: everything we must be told about a client, as one frozen value."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from pytest_auth_provider.adapters.phrases import DEFAULT_PHRASES, Phrase
from pytest_auth_provider.adapters.placeholders import placeholders_in
from pytest_auth_provider.adapters.vocabulary import (
    ACTIONS,
    PLACEHOLDERS,
    POLICIES,
    SAYINGS,
    USUAL_POLICIES,
    did_you_mean,
    own_name,
)
from pytest_auth_provider.errors import AdapterError

if TYPE_CHECKING:
    from fakeprovider import ApiRoute


# FROM plugin/pytest_auth_provider/clients/messages.py: What an adapter says to a long-lived child, and what it waits for.


@dataclass(frozen=True)
class Message:
    """A request, or with `notify` a notification, which nobody answers. Texts in `params` may hold placeholders.

    `needs` names members of the result without which it is no success: some answer null where others answer an error.
    """

    method: str
    params: Any = None
    notify: bool = False
    needs: tuple[str, ...] = ()

    def body(self, fill: Callable[[str], str]) -> dict[str, Any]:
        """The members of the message, but for its id."""
        params = {} if self.params is None else {"params": filled(self.params, fill)}
        return {"method": self.method, **params}

    def went_well(self, answer: Mapping[str, Any]) -> bool:
        """Is this the answer to a request that was granted?"""
        result = answer.get("result")
        said = result if isinstance(result, dict) else {}
        return "result" in answer and all(said.get(name) is not None for name in self.needs)


@dataclass(frozen=True)
class Awaited:
    """The notification that ends an action: one of this method. It went well if its params hold all of `where`."""

    method: str
    where: Mapping[str, Any] = field(default_factory=dict)

    def is_met_by(self, notification: Mapping[str, Any]) -> bool:
        """Is this the notification?"""
        return notification.get("method") == self.method

    def went_well(self, notification: Mapping[str, Any]) -> bool:
        """Does it say what it should?"""
        params = notification.get("params")
        said = params if isinstance(params, dict) else {}
        return all(name in said and said[name] == value for name, value in self.where.items())


@dataclass(frozen=True)
class StdioPlan:
    """How to talk to a long-lived child: its command is followed by `args`. `start` is sent once, before all else."""

    framing: str = "json-lines"
    args: tuple[str, ...] = ()
    start: tuple[Message, ...] = ()


def filled(value: Any, fill: Callable[[str], str]) -> Any:
    """A JSON value with the placeholders in its strings replaced."""
    if isinstance(value, str):
        return fill(value)
    if isinstance(value, dict):
        return {name: filled(entry, fill) for name, entry in value.items()}
    return [filled(entry, fill) for entry in value] if isinstance(value, list) else value


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


# FROM plugin/pytest_auth_provider/clients/schema.py: Readers of TOML values that complain like a person: which file, which key, what was expected, what is there.
#
# A reader takes the place of a value and the value and returns what the adapter keeps, or raises `AdapterError`.


_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Place:
    """Where a value stands: the file, and its dotted key as TOML writes it."""

    file: str
    key: str = ""

    def __truediv__(self, name: str) -> Place:
        part = name if _BARE_KEY.fullmatch(name) else json.dumps(name, ensure_ascii=False)
        return Place(self.file, f"{self.key}.{part}" if self.key else part)

    def __str__(self) -> str:
        return f"{self.file}: {self.key}" if self.key else self.file

    def expected(self, what: str, value: object) -> AdapterError:
        """The complaint that `value` is not `what`."""
        return AdapterError(f"{self}: expected {what}; got {_shown(value)}")

    def missing(self, what: str) -> AdapterError:
        """The complaint that there is nothing here, and `what` to do about it."""
        return AdapterError(f"{self}: missing; {what}")

    def unknown(self, name: str, what: str, accepted: Collection[str]) -> AdapterError:
        """The complaint that `name` is no known `what`, with the names that are."""
        hint = did_you_mean(name, accepted) or "."
        return AdapterError(f"{self}: not {what}{hint} Accepted: {', '.join(accepted)}")


Reader = Callable[[Place, object], Any]


def _shown(value: object) -> str:
    """A TOML value and its kind, on one short line."""
    kinds = {bool: "a boolean", str: "a string", int: "an integer", float: "a float", list: "an array", dict: "a table"}
    text = json.dumps(value, ensure_ascii=False, default=str)
    if len(text) > 60:
        text = text[:57] + "..."
    return f"{text} ({kinds.get(type(value), 'a date or time')})"


def table(place: Place, value: object) -> dict[str, object]:
    """Any table, as it is."""
    if not isinstance(value, dict):
        raise place.expected("a table", value)
    return value


def text(place: Place, value: object) -> str:
    """A string with something in it."""
    if not isinstance(value, str) or not value.strip():
        raise place.expected("a string that is not empty", value)
    return value


def template(place: Place, value: object) -> str:
    """A string, perhaps empty, in which `{placeholders}` are allowed."""
    if not isinstance(value, str):
        raise place.expected("a string", value)
    for name in placeholders_in(value):
        if name not in PLACEHOLDERS:
            what = f"a placeholder: {{{name}}}"
            raise (place).unknown(name, what, tuple(PLACEHOLDERS))
    return value


def words(place: Place, value: object) -> tuple[str, ...]:
    """Arguments: a string, split as a shell would, or an array of strings."""
    if isinstance(value, str):
        try:
            value = shlex.split(value)
        except ValueError as problem:
            raise AdapterError(f"{place}: a shell could not split {json.dumps(value)}: {problem}") from None
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise place.expected("arguments as a string or an array of strings", value)
    return tuple(template(place, word) for word in value)


def command(place: Place, value: object) -> tuple[str, ...]:
    """A program and its leading arguments."""
    found = words(place, value)
    if not found or not found[0]:
        raise place.expected('a program and its arguments, such as ["my-tool"]', value)
    return found


def seconds(place: Place, value: object) -> float:
    """A time span in seconds, greater than 0."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
        raise place.expected("seconds, a number greater than 0", value)
    return float(value)


def flag(place: Place, value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise place.expected("true or false", value)
    return value


def one_of(*accepted: str) -> Reader:
    """A reader of one of these strings."""

    def reader(place: Place, value: object) -> str:
        if value not in accepted:
            raise place.expected(" or ".join(f'"{one}"' for one in accepted), value)
        return str(value)

    return reader


def exit_codes(place: Place, value: object) -> frozenset[int]:
    """One exit code or several."""
    codes = value if isinstance(value, list) else [value]
    if not codes or not all(type(code) is int and 0 <= code <= 255 for code in codes):
        raise place.expected("an exit code from 0 to 255, or an array of them", value)
    return frozenset(codes)


def inner_path(place: Place, value: object) -> str:
    """A path that stays below the sandbox: relative to HOME, or starting with a placeholder."""
    found = template(place, value)
    path = PurePosixPath(found)
    if not found or path.is_absolute() or ".." in path.parts:
        raise place.expected("a path below HOME, relative and without ..", value)
    return found


def inner_paths(place: Place, value: object) -> tuple[str, ...]:
    """Several such paths."""
    if not isinstance(value, list):
        raise place.expected("an array of paths below HOME", value)
    return tuple(inner_path(place, path) for path in value)


def pattern(place: Place, value: object) -> re.Pattern[str]:
    """A regular expression; case does not matter, `^` and `$` match at every line."""
    source = text(place, value)
    try:
        return re.compile(source, re.IGNORECASE | re.MULTILINE)
    except re.error as problem:
        raise AdapterError(f"{place}: {json.dumps(source)} is not a regular expression: {problem}") from None


def patterns(place: Place, value: object) -> tuple[re.Pattern[str], ...]:
    """One regular expression or several; any of them may match."""
    several = value if isinstance(value, list) else [value]
    if not several:
        raise place.expected("a regular expression, or an array of them", value)
    return tuple(pattern(place, one) for one in several)


def mapping(read: Reader, what: str = "", known: Collection[str] = (), check: Reader | None = None) -> Reader:
    """A reader of tables whose values are all read by `read`.

    Keys come from `known` or start with `x-`, where `known` is given; `check` reads each key.
    """

    def reader(place: Place, value: object) -> dict[str, Any]:
        found = {}
        for name, entry in table(place, value).items():
            if known and name not in known and not own_name(name):
                raise (place / name).unknown(name, what, [*known, "x-..."])
            if check is not None:
                check(place / name, name)
            found[name] = read(place / name, entry)
        return found

    return reader


def fields(place: Place, value: object, readers: Mapping[str, Reader], what: str) -> dict[str, Any]:
    """A table with fixed keys: each value read by the reader of its key, keys that are absent left out."""
    found = {}
    for name, entry in table(place, value).items():
        if name not in readers:
            raise (place / name).unknown(name, what, tuple(readers))
        found[name] = readers[name](place / name, entry)
    return found


# FROM plugin/pytest_auth_provider/clients/surroundings_table.py: The keys of an adapter that say what the world around its client is like: browser, terminal, ports and hosts.


BROWSERS = ("shim", "printed", "none")
TARGETS = ("provider", "api", "stubs")
"""What an impersonated host can stand for."""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", re.IGNORECASE)


def host(place: Place, value: object) -> str:
    """The name of a host, nothing more."""
    if not isinstance(value, str) or not _HOST.fullmatch(value):
        raise place.expected('the name of a host, such as "api.example.com", without scheme, port or path', value)
    return value.lower()


def _host_patterns(place: Place, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise place.expected('an array of hosts, such as ["telemetry.example.com", "*.example.net"]', value)
    for pattern in value:
        host(place, pattern.replace("*", "x") if isinstance(pattern, str) else pattern)
    return tuple(value)


def _ports(place: Place, value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(type(port) is int and 0 < port < 65536 for port in value):
        raise place.expected("an array of ports from 1 to 65535, such as [8090]", value)
    return tuple(value)


def _path(place: Place, value: object) -> str:
    if not isinstance(value, str) or not value.startswith("/"):
        raise place.expected('a path that starts with /, such as "/user" or "/repos/*"', value)
    return value


def status(place: Place, value: object) -> int:
    """A status of HTTP that ends a request."""
    if type(value) is not int or not 200 <= value <= 599:
        raise place.expected("a status from 200 to 599", value)
    return value


_STUB: dict[str, Reader] = {
    "host": host,
    "path": _path,
    "method": one_of(*METHODS),
    "status": status,
    "json": lambda _place, value: value,
}


def _stub(place: Place, value: object) -> dict[str, Any]:
    found = fields(place, value, _STUB, "a key of a stub")
    for name in ("host", "path"):
        if name not in found:
            raise (place / name).missing(f"say which {name} is answered for")
    return found


def _stubs(place: Place, value: object) -> tuple[dict[str, Any], ...]:
    if not isinstance(value, list):
        raise place.expected("an array of tables, each one written as [[stubs]]", value)
    return tuple(_stub(place / str(number), stub) for number, stub in enumerate(value))


SURROUNDINGS: dict[str, Reader] = {
    "browser": one_of(*BROWSERS),
    "terminal": flag,
    "real_browser": flag,
    "ports": _ports,
    "allow_hosts": _host_patterns,
    "airtight": flag,
    "hosts": mapping(one_of(*TARGETS), check=host),
    "stubs": _stubs,
}
"""Key -> how it is read."""


# FROM plugin/pytest_auth_provider/clients/api_table.py: The key `[api]` of an adapter: what a tool's own API answers, besides what the provider's API says by itself.


def _json(place: Place, value: object) -> object:
    """Anything that JSON can say: TOML has dates and times, infinity and nan besides."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        raise place.expected(
            'a value that JSON has, too (write a time as a string, "2026-01-31T12:00:00Z")', value
        ) from None
    return value


OF_ROUTE: dict[str, Reader] = {"json": _json, "status": status, "scope": text}
"""Key -> how it is read, of a table that says more of a route than its answer."""


def _route(place: Place, value: object) -> ApiRoute:
    """A route: a table with `json`, perhaps `status` and `scope`, or any other value, which is the answer itself."""
    from fakeprovider import ApiRoute  # imported late: plugin code is loaded by every pytest run

    if not isinstance(value, dict) or not value or not (value.keys() <= OF_ROUTE.keys() or "json" in value):
        return ApiRoute(_json(place, value))
    if "json" not in value:
        raise (place / "json").missing("the answer itself goes there, as in { status = 201, json = { id = 1 } }")
    found: dict[str, Any] = fields(
        place, value, OF_ROUTE, "a key of a route, and the answer itself belongs into its json"
    )
    return ApiRoute(found["json"], found.get("scope", ""), found.get("status", 200))


def api(place: Place, value: object) -> dict[str, ApiRoute]:
    """`METHOD /path` = the answer, for each route."""
    from fakeprovider.errors import SettingError
    from fakeprovider.state.api_routes import ApiRoutes  # imported late, as above

    routes = ApiRoutes()
    for where, answer in table(place, value).items():
        try:
            routes[where] = _route(place / where, answer)
        except SettingError as problem:
            raise AdapterError(f"{place / where}: {problem}") from None
    return dict(routes)


# FROM plugin/pytest_auth_provider/clients/kinds_table.py: The keys of an adapter that say what kind of client it is, and how its clock is moved.


KINDS = ("process", "python", "stdio")
TIMES = ("auto", "python", "faketime", "tokens")
FRAMINGS = ("json-lines",)

_NAME = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
_ENTRY = re.compile(rf"{_NAME}:{_NAME}")


def _entry(place: Place, value: object) -> str:
    if not isinstance(value, str) or not _ENTRY.fullmatch(value):
        raise place.expected('an entry point, such as "mytool.cli:main"', value)
    return value


def _packages(place: Place, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and re.fullmatch(_NAME, one) for one in value):
        raise place.expected('an array of packages, such as ["mytool"]', value)
    return tuple(value)


def _message_json(place: Place, value: object) -> Any:
    """Any JSON value; placeholders in its strings are checked."""
    if isinstance(value, dict):
        return {name: _message_json(place / name, entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [_message_json(place / str(number), entry) for number, entry in enumerate(value)]
    if isinstance(value, str) and placeholders_in(value):
        return template(place, value)
    if not isinstance(value, (str, int, float, bool)):
        raise place.expected("something JSON can hold", value)
    return value


def _members(place: Place, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
        raise place.expected('an array of names, such as ["authToken"]', value)
    return tuple(value)


_MESSAGE: dict[str, Reader] = {"method": text, "params": _message_json, "notify": flag, "needs": _members}
_AWAITED: dict[str, Reader] = {"method": text, "where": lambda place, value: _message_json(place, table(place, value))}


def _message(place: Place, value: object) -> Message:
    found = fields(place, value, _MESSAGE, "a key of a message")
    if "method" not in found:
        raise (place / "method").missing('say which method is called, such as method = "account/read"')
    return Message(**found)


def messages(place: Place, value: object) -> tuple[Message, ...]:
    """One message or several."""
    several = value if isinstance(value, list) else [value]
    return tuple(_message(place / str(number), one) for number, one in enumerate(several))


def awaited(place: Place, value: object) -> Awaited:
    """The notification that ends an action."""
    found = fields(place, value, _AWAITED, "a key of what is waited for")
    if "method" not in found:
        raise (place / "method").missing("say which notification ends the action")
    return Awaited(**found)


def _stdio(place: Place, value: object) -> StdioPlan:
    readers: dict[str, Reader] = {"framing": one_of(*FRAMINGS), "args": words, "start": messages}
    return StdioPlan(**fields(place, value, readers, "a key of stdio"))


KINDS_TABLE: dict[str, Reader] = {
    "kind": one_of(*KINDS),
    "entry": _entry,
    "fresh": _packages,
    "stdio": _stdio,
    "time": one_of(*TIMES),
}
"""Key -> how it is read."""


def check_kind(place: Place, found: dict[str, Any]) -> None:
    """Complain about keys of another kind, and fill in the command of a Python client. Raises `AdapterError`."""
    kind = found.get("kind", "process")
    for key, its_kind in (("entry", "python"), ("fresh", "python"), ("stdio", "stdio")):
        if key in found and kind != its_kind:
            raise AdapterError(f'{place / key}: only for kind = "{its_kind}"; this client is of kind "{kind}"')
    if kind == "python":
        if "entry" not in found:
            raise (place / "entry").missing('say what is called, such as entry = "mytool.cli:main"')
        if "command" not in found:
            from pytest_auth_provider.adapters.entry_point import EntryPoint  # imported late: few want it

            found["command"] = EntryPoint.parse(found["entry"]).command()
    for action, steps in found.get("run", {}).items():
        for step in steps:
            if bool(step.send) != (kind == "stdio"):
                wanted = "messages to send" if kind == "stdio" else 'arguments; messages are for kind = "stdio"'
                raise AdapterError(f"{place / 'run' / action}: expected {wanted}")


# FROM plugin/pytest_auth_provider/clients/adapter_table.py: From a TOML table to an `Adapter`: the shape of the table, key by key.
#
# command, version, install, docs, dialect, timeout, client_id, credentials
# [provider] [api] [env] [files] [run] [says] [policies] [switches.<policy>.<value>] [exits] [deviations] [home]
# kind, entry, fresh, time, [stdio]
# browser, terminal, real_browser, ports, allow_hosts, airtight, [hosts] [[stubs]]


_environment = mapping(template)

_STEP: dict[str, Reader] = {
    "args": words,
    "stdin": template,
    "env": _environment,
    "timeout": seconds,
    "exit": exit_codes,
    "send": messages,
    "until": awaited,
}


def _step(place: Place, value: object) -> Step:
    if isinstance(value, dict):
        found = fields(place, value, _STEP, "a key of a step")
        shown = tuple(message.method for message in found.get("send", ()))
        return Step(**{"args": shown, **found})
    return Step(words(place, value))


def _steps(place: Place, value: object) -> tuple[Step, ...]:
    """An action: arguments, a table for one step, or an array of steps (one of strings is arguments)."""
    if not isinstance(value, list) or all(isinstance(word, str) for word in value):
        if not isinstance(value, (str, list, dict)):
            raise place.expected("arguments, a table with args, or an array of steps", value)
        return (_step(place, value),)
    return tuple(_step(place / str(number), step) for number, step in enumerate(value))


def _phrase(place: Place, value: object) -> Phrase:
    if isinstance(value, dict):
        readers: dict[str, Reader] = dict.fromkeys(("any", "stdout", "stderr", "unless"), patterns)
        found = fields(place, value, readers, "a key of a phrase")
        if not found.keys() - {"unless"}:
            raise place.expected("at least one of any, stdout, stderr", value)
        return Phrase(**found)
    return Phrase(any=patterns(place, value))


def _side(place: Place, policy: str, value: object) -> str:
    """The value of a policy: one of its sides, or a number of seconds; anything goes for a policy of one's own."""
    accepted = POLICIES.get(policy, ())
    if isinstance(value, str) and (value in accepted or own_name(policy)):
        return value
    if accepted:
        raise place.expected(" or ".join(f'"{side}"' for side in accepted), value)
    if type(value) is int and value >= 0:
        return str(value)
    raise place.expected("a string" if own_name(policy) else "a whole number of seconds", value)


def _policies(place: Place, value: object) -> dict[str, str]:
    found = mapping(lambda _place, side: side, "a policy", tuple(POLICIES))(place, value)
    return {policy: _side(place / policy, policy, side) for policy, side in found.items()}


def _side_name(place: Place, policy: str, side: str) -> None:
    """Check the side that a switch is named after; seconds are written as the name of a table there."""
    _side(place, policy, int(side) if side.isdecimal() and not own_name(policy) else side)


def _switches(place: Place, value: object) -> dict[str, dict[str, Switch]]:
    sides = mapping(table, "a policy", tuple(POLICIES))(place, value)
    found: dict[str, dict[str, Switch]] = {}
    for policy, overlays in sides.items():
        found[policy] = {}
        for side, overlay in overlays.items():
            here = place / policy / side
            _side_name(here, policy, side)
            found[policy][side] = Switch(**fields(here, overlay, _SWITCH, "a key of a switch"))
    return found


def _dialect(place: Place, value: object) -> str:
    """The name of a dialect the provider speaks."""
    from fakeprovider.dialects import find_dialect  # imported late: plugin code is loaded by every pytest run

    name = text(place, value)
    _ask_provider(place, lambda: find_dialect(name))
    return name


def _provider(place: Place, value: object) -> dict[str, object]:
    """Settings the provider understands."""
    from fakeprovider.settings import Settings  # imported late, as above

    settings = table(place, value)
    for name, setting in settings.items():
        _ask_provider(place / name, partial(Settings().apply, {name: setting}))
    return settings


def _ask_provider(place: Place, question: Callable[[], object]) -> None:
    """Let the provider object, and say where the value stands that it objects to."""
    from fakeprovider.errors import SettingError  # imported late, as above

    try:
        question()
    except SettingError as problem:
        raise AdapterError(f"{place}: {problem}") from None


def _home(place: Place, value: object) -> HomePlan:
    readers: dict[str, Reader] = {"prepare": words, "keep": inner_paths, "reset": inner_paths}
    return HomePlan(**fields(place, value, readers, "a key of home"))


def _credentials(place: Place, value: object) -> tuple[str, ...]:
    return (inner_path(place, value),) if isinstance(value, str) else inner_paths(place, value)


_run = mapping(_steps, "an action", ACTIONS)
_SWITCH: dict[str, Reader] = {"env": _environment, "run": _run, "args": words}
_ADAPTER: dict[str, Reader] = {
    "command": command,
    "version": words,
    "install": text,
    "docs": text,
    "dialect": _dialect,
    "timeout": seconds,
    "client_id": text,
    "credentials": _credentials,
    "provider": _provider,
    "api": api,
    "env": _environment,
    "files": mapping(template, check=inner_path),
    "run": _run,
    "says": mapping(_phrase, "a saying", SAYINGS),
    "policies": _policies,
    "switches": _switches,
    "exits": mapping(exit_codes, "an action or a saying", (*ACTIONS, *SAYINGS)),
    "deviations": mapping(text),
    "home": _home,
    **SURROUNDINGS,
    **KINDS_TABLE,
}


def read_adapter(name: str, place: Place, value: object, root: Path) -> Adapter:
    """The adapter that a TOML table describes; raises `AdapterError` for the first thing in it that is not right."""
    found: dict[str, Any] = fields(place, value, _ADAPTER, "a key of an adapter")
    check_kind(place, found)
    if "command" not in found:
        raise AdapterError(f'{place / "command"}: missing; say which program to run, such as command = ["my-tool"]')
    if "login" not in found.get("run", {}):
        raise AdapterError(f'{place / "run" / "login"}: missing; say how to sign in, such as login = "login --device"')
    return Adapter(name=name, source=str(place), root=root, **found)


ADAPTER_KEYS, STEP_KEYS, SWITCH_KEYS = tuple(_ADAPTER), tuple(_STEP), tuple(_SWITCH)
"""Every key there is, for the JSON Schema."""


# FROM plugin/pytest_auth_provider/cli/schema.py: The JSON Schema of adapters, made from the tables that read them: editors complete keys and show mistakes.


DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
STRING: Schema = {"type": "string"}
SECONDS: Schema = {"type": "number", "exclusiveMinimum": 0}
FLAG: Schema = {"type": "boolean"}
TABLE: Schema = {"type": "object"}


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _one_or_more(items: Schema) -> Schema:
    return {"anyOf": [items, {"type": "array", "items": items, "minItems": 1}]}


def _table(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def _named(names: Iterable[str], values: Schema) -> Schema:
    """A table whose keys are known, or begin with `x-`."""
    return {
        "type": "object",
        "properties": dict.fromkeys(names, values),
        "patternProperties": {"^x-.": values},
        "additionalProperties": False,
    }


def _fields(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


WORDS: Schema = {"anyOf": [STRING, _array(STRING)]}
STATUS: Schema = {"type": "integer", "minimum": 200, "maximum": 599}
EXIT_CODE: Schema = {"type": "integer", "minimum": 0, "maximum": 255}
MESSAGE = _fields({"method": TEXT, "params": {}, "notify": FLAG, "needs": _array(TEXT)}, ["method"])
AWAITED = _fields({"method": TEXT, "where": TABLE}, ["method"])
PHRASE: Schema = {
    "anyOf": [_one_or_more(TEXT), _fields(dict.fromkeys(("any", "stdout", "stderr", "unless"), _one_or_more(TEXT)))]
}
STUB = _fields(
    {
        "host": TEXT,
        "path": {"type": "string", "pattern": "^/"},
        "method": {"enum": list(METHODS)},
        "status": STATUS,
        "json": {},
    },
    ["host", "path"],
)
ROUTE: Schema = {
    "if": {"type": "object", "minProperties": 1, "propertyNames": {"enum": ["json", "status", "scope"]}},
    "then": _fields({"json": {}, "status": STATUS, "scope": TEXT}, ["json"]),
    "else": {"not": {"type": "object", "required": ["json"]}},
}
OF_STEP: Mapping[str, Schema] = {
    "args": WORDS,
    "stdin": STRING,
    "env": _table(STRING),
    "timeout": SECONDS,
    "exit": _one_or_more(EXIT_CODE),
    "send": _one_or_more(MESSAGE),
    "until": AWAITED,
}
STEP: Schema = {"anyOf": [WORDS, _fields(OF_STEP)]}
RUN = _named(ACTIONS, {"anyOf": [STEP, _array(STEP)]})
OF_SWITCH: Mapping[str, Schema] = {"env": _table(STRING), "run": RUN, "args": WORDS}
SIDE: Schema = {"anyOf": [STRING, {"type": "integer", "minimum": 0}]}
OF_ADAPTER: Mapping[str, Schema] = {
    "command": {"anyOf": [TEXT, {"type": "array", "items": STRING, "minItems": 1}]},
    "version": WORDS,
    "install": TEXT,
    "docs": TEXT,
    "dialect": TEXT,
    "timeout": SECONDS,
    "client_id": TEXT,
    "credentials": {"anyOf": [TEXT, _array(TEXT)]},
    "provider": TABLE,
    "api": {
        "type": "object",
        "patternProperties": {"^(GET|POST|PUT|PATCH|DELETE) /\\S*$": ROUTE},
        "additionalProperties": False,
    },
    "env": _table(STRING),
    "files": _table(STRING),
    "run": {**RUN, "required": ["login"]},
    "says": _named(SAYINGS, PHRASE),
    "policies": _named(POLICIES, SIDE),
    "switches": _named(POLICIES, _table(_fields(OF_SWITCH))),
    "exits": _named((*ACTIONS, *SAYINGS), _one_or_more(EXIT_CODE)),
    "deviations": _table(TEXT),
    "home": _fields({"prepare": WORDS, "keep": _array(TEXT), "reset": _array(TEXT)}),
    "browser": {"enum": list(BROWSERS)},
    "terminal": FLAG,
    "real_browser": FLAG,
    "ports": _array({"type": "integer", "minimum": 1, "maximum": 65535}),
    "allow_hosts": _array(TEXT),
    "airtight": FLAG,
    "hosts": _table({"enum": list(TARGETS)}),
    "stubs": _array(STUB),
    "kind": {"enum": list(KINDS)},
    "entry": {"type": "string", "pattern": "^[A-Za-z_][\\w.]*:[A-Za-z_][\\w.]*$"},
    "fresh": _array(TEXT),
    "stdio": _fields({"framing": {"enum": list(FRAMINGS)}, "args": WORDS, "start": _one_or_more(MESSAGE)}),
    "time": {"enum": list(TIMES)},
}


def adapter_schema() -> Schema:
    """One adapter. A key that is read and missing here fails a test of ours."""
    return {
        **_fields({key: OF_ADAPTER[key] for key in ADAPTER_KEYS}, ["run"]),
        "anyOf": [{"required": ["command"]}, {"required": ["entry"]}],
    }


def file_schema() -> Schema:
    """A whole `auth-provider.toml`. For `pyproject.toml` it is what stands below `tool.auth-provider`."""
    return {
        "$schema": DIALECT,
        "title": "auth-provider.toml",
        "description": "How pytest-auth-provider drives command-line clients.",
        "type": "object",
        "properties": {"clients": _table({"$ref": "#/$defs/adapter"})},
        "$defs": {"adapter": adapter_schema()},
    }


def lagging() -> dict[str, set[str]]:
    """Keys that are read and not described, or described and not read."""
    pairs = {"adapter": (ADAPTER_KEYS, OF_ADAPTER), "step": (STEP_KEYS, OF_STEP), "switch": (SWITCH_KEYS, OF_SWITCH)}
    return {name: set(read) ^ set(described) for name, (read, described) in pairs.items() if set(read) ^ set(described)}
