"""Access tokens that expire: for the client, at the API, for both; by a moved clock, or by real time otherwise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import httpx
import pytest

from fakeprovider import Provider
from pytest_auth_provider.clients import Client, Outcome, Sandbox, load_adapter
from tests.support.sandboxed import Make

Whom = Literal["client", "api", "both"]


@pytest.fixture
def reference(sandbox: Sandbox, provider: Provider) -> Client:
    """The reference client, which refreshes before the expiry and after a 401."""
    return Client(load_adapter("reference", Path.cwd()), sandbox, provider)


def seen(outcome: Outcome) -> list[str]:
    """Return what an action asked, in order: grants, and the answers of the API."""
    asked = (exchange.grant or f"{exchange.endpoint} {exchange.status}" for exchange in outcome.exchanges)
    return [one for one in asked if one.startswith(("api", "refresh_token"))]


@pytest.mark.parametrize(
    ("whom", "first"),
    [
        pytest.param("both", "refresh_token", id="refreshed before it is used"),
        pytest.param("client", "refresh_token", id="the API would have taken it"),
        pytest.param("api", "api 401", id="used, and refused"),
    ],
)
def test_who_takes_a_token_for_expired(reference: Client, whom: Whom, first: str) -> None:
    """A client that looks at its clock asks for a new one first; else the API has the first word."""
    reference.login(expired=whom)
    assert seen(reference.use())[0] == first


@pytest.mark.parametrize(("whom", "status"), [("both", 401), ("client", 200), ("api", 401)])
@pytest.mark.parametrize("means", ["auto", "tokens"])
def test_what_the_api_says_to_an_expired_token(as_process: Make, means: str, whom: Whom, status: int) -> None:
    """By either means; the refresh token lives on, and so does the next access token."""
    client = as_process(f'time = "{means}"')
    provider = client.provider
    with client.clock.let_tokens_expire(whom):
        issued = provider.issue(scope="offline_access")
    assert bearer_status(provider, issued.access_token) == status
    assert bearer_status(provider, provider.issue().access_token) == 200
    assert provider.access_token_lifetime == 3600


def test_a_token_that_expired_before_a_block_is_not_revived_by_it(as_process: Make) -> None:
    """Where no clock can be moved, only tokens of the block are accepted in it after their end."""
    client = as_process('time = "tokens"')
    provider = client.provider
    with client.clock.let_tokens_expire():
        expired = provider.issue().access_token
    with client.clock.let_tokens_expire():
        assert bearer_status(provider, expired) == 401


def test_a_moved_clock_is_past_every_allowance(as_process: Make) -> None:
    """Some clients accept a token for five minutes more, in case that clocks differ."""
    client = as_process()
    with client.clock.let_tokens_expire():
        ends = client.provider.issue().expires_at
    assert client.provider.clock.now() > ends + 300


def test_an_expiry_for_nobody_is_refused(reference: Client) -> None:
    """And what there is, is said; so is the new name of what had another one."""
    with pytest.raises(ValueError, match="one of both, client, api; got 'server'"):
        reference.login(expired="server")  # type: ignore[arg-type]  # the mistake that is tested
    with pytest.raises(AttributeError, match=r"write client\.clock\.let_tokens_expire\(\)"):
        _ = reference.clock.tokens_expire_at_once  # type: ignore[attr-defined]  # the mistake that is tested


def bearer_status(provider: Provider, token: str) -> int:
    """Return what the provider's own resource answers to a token."""
    return httpx.get(f"{provider.api}/hello", headers={"Authorization": f"Bearer {token}"}).status_code


AGES = """
import os, sys, time
old, new = "old", "new"
if sys.argv[1:] == ["login"]:
    open(old, "w").close()
else:
    open(new, "w").close()
    print(round(time.time() - os.stat(old).st_mtime, -1), round(time.time() - os.path.getmtime(new), -1))
    os.utime(new, (time.time() - 500, time.time() - 500))
    print(round(time.time() - os.lstat(new).st_mtime, -1))
"""
"""Writes a file, and later another one, and tells how many seconds old both are, to the nearest ten."""


def test_files_age_with_the_clock(make: Make, tmp_path: Path) -> None:
    """One written before an hour passed is an hour old, one written just now is not: no lock looks left behind."""
    script = tmp_path / "ages.py"
    script.write_text(AGES)
    client = make(f"""
        [clients.tool]
        command = ["{{python}}", "{script}"]
        version = "--version"
        run = {{ login = "login", use = "use" }}
    """)
    client.run("login")
    client.clock.advance(3600)
    assert client.run("use").stdout.split() == ["3600.0", "0.0", "500.0"]


DAEMON = """
import json, sys, time
if sys.argv[1:] != ["serve"]:
    sys.exit("1.0")
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({"id": asked["id"], "result": {"now": time.time()}}), flush=True)
"""
"""Tells the time for as long as it lives."""


def test_a_program_that_lives_on_is_moved_while_it_runs(make: Make, tmp_path: Path) -> None:
    """The same process sees the time move, and one that is started afterwards is as far ahead."""
    script = tmp_path / "daemon.py"
    script.write_text(DAEMON)
    client = make(f"""
        [clients.tool]
        kind = "stdio"
        command = ["{{python}}", "{script}"]
        version = "version"
        stdio.args = ["serve"]
        run = {{ login = {{ send = {{ method = "time" }} }} }}
    """)
    before = now_of(client)
    client.clock.advance(3600)
    after = now_of(client)
    client.restart()
    again = now_of(client)
    client.restart()
    assert 3590 < after - before < 3660
    assert 3590 < again - before < 3720


def now_of(client: Client) -> float:
    """Ask the daemon for the time."""
    return float(json.loads(client.run("login").stdout)["result"]["now"])
