"""`auth-provider init`: sign a tool in under a provider, look at what else it does, and write a first adapter."""

from __future__ import annotations

import json
import math
import os
import shlex
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pytest_auth_provider.adapters.complaints import Place
from pytest_auth_provider.adapters.file_format import read_adapter
from pytest_auth_provider.adapters.models import DEFAULT_CLIENT_ID, Adapter
from pytest_auth_provider.adapters.schema import file_schema
from pytest_auth_provider.cli.draft import SCHEMA_FILE, Draft
from pytest_auth_provider.cli.sighting import Sighting, callback_ports
from pytest_auth_provider.clients.factory import ClientFactory, check_program
from pytest_auth_provider.errors import ClientError
from pytest_auth_provider.learning.bench import Bench
from pytest_auth_provider.learning.commands import Found, find_commands, probe
from pytest_auth_provider.learning.repairs import Repair, repair_for
from pytest_auth_provider.learning.situations import Heard, client_until, make_situations
from pytest_auth_provider.learning.words import guess_words
from pytest_auth_provider.printable import in_one_line, printable
from pytest_auth_provider.report.redaction import redact_of

STDOUT = "-"
USUAL_VARIABLES = ("ISSUER_URL", "AUTH_URL", "SERVER_URL", "API_URL")
MOST_REPAIRS = 4
"""How often a login that failed is tried again, with one thing changed each time."""
LOGINS = 3
"""What part of the time a login may take: what it lacks may have to be found out, and more is to be done after it."""
SLOWER = 8
"""How many times as long as the first login a situation may take, which is another login and one more command."""
LONG_LOGIN = 4.0
"""Seconds of a login behind which the tool is given more time than adapters usually do."""
SHORTEST_LOGIN = 15.0
"""Seconds that a login has at least, where there is as much time."""


@dataclass(frozen=True)
class Wish:
    """What the person who calls `init` says of the tool.

    `command` is the tool with the arguments of its login. `keys` are keys of an adapter, as TOML has them. `seconds`
    bound how long all that is run may take.
    """

    command: Sequence[str]
    keys: Mapping[str, object] = field(default_factory=dict)
    name: str = ""
    seconds: float = 120.0
    output: str = "auth-provider.toml"
    force: bool = False


def init(wish: Wish) -> int:
    """Sign the tool in, try what else it can do, and write what was seen to a file, or to standard output for `-`.

    Returns 0 when it signed in and 1 when it did not. Raises `ClientError` where the file is there already and `force`
    is not set, where the tool is not found, and where an option means nothing.
    """
    _check_output(wish)
    program, login = split_command(wish.command)
    name = wish.name or name_of(program)
    with tempfile.TemporaryDirectory(prefix="auth-provider-", ignore_cleanup_errors=True) as directory:
        visit = _Visit(name, Path(directory), wish.seconds)
        visit.table = _table(program, login, wish.keys)
        check_program(visit.adapter())
        visit.sign_in()
        if not visit.sighting.came:
            _say(_never_came(visit, wish))
            return 1
        if visit.sighting.signed_in:
            visit.look_around()
        draft = visit.draft()
        _write(draft.text(), wish.output)
        _say("\n".join([visit.sighting.summary(), *(f"  {line}" for line in draft.transcript())]))
        if visit.sighting.signed_in:
            _say(_next_steps(visit))
        return 0 if visit.sighting.signed_in else 1


class _Visit:
    """Everything that is tried with one tool, until its time is over; `table` becomes its adapter."""

    def __init__(self, name: str, directory: Path, seconds: float) -> None:
        self.name = name
        self.table: dict[str, object] = {}
        self.sighting: Sighting
        self._directory = directory
        self._deadline = time.monotonic() + seconds
        self._patience = max(seconds / LOGINS, min(seconds, SHORTEST_LOGIN))
        self._factory = ClientFactory(directory)
        self._repairs: list[Repair] = []
        self._commands: dict[str, Found] = {}
        self._heard: list[Heard] = []

    def adapter(self) -> Adapter:
        """Return the adapter as it is known so far. Raises `AdapterError`."""
        left = max(1.0, self._deadline - time.monotonic())
        table = {**self.table, "timeout": left}
        return read_adapter(self.name, Place("auth-provider init"), table, Path.cwd())

    def sign_in(self) -> None:
        """Run the login, and where it fails again, with what it was seen to lack."""
        for _ in range(MOST_REPAIRS):
            with client_until(self._bench(), min(self._deadline, time.monotonic() + self._patience)) as client:
                self.sighting = Sighting.of(client, client.attempt_login())
                dialect = client.provider.dialect.name
            if self.sighting.signed_in or self._deadline - time.monotonic() < 1:
                return
            repair = repair_for(self.sighting.outcome.exchanges, dialect)
            if repair is None or not self._apply(repair):
                return
            _say(f"it did not sign in; once more, with {repair.key} = {json.dumps(repair.value)}: {repair.why}")

    def look_around(self) -> None:
        """Find its other commands, and what it prints in situations that are made for it."""
        ids = self.sighting.client_ids
        if len(ids) == 1 and ids[0] != DEFAULT_CLIENT_ID and "registered" not in self.table:
            self.table.setdefault("client_id", ids[0])
        if (took := self.sighting.outcome.seconds) > LONG_LOGIN:
            self.table.setdefault("timeout", math.ceil(took) * SLOWER)
        _say("signed in; looking for its other commands")
        bench = self._bench()
        self._commands = probe(bench, self._deadline) | find_commands(bench, self._deadline)
        self._keep_commands()
        _say("making situations: denied, expired, offline, signed out, refused ...")
        alone = bool(self.sighting.callback_ports)
        patience = max(2 * SHORTEST_LOGIN, SLOWER * self.sighting.outcome.seconds)
        self._heard = make_situations(self._bench(), self._deadline, patience, alone=alone)
        self._compare()

    def draft(self) -> Draft:
        """Return what the file is made of."""
        outcomes = [self.sighting.outcome, *(one.outcome for one in self._heard if one.outcome)]
        clean = partial(redact_of, programs=[outcome.argv[0] for outcome in outcomes], sandbox=self._directory)
        login, person = self.sighting.outcome, self.sighting.person
        guesses = guess_words(login, self._heard, person) if self.sighting.signed_in else []
        return Draft(self.name, self.table, self.sighting, self._commands, self._repairs, self._heard, guesses, clean)

    def _bench(self) -> Bench:
        directory = Path(tempfile.mkdtemp(dir=self._directory))
        return Bench(self.adapter(), self._factory, directory)

    def _apply(self, repair: Repair) -> bool:
        """Put what a repair says into the table; return whether that changed anything."""
        before = self.table.get(repair.key)
        value = before or repair.value
        if isinstance(before, dict) and isinstance(repair.value, dict):
            value = {**repair.value, **before}
        self.table[repair.key] = value
        self._repairs.append(repair)
        return value != before

    def _keep_commands(self) -> None:
        run = self.table["run"]
        assert isinstance(run, dict)
        for action, found in self._commands.items():
            if action == "version":
                self.table["version"] = list(found.arguments)
            else:
                run[action] = list(found.arguments)

    def _compare(self) -> None:
        """Note what only several runs show: a callback port that is always the same, a file that logout takes away."""
        outcomes = {one.situation.name: one.outcome for one in self._heard if one.outcome}
        again = outcomes.get("login denied")
        if again and (ports := self.sighting.callback_ports & callback_ports(again)):
            self.table.setdefault("ports", sorted(ports))
        signed_out = outcomes.get("signed out")
        if signed_out and not self.sighting.stores:
            gone = [str(path) for path in (*signed_out.files.removed, *signed_out.files.changed)]
            stores = [path for path in self.sighting.written if any(one.endswith(f"/{_tail(path)}") for one in gone)]
            if stores:
                self.table.setdefault("credentials", stores)


def split_command(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Split a command line into the program, with what stands before its first subcommand, and the login.

    The program keeps scripts and modules of an interpreter, and options for all subcommands with the addresses behind
    them. Paths of files below the working directory become `{project}` paths: the tool will run elsewhere.
    """
    program, rest = [words[0]], [_of_project(word) for word in words[1:]]
    while rest and _is_leading(program, rest):
        program.append(rest.pop(0))
    return (tuple(program), tuple(rest)) if rest or len(program) == 1 else ((program[0],), tuple(program[1:]))


def _is_leading(program: Sequence[str], rest: Sequence[str]) -> bool:
    """Return whether the next word belongs to the program, and not to its login."""
    word = rest[0]
    if program[-1] == "-m":
        return True
    is_script = len(program) == 1 and word.startswith("{project}/")
    return is_script or word.startswith("-") or ("{" in word and program[-1].startswith("-"))


def _of_project(word: str) -> str:
    """Return the path of a file below the working directory as a path of the project; any other word as it is."""
    try:
        there = not word.startswith(("-", "/")) and Path(word).is_file()
    except (OSError, ValueError):
        return word
    return f"{{project}}/{Path(word).as_posix()}" if there else word


def name_of(program: Sequence[str]) -> str:
    """Return what to call a client: the name of its program, or of the script or module that an interpreter runs."""
    named = program[0]
    if "-m" in program[1:-1]:
        named = program[program.index("-m") + 1]
    elif len(program) > 1 and program[1].startswith("{project}/"):
        named = program[1]
    path = Path(named)
    return path.stem if path.suffix in (".py", ".sh", ".js", ".mjs", ".rb") else path.name


def _table(program: Sequence[str], login: Sequence[str], keys: Mapping[str, object]) -> dict[str, object]:
    """Return the table of an adapter with what the person says of the tool; `stdin` is what its login is told."""
    keys = dict(keys)
    typed, run = keys.pop("stdin", None), keys.pop("run", {})
    step = list(login) if typed is None else {"args": list(login), "stdin": typed}
    return {"command": list(program), **keys, "run": {"login": step, **(run if isinstance(run, dict) else {})}}


def _check_output(wish: Wish) -> None:
    """Make sure that what will be seen can be written. Raises `ClientError` before anything is run."""
    path = Path(wish.output)
    if wish.output == STDOUT:
        return
    if path.exists() and not wish.force:
        raise ClientError(f"{wish.output} is there already; --force writes over it, --output - prints instead")
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise ClientError(f"{wish.output} cannot be written; expected a file in a directory that is there")


def _tail(path: str) -> str:
    return path.partition("/")[2] if path.startswith("{") else path


def _write(text: str, output: str) -> None:
    if output == STDOUT:
        print(text, end="")
        return
    path = Path(output)
    path.write_text(text, encoding="utf-8")
    schema = path.with_name(SCHEMA_FILE)
    schema.write_text(json.dumps(file_schema(), indent=2) + "\n", encoding="utf-8")
    _say(f"wrote {output}, and {schema} for editors")


def _say(text: str) -> None:
    """Print for the person; standard output may be the adapter."""
    print(printable(text), file=sys.stderr)


def _next_steps(visit: _Visit) -> str:
    """Describe what to do with the file: what it lacks, and how it is run."""
    run = visit.table["run"]
    missing = [action for action in ("use", "logout") if isinstance(run, dict) and action not in run]
    examples = {"use": "--run use='projects list', one call of the API", "logout": "--run logout=signout"}
    return "\n".join(
        [
            *(f"no command was found for `{action}`; name it: {examples[action]}" for action in missing),
            f"next: pytest --auth-provider --auth-client {shlex.quote(visit.name)}",
        ]
    )


def _never_came(visit: _Visit, wish: Wish) -> str:
    """Describe what to try when the tool did not ask the provider for anything."""
    name, sighting = visit.name, visit.sighting
    prefix = "".join(letter if letter.isalnum() else "_" for letter in name).upper()
    guesses = ", ".join(f"{prefix}_{variable}" for variable in USUAL_VARIABLES)
    return "\n".join(
        [
            f"{name} never reached the provider. {sighting.outcome.describe()}",
            *(f"it tried to reach {in_one_line(host)}" for host in sighting.elsewhere),
            "",
            "Point it at the provider and run this again. People usually need one of:",
            f"  a variable    --env {prefix}_ISSUER={{issuer}}   (or {guesses})",
            f"  an option     -- {name} login --issuer {{issuer}}   (or --server, --auth-url, --api-url)",
            "  a file        --file '.config/tool.toml=issuer = \"{issuer}\"'   (a path below HOME, and its content)",
            f"  its hosts     {_as_hosts(sighting.elsewhere, wish.command)}",
            "Its --help and documentation name them; {discovery}, {token}, {api} and {client_id} can be used as well.",
        ]
    )


def _as_hosts(hosts: Sequence[str], command: Sequence[str]) -> str:
    """Return the options for a tool that knows these hosts by name: that of its API by the name that most have."""
    named = hosts or ("login.example.com", "api.example.com")
    options = [f"--host {host}={'api' if host.startswith('api.') else 'provider'}" for host in named]
    again = f"   auth-provider init {' '.join(options)} -- {shlex.join(command)}" if hosts else ""
    return in_one_line(f"{' '.join(options)}   (where they are built in){again}" if not hosts else again.strip())
