"""A run of pytest with a client whose provider is built into it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CLIENT = """
import json, pathlib, sys, urllib.request
def fetch(url, **form):
    data = "&".join(f"{k}={v}" for k, v in form.items()).encode() or None
    return json.load(urllib.request.urlopen(url, data))
if sys.argv[1] == "login":
    there = fetch("https://login.example.com/.well-known/openid-configuration")
    started = fetch(there["device_authorization_endpoint"], client_id="a")
    tokens = fetch(there["token_endpoint"], client_id="a", device_code=started["device_code"],
                   grant_type="urn:ietf:params:oauth:grant-type:device_code")
    store = pathlib.Path.home() / "tokens.json"
    store.touch(mode=0o600)
    store.write_text(json.dumps(tokens))
"""


@pytest.mark.parametrize("verdict", ["kept", "advice"])
def test_an_unmodified_program_can_be_checked(pytester: pytest.Pytester, verdict: str) -> None:
    """Its provider is found at the host it knows; a host it should not talk to is a contract that is not kept."""
    extra = "urllib.request.urlopen('https://spy.example.com/')" if verdict == "advice" else "pass"
    quiet = f"import contextlib\nwith contextlib.suppress(OSError):\n    {extra}\n"
    Path(pytester.path, "client.py").write_text(CLIENT + quiet)
    Path(pytester.path, "auth-provider.toml").write_text(
        f'[clients.acme]\ncommand = ["{sys.executable}", "{pytester.path}/client.py"]\nrun.login = "login"\n'
        '[clients.acme.hosts]\n"login.example.com" = "provider"\n'
    )
    result = pytester.runpytest_subprocess("--auth-provider", "-k", "no_egress", "-p", "no:cacheprovider")
    result.stdout.re_match_lines([rf"{verdict} +hygiene/no-egress .*"])
    if verdict == "advice":
        result.stdout.fnmatch_lines(["*egress in login: spy.example.com:443 was contacted (CONNECT; it*"])
