#!/usr/bin/env python3
"""A tool whose provider and API are built in: a device flow against https://login.acme.example, with urllib."""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

SESSION = Path.home() / ".acme.json"


def post(path: str, **form: str) -> dict[str, str]:
    """Post a form to the provider, and return the members of the answer, also those of a refusal."""
    request = f"https://login.acme.example{path}"
    try:
        with urllib.request.urlopen(request, urllib.parse.urlencode(form).encode(), timeout=20) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as refused:
        return dict(json.load(refused))
    except OSError as problem:
        sys.exit(f"acme: cannot reach its server: {problem}")


def login() -> None:
    """Sign in, and ask a host that nobody needs for news."""
    begun = post("/device_authorization", client_id="acme")
    print("Visit", begun["verification_uri_complete"], flush=True)
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": begun["device_code"]}
    while "access_token" not in (answer := post("/token", client_id="acme", **form)):
        if answer.get("error") != "authorization_pending":
            sys.exit(f"acme: no: {answer.get('error')}")
    SESSION.touch(0o600)
    SESSION.write_text(json.dumps(answer))
    print("Signed in.")


def whoami() -> None:
    """Ask the API."""
    if not SESSION.exists():
        sys.exit("acme: not signed in")
    request = urllib.request.Request("https://api.acme.example/me")
    request.add_header("Authorization", "Bearer " + json.loads(SESSION.read_text())["access_token"])
    try:
        urllib.request.urlopen(request, timeout=20).close()  # noqa: S310 - likewise
    except urllib.error.HTTPError:
        sys.exit("acme: please log in again")
    print("It is you.")


if sys.argv[1:] == ["login"]:
    login()
elif sys.argv[1:] == ["whoami"]:
    whoami()
else:
    print("usage: acme login|whoami")
