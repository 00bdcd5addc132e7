"""`auth-provider init`: run a login under a provider, and write what was seen as a first adapter, with comments."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import tomlkit
from tomlkit.items import Table

from pytest_auth_provider.adapters.models import Adapter, Step
from pytest_auth_provider.adapters.phrases import DEFAULT_PHRASES
from pytest_auth_provider.cli.try_ import temporary_client
from pytest_auth_provider.clients.client import Client
from pytest_auth_provider.errors import ClientError
from pytest_auth_provider.outcome.outcome import Outcome

STDOUT = "-"
USUAL_VARIABLES = ("ISSUER_URL", "AUTH_URL", "SERVER_URL", "API_URL")
LONGEST_LINE = 100
"""Characters of each line of the output that are shown."""

NEXT_ACTIONS = {
    "use": "one call of the API with the token",
    "status": "who is signed in, told offline",
    "token": "the access token, printed for other programs",
    "logout": "sign out",
}
"""Actions to write next -> what each one does."""


@dataclass(frozen=True)
class Sighting:
    """What was seen of a login: endpoints, grants, stored tokens, phrases.

    `endpoints` are the endpoints it asked, by name (or path, where that is none), `grants` the grants. `stores` are the
    files that hold an issued token, each with its mode: relative to HOME, or beginning with a placeholder. `says` are
    the phrases its output has.
    """

    endpoints: tuple[str, ...]
    grants: tuple[str, ...]
    stores: tuple[tuple[str, int], ...]
    says: tuple[str, ...]
    output: str
    exit_code: int
    signed_in: bool

    @classmethod
    def of(cls, client: Client, outcome: Outcome) -> Sighting:
        """Return what the outcome of a login shows; call it while the sandbox has its files."""
        stores = []
        for file in client.credentials():
            home = client.sandbox.home
            inside = file.path.is_relative_to(home)
            shown = file.path.relative_to(home if inside else client.sandbox.root)
            stores.append((str(shown) if inside else f"{{{shown.parts[0]}}}/{'/'.join(shown.parts[1:])}", file.mode))
        return cls(
            endpoints=tuple(dict.fromkeys(e.endpoint or e.path for e in outcome.exchanges)),
            grants=tuple(dict.fromkeys(e.grant for e in outcome.exchanges if e.grant)),
            stores=tuple(stores),
            says=tuple(saying for saying in DEFAULT_PHRASES if outcome.says(saying)),
            output=outcome.output,
            exit_code=outcome.exit_code,
            signed_in=outcome.ok and any(e.endpoint == "token" and e.status == 200 for e in outcome.exchanges),
        )

    def summary(self) -> str:
        """Describe it in a few lines, for a person."""
        stores = ", ".join(f"{path} (mode {mode:04o})" for path, mode in self.stores)
        return "\n".join(
            [
                "signed in" if self.signed_in else f"did not sign in (exit code {self.exit_code})",
                f"asked for: {', '.join(self.endpoints)}",
                f"keeps its tokens in: {stores or 'no file that shows them (a keyring, or encrypted?)'}",
            ]
        )


def draft(adapter: Adapter, sighting: Sighting) -> str:
    """Return the text of an adapter file: what is known of the client, and as comments what to write next."""
    client = tomlkit.table()
    _describe(client, adapter, sighting)
    client.add("env", _env(adapter))
    client.add("run", _run(adapter, sighting))
    client.add("says", _says(sighting))
    document = tomlkit.document()
    _comment(document, f"How pytest-auth-provider drives {adapter.name}. First written by `auth-provider init`.")
    _comment(document, f"Check it with: pytest --auth-provider --auth-client {adapter.name}")
    document.add("clients", tomlkit.table(is_super_table=True).add(adapter.name, client))
    return tomlkit.dumps(document)


def _describe(client: Table, adapter: Adapter, sighting: Sighting) -> None:
    client.add("command", list(adapter.command))
    _comment(client, 'version = ["--version"]')
    if adapter.dialect != "rfc":
        client.add("dialect", adapter.dialect)
    for path, mode in sighting.stores:
        _comment(client, f"Tokens were found in {path} (mode {mode:04o}); files that show them need not be named.")
    if not sighting.stores:
        _comment(
            client, 'No file showed a token. If it encrypts them, name the file: credentials = [".config/tool/session"]'
        )
    client.add(tomlkit.nl())


def _env(adapter: Adapter) -> Table:
    env = tomlkit.table()
    for name, value in adapter.env.items():
        env.add(name, value)
    if not adapter.env:
        _comment(env, 'MYTOOL_ISSUER = "{issuer}"')
    return env.add(tomlkit.nl())


def _run(adapter: Adapter, sighting: Sighting) -> Table:
    run = tomlkit.table()
    _comment(run, f"It asked for: {', '.join(sighting.endpoints)}")
    run.add("login", list(adapter.run["login"][0].args))
    for action, meaning in NEXT_ACTIONS.items():
        _comment(run, f'{action} = "..."    # {meaning}')
    return run.add(tomlkit.nl())


def _says(sighting: Sighting) -> Table:
    says = tomlkit.table()
    _comment(says, f"What it printed was understood as: {', '.join(sighting.says) or 'nothing in particular'}")
    for line in sighting.output.splitlines()[-3:]:
        _comment(says, f"  | {line[:LONGEST_LINE]}")
    _comment(says, "sign_in_again = 'please run mytool login'    # a regular expression, where your words are unusual")
    return says


def _comment(place: Table | tomlkit.TOMLDocument, text: str) -> None:
    # A comment ends with its line, and a control character would make the file no TOML.
    place.add(tomlkit.comment("".join(letter for letter in text if letter.isprintable())))


def init(
    command: Sequence[str],
    env: Mapping[str, str],
    dialect: str = "rfc",
    name: str = "",
    timeout: float = 30.0,
    output: str = "auth-provider.toml",
    force: bool = False,
) -> int:
    """Run a login, and write what was seen to the file `output`, or to standard output where that is `-`.

    `command` is the tool and the arguments of its login, `env` its variables (with placeholders), `timeout` is in
    seconds. Returns 0 when it signed in and 1 when it did not. Raises `ClientError` where the file is there already
    and `force` is not set, or where the tool is not found.
    """
    if output != STDOUT and Path(output).exists() and not force:
        raise ClientError(f"{output} is there already; --force writes over it, --output - prints instead")
    adapter = Adapter(
        name=name or Path(command[0]).name,
        command=(command[0],),
        run={"login": (Step(tuple(command[1:])),)},
        source="auth-provider init",
        dialect=dialect,
        timeout=timeout,
        env=env,
    )
    with temporary_client(adapter) as (client, _record):
        outcome = client.attempt_login()
        if not outcome.exchanges:
            _say(_never_came(adapter, outcome, client))
            return 1
        sighting = Sighting.of(client, outcome)
        _write(draft(adapter, sighting), output)
        _say(sighting.summary())
        return 0 if sighting.signed_in else 1


def _write(text: str, output: str) -> None:
    if output == STDOUT:
        print(text, end="")
        return
    Path(output).write_text(text, encoding="utf-8")
    _say(f"wrote {output}")


def _say(text: str) -> None:
    """Print for the person; standard output may be the adapter."""
    print(text, file=sys.stderr)


def _never_came(adapter: Adapter, outcome: Outcome, client: Client) -> str:
    """Describe what to try when the tool did not ask the provider for anything."""
    prefix = "".join(letter if letter.isalnum() else "_" for letter in adapter.name).upper()
    guesses = ", ".join(f"{prefix}_{name}" for name in USUAL_VARIABLES)
    elsewhere = sorted({str(contact) for contact in client.egress})
    return "\n".join(
        [
            f"{adapter.name} never reached the provider. {outcome.describe()}",
            *(f"it tried to reach {contact}" for contact in elsewhere),
            "",
            "Point it at the provider and run this again. People usually need one of:",
            f"  a variable    --env {prefix}_ISSUER={{issuer}}   (or {guesses})",
            f"  an option     -- {adapter.name} login --issuer {{issuer}}   (or --server, --auth-url, --api-url)",
            "  a file        [clients.NAME.files] in auth-provider.toml, for a tool that reads a configuration file",
            "Its --help and documentation name them; {discovery}, {token}, {api} and {client_id} can be used as well.",
        ]
    )
