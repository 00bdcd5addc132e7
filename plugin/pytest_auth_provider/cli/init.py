"""`auth-provider init`: from one login to a first adapter."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_auth_provider.adapters.models import Adapter, Step
from pytest_auth_provider.adapters.phrases import DEFAULT_PHRASES
from pytest_auth_provider.cli.try_ import temporary_client
from pytest_auth_provider.clients.client import Client
from pytest_auth_provider.clients.outcome import Outcome
from pytest_auth_provider.errors import ClientError

# FROM plugin/pytest_auth_provider/cli/draft.py: From one login that was seen to a first adapter, in TOML with comments.


NEXT_ACTIONS = {
    "use": "one call of the API with the token",
    "status": "who is signed in, told offline",
    "token": "the access token, printed for other programs",
    "logout": "sign out",
}


@dataclass(frozen=True)
class Sighting:
    """What a login did: endpoints it asked, files it keeps secrets in (below HOME where they are), what it printed."""

    endpoints: tuple[str, ...]
    grants: tuple[str, ...]
    stores: tuple[tuple[str, int], ...]
    says: tuple[str, ...]
    output: str
    exit_code: int
    signed_in: bool

    @classmethod
    def of(cls, client: Client, outcome: Outcome) -> Sighting:
        """Look at an outcome while its files are there."""
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
        """In a few lines, for a person."""
        stores = ", ".join(f"{path} (mode {mode:04o})" for path, mode in self.stores)
        return "\n".join(
            [
                "signed in" if self.signed_in else f"did not sign in (exit code {self.exit_code})",
                f"asked for: {', '.join(self.endpoints)}",
                f"keeps its tokens in: {stores or 'no file that shows them (a keyring, or encrypted?)'}",
            ]
        )


def draft(adapter: Adapter, sighting: Sighting) -> str:
    """The adapter file."""
    return "\n".join([*_head(adapter, sighting), *_run(adapter, sighting), *_says(adapter, sighting), ""])


def _head(adapter: Adapter, sighting: Sighting) -> Iterator[str]:
    key = f"clients.{_key(adapter.name)}"
    yield f"# How pytest-auth-provider drives {adapter.name}. First written by `auth-provider init`."
    yield f"# Check it with: pytest --auth-provider --auth-client {adapter.name}"
    yield f"[{key}]"
    yield f"command = {_array(adapter.command)}"
    yield '# version = ["--version"]'
    if adapter.dialect != "rfc":
        yield f"dialect = {_string(adapter.dialect)}"
    for path, mode in sighting.stores:
        yield f"# Tokens were found in {path} (mode {mode:04o}); files that show them need not be named."
    if not sighting.stores:
        yield '# No file showed a token. If it encrypts them, name the file: credentials = [".config/tool/session"]'
    yield ""
    yield f"[{key}.env]"
    for name, value in adapter.env.items():
        yield f"{_key(name)} = {_string(value)}"
    if not adapter.env:
        yield '# MYTOOL_ISSUER = "{issuer}"'
    yield ""


def _run(adapter: Adapter, sighting: Sighting) -> Iterator[str]:
    yield f"[clients.{_key(adapter.name)}.run]"
    yield f"# It asked for: {', '.join(sighting.endpoints)}"
    yield f"login = {_array(adapter.run['login'][0].args)}"
    for action, meaning in NEXT_ACTIONS.items():
        yield f'# {action} = "..."    # {meaning}'
    yield ""


def _says(adapter: Adapter, sighting: Sighting) -> Iterator[str]:
    yield f"[clients.{_key(adapter.name)}.says]"
    yield f"# What it printed was understood as: {', '.join(sighting.says) or 'nothing in particular'}"
    for line in sighting.output.splitlines()[-3:]:
        yield f"#   | {''.join(letter for letter in line[:100] if letter.isprintable())}"
    yield "# sign_in_again = 'please run mytool login'    # a regular expression, where your words are unusual"


def _key(name: str) -> str:
    plain = name.replace("-", "").replace("_", "")
    return name if plain.isascii() and plain.isalnum() else _string(name)


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _array(words: tuple[str, ...]) -> str:
    return json.dumps(list(words), ensure_ascii=False)


STDOUT = "-"
USUAL_VARIABLES = ("ISSUER_URL", "AUTH_URL", "SERVER_URL", "API_URL")


def init(
    command: Sequence[str],
    env: Mapping[str, str],
    dialect: str = "rfc",
    name: str = "",
    timeout: float = 30.0,
    output: str = "auth-provider.toml",
    force: bool = False,
) -> int:
    """Run the login, write the adapter; 0 when it signed in, 1 when it did not. Raises `ClientError`."""
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
    """For the person; standard output may be the adapter."""
    print(text, file=sys.stderr)


def _never_came(adapter: Adapter, outcome: Outcome, client: Client) -> str:
    """What to try when the tool did not ask the provider for anything."""
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
