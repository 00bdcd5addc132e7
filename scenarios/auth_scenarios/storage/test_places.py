"""Where a session is kept: found again from anywhere, where the user wants it, by many commands at once."""

from __future__ import annotations

import shutil
from urllib.parse import urlsplit

from auth_scenarios.given import Given, sent_tokens
from auth_scenarios.stored import stored_credentials
from auth_scenarios.verify import (
    applies_only,
    exposed,
    must,
    must_explain,
    must_not_request,
    must_succeed,
    requests,
)
from fakeprovider import Provider
from fakeprovider.faults import Hold
from fakeprovider.vocabulary import RESOURCES
from pytest_auth_provider import Client, scenario
from pytest_auth_provider.adapters.placeholders import placeholders_in
from pytest_auth_provider.processes.command_builder import PlaceholderValues

XDG = {"XDG_CONFIG_HOME": "config", "XDG_CACHE_HOME": "cache", "XDG_DATA_HOME": "data", "XDG_STATE_HOME": "state"}
"""Variable of the XDG Base Directory Specification -> the directory of a sandbox that it names."""
AT_ONCE = 10
"""Commands that run at the same time, as in a parallel build."""
OVERLAP = 1.0
"""Seconds for which the first call of the API is held, so that the others are there before it has ended."""


@scenario(
    "custom among command-line tools",
    "In our words: a user who moves the XDG directories moves the credentials with them, wholly.",
    harm="Credentials end up in a home directory that is backed up or shared, which is what the user meant to avoid.",
    level="SHOULD",
    signs_in=True,
)
def test_xdg_is_honoured(auth_client: Client) -> None:
    """A client that keeps credentials in an XDG directory keeps them where the variables say, and nowhere else."""
    sandbox = auth_client.sandbox
    told = {name for text in auth_client.adapter.env.values() for name in placeholders_in(text)}
    usual = [getattr(sandbox, name) for name in XDG.values()]
    auth_client.login()
    in_xdg = [f for f in stored_credentials(auth_client) if any(f.path.is_relative_to(place) for place in usual)]
    applies_only(bool(in_xdg), f"{auth_client.name} keeps no credentials in XDG directories")
    applies_only(not told & {"home", *XDG.values()}, "its adapter says where it keeps its files")
    older = {secret.value for secret in auth_client.provider.secrets}
    places = {variable: str(sandbox.home / "moved" / name) for variable, name in XDG.items()}
    must_succeed(auth_client.run("login", env=places))
    auth_client.exposure.add(f"signed in while {' and '.join(XDG)} named other directories")
    for file in auth_client.credentials():
        strayed = file.values - older and any(file.path.is_relative_to(place) for place in usual)
        must(not strayed, "credentials are kept below the XDG directories", f"{file.path.name} is where it usually is")


@scenario(
    "custom among command-line tools",
    "In our words: what a login has stored is found by the next command, whatever directory and terminal it runs in.",
    harm="Each new terminal, or each other directory, asks the user to sign in once more.",
    level="SHOULD",
    needs={"use"},
)
def test_session_key_is_stable(auth_client: Client) -> None:
    """A command in another directory and another terminal finds the session, and begins no sign-in."""
    env = shutil.which("env")
    applies_only(bool(env), "there is no `env` on this machine that could change the directory")
    auth_client.login()
    elsewhere = auth_client.sandbox.root / "elsewhere"
    elsewhere.mkdir()
    terminal = ("COLUMNS=60", "TERM=xterm-256color", "TERM_SESSION_ID=another", f"PWD={elsewhere}")
    outcome = auth_client.under(str(env), "-C", str(elsewhere), *terminal).use()
    auth_client.exposure.add("signed in, then used from another directory and another terminal")
    must_not_request(outcome, "authorization", "device_authorization")
    must_succeed(outcome)


@scenario(
    "custom among command-line tools",
    "In our words: commands that only read a valid session do not get into each other's way.",
    harm="A parallel build fails now and then with an error about a lock, and works when it is run again.",
    level="SHOULD",
    needs={"use"},
)
def test_concurrent_uses_do_not_crash(auth_provider: Provider, auth_client: Client) -> None:
    """Ten commands that use a valid session at the same time all succeed."""
    auth_client.login()
    first = Hold(arrivals=AT_ONCE, seconds=OVERLAP)
    with auth_provider.failing(first, at=RESOURCES, optional=True):
        running = [auth_client.start("use") for _ in range(AT_ONCE)]
        first.wait_for_arrival(auth_client.adapter.timeout)
        at_once = sum(process.running for process in running)
        outcomes = [process.wait() for process in running]
    renewed = any(requests(outcome, "token") for outcome in outcomes)
    applies_only(not renewed, "it asks for new tokens at once, which refresh/two-processes is about")
    exposed(auth_client, at_once > 1, f"{at_once} of its processes ran at once", "no two of its processes ran at once")
    for outcome in outcomes:
        must_succeed(outcome)


@scenario(
    "custom among command-line tools",
    "In our words: a token from the environment is lent for one command, so no command writes it to the disk.",
    harm="The token of a build is on the machine for good, and later commands act with it when nobody means them to.",
    level="SHOULD",
    needs={"use"},
)
def test_env_token_is_not_persisted(auth_provider: Provider, auth_client: Client) -> None:
    """No file holds a token that the client was given in a variable, whatever it did with it."""
    given = Given(auth_provider, auth_client)
    token = given.good()
    actions = [action for action in ("use", "use_cached", "status", "doctor") if auth_client.can(action)]
    sent = {bearer for action in actions for bearer in sent_tokens(given.run(action, token))}
    exposed(
        auth_client, token in sent, f"it used the token in {given.variable}", "it did not use the token it was given"
    )
    holding = [file.path.name for file in auth_client.credentials() if token in file.values]
    must(not holding, "no file holds the token of the environment", ", ".join(holding))


@scenario(
    "custom among command-line tools",
    "In our words: which server is meant is settled in one order. What the user says in this shell counts more than "
    "what a directory says, and where nobody says anything, that is an error.",
    harm="A command is sent to another server than the user has named, and nothing tells which one it was.",
    level="SHOULD",
    needs={"use"},
)
def test_resolution_order(auth_provider: Provider, auth_client: Client) -> None:
    """A variable that names the server counts more than a project file; without either, that is said."""
    project = auth_client.adapter.project
    applies_only(bool(project.files and project.env), f"{auth_client.name} declares no project file ([project])")
    auth_client.login()
    must_explain(auth_client.run("use", env=project.env))
    values = PlaceholderValues(auth_client.adapter, auth_client.sandbox, auth_provider)
    own = {name: values.fill(auth_client.adapter.env.get(name, "")) for name in project.env}
    with Provider(auth_provider.dialect.name, device_interval=0) as other:
        visitor = auth_client.in_project_of(other)
        outcome = visitor.use()
        read = len(other.journal) or urlsplit(other.issuer).netloc in outcome.output
        exposed(auth_client, read, "a project file named another server", "it neither asked nor named that server")
        mark = other.journal.mark()
        must_succeed(visitor.run("use", env=own))
        must(not other.journal.since(mark), "the server of the variable is asked", "that of the project file was")
