"""Places where nothing can be stored: found before the person is sent away, and never taken for a success."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import nullcontext

from auth_scenarios.stored import stored_credentials
from auth_scenarios.verify import (
    applies_only,
    must,
    must_explain,
    must_not_crash,
    must_not_request,
    must_succeed,
    requests,
)
from fakeprovider import Provider
from fakeprovider.faults import LargeToken
from pytest_auth_provider import Client, scenario
from pytest_auth_provider.adapters.placeholders import placeholders_in
from pytest_auth_provider.clients.disk_run import run_on_disk
from pytest_auth_provider.seccomp.disk_fault import ModesRefused
from pytest_auth_provider.seccomp.supervisor import is_usable

CONSENT = ("authorization", "device_authorization")
"""The endpoints that a person is sent to."""
NOT_STORED = re.compile(
    r"(?i)can ?not|could not|can't|couldn't|unable|fail|error|warn|denied|read-only|not (?:saved|stored)"
)
"""What it usually takes to say that something could not be stored."""
PLACES = {"home", "config", "cache", "data", "state"}
"""The placeholders of an adapter that name a directory below HOME."""
SIZE = 12_000
"""Bytes that make an access token one of 16 kB, as providers issue them that name every group of a user."""


@scenario(
    "custom among command-line tools",
    "In our words: a login that cannot store its session says so; only one that works from then on says nothing.",
    harm="The login says that all is well, and the next command does not know that anybody has signed in.",
    level="SHOULD",
    needs={"use"},
    signs_in=True,
)
def test_unwritable_store_is_said(auth_client: Client) -> None:
    """Where HOME is a place in which nothing can be created, a login works all the same, or fails and says why."""
    told = {name for text in auth_client.adapter.env.values() for name in placeholders_in(text)}
    applies_only(not told & PLACES, "its adapter says where it keeps its files")
    nowhere = _nowhere(auth_client)
    outcome = auth_client.run("login", env=nowhere)
    auth_client.exposure.add("HOME, and every XDG directory, was below a file, where nothing can be created")
    must_not_crash(outcome)
    if outcome.exit_code != 0:
        must_explain(outcome)
        return
    works = auth_client.run("use", env=nowhere).ok
    must(
        works or NOT_STORED.search(outcome.output),
        "a login that stores nothing says so",
        "it said nothing, and the next command does not work",
    )


def _nowhere(client: Client) -> Mapping[str, str]:
    """Return the variables of a HOME that is not there and cannot be made, for any user."""
    blocked = client.sandbox.root / "blocked"
    blocked.touch()
    home = blocked / "home"
    kinds = {"CONFIG": ".config", "CACHE": ".cache", "DATA": ".local/share", "STATE": ".local/state"}
    return {"HOME": str(home), **{f"XDG_{kind}_HOME": str(home / below) for kind, below in kinds.items()}}


@scenario(
    "custom among command-line tools",
    "In our words: whether a session can be stored is found out before a person is sent to the browser for it.",
    harm="The user finds the phone, types the code, approves, and only then learns that it was for nothing.",
    level="SHOULD",
    signs_in=True,
)
def test_store_is_probed_before_the_browser(auth_client: Client) -> None:
    """A login that fails because its store is read-only has sent nobody to the provider."""
    auth_client.login()
    stored = ", ".join(file.path.name for file in stored_credentials(auth_client))
    damage = auth_client.disk.damage("read_only")
    outcome = auth_client.disk.confined().attempt_login()
    damage.allow_writing()
    works = outcome.exit_code == 0 and requests(outcome, "token")
    applies_only(not works, f"{auth_client.name} can do without writing {stored}")
    must_not_crash(outcome)
    auth_client.exposure.add(f"{stored} and its directory were read-only during a login")
    must_not_request(outcome, *CONSENT)


@scenario(
    "custom among command-line tools",
    "In our words: a mode that cannot be set, as on file systems that know none, is no reason to lose a session.",
    harm="On a network drive or a USB stick each login fails after the user has approved it, for ever.",
    level="SHOULD",
    needs={"use"},
    signs_in=True,
)
def test_mode_failure_does_not_lose_the_token(auth_client: Client) -> None:
    """A login whose `chmod` is refused works all the same, or has failed before anybody was sent to the provider."""
    applies_only(is_usable(), f"no `chmod` of {auth_client.name} can be refused on this machine (seccomp of Linux 5.9)")
    auth_client.login()
    for file in stored_credentials(auth_client):
        file.path.chmod(0o644)  # so that a client which looks at the mode has a reason to set it
    # Unreported: that others can read it is our doing, and no other contract's business.
    run = run_on_disk(auth_client.under(reported=False), "login", ModesRefused())
    applies_only(run.met, f"{auth_client.name} sets the mode of no file that is there")
    auth_client.exposure.add(run.describe())
    must_not_crash(run.outcome)
    if not run.outcome.ok and not requests(run.outcome, *CONSENT):
        must_explain(run.outcome)
        return
    must_succeed(run.outcome)
    must_succeed(auth_client.under(reported=False).use())


@scenario(
    "custom among command-line tools",
    "In our words: no specification bounds the length of a token, so a session of any usual size is stored and used.",
    harm="Whoever is in many groups cannot sign in: the login fails after they have approved it, and always will.",
    level="SHOULD",
    needs={"use"},
    signs_in=True,
)
def test_large_tokens_are_stored(auth_provider: Provider, auth_client: Client) -> None:
    """A session with an access token of 16 kB is stored at the login, used, and stored again when it is refreshed."""
    refreshes = auth_client.policies["refresh"] == "refreshes"
    with auth_provider.failing(LargeToken(SIZE), at="token"):
        with auth_client.clock.let_tokens_expire() if refreshes else nullcontext():
            outcome = auth_client.attempt_login()
        large = max((len(secret.value) for secret in auth_provider.secrets), default=0)
        applies_only(large > SIZE, f"the tokens of {auth_client.name} have no claims, and so one size")
        auth_client.exposure.add(f"a token had {large} bytes")
        must_succeed(outcome)
        auth_client.restart()
        must_succeed(auth_client.use())
    auth_client.restart()
    must_succeed(auth_client.use())
