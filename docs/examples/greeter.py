#!/usr/bin/env python3
"""greeter: a command-line tool that signs in by device (RFC 8628), greets and signs out. An example, and no model."""

# ruff: noqa: S310, T201 - it prints, and its addresses come from its environment

import json
import os
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

ISSUER, API = os.environ["GREETER_ISSUER"], os.environ["GREETER_API"]
SESSION = Path.home() / ".greeter.json"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


def ask(url: str, token: str = "", **form: str) -> dict[str, str]:
    """The members of what comes back from `url`, which is sent the form, if any."""
    request = Request(url, urlencode(form).encode() or None, {"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urlopen(request, timeout=5) as answer:
            return dict(json.load(answer))
    except HTTPError as problem:
        return dict(json.load(problem))


def login() -> str:
    """Sign in: show a code, and poll until somebody has approved it."""
    endpoints = ask(f"{ISSUER}/.well-known/openid-configuration")
    started = ask(endpoints["device_authorization_endpoint"], client_id="greeter", scope="openid")
    print(f"Open {started['verification_uri']} and enter {started['user_code']}")
    tokens = {"error": "authorization_pending"}
    while tokens.get("error") == "authorization_pending":
        time.sleep(float(started.get("interval", 5)))
        code = {"device_code": started["device_code"], "grant_type": DEVICE_CODE}
        tokens = ask(endpoints["token_endpoint"], client_id="greeter", **code)
    if "access_token" not in tokens:
        sys.exit(f"greeter: {tokens['error'].replace('_', ' ')}")
    SESSION.touch(mode=0o600)
    SESSION.write_text(json.dumps(tokens))
    return "Signed in."


def hello() -> str:
    """Call the API once."""
    if not SESSION.exists():
        sys.exit("greeter: not signed in; run greeter login")
    answer = ask(f"{API}/me", json.loads(SESSION.read_text())["access_token"])
    return f"Hello, {answer['sub']}!" if "sub" in answer else sys.exit("greeter: run greeter login again")


def logout() -> str:
    """Forget the session."""
    SESSION.unlink(missing_ok=True)
    return "Signed out."


print({"login": login, "hello": hello, "logout": logout}[sys.argv[1]]())
