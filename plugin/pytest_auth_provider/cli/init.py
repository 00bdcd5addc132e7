"""`auth-provider init`: from one login to a first adapter."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from pytest_auth_provider.cli.draft import Sighting, draft
from pytest_auth_provider.cli.stage import on_stage
from pytest_auth_provider.clients.adapter import Adapter, Step
from pytest_auth_provider.clients.client import Client
from pytest_auth_provider.clients.errors import ClientError
from pytest_auth_provider.clients.outcome import Outcome

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
    with on_stage(adapter) as (client, _record):
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
