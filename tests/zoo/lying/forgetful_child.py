"""A long-lived client that lies by its memory: what it learns after the login it keeps to itself, and never stores.

It speaks JSON messages, one to a line: `login`, `use` and `restart` of it show what its store is worth.
"""

# ruff: noqa: S310, T201 - a program prints, its addresses come from its environment

import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any

STORE = Path.home() / ".forgetful"


def post(where: str, **form: str) -> tuple[int, dict[str, Any]]:
    """Return status and members of the answer to a form."""
    data = urllib.parse.urlencode({"client_id": "forgetful", **form}).encode()
    try:
        with urllib.request.urlopen(os.environ[where], data, timeout=3) as answer:
            return answer.status, dict(json.load(answer))
    except urllib.error.HTTPError as refusal:
        try:
            return refusal.code, dict(json.load(refusal))
        except (ValueError, TypeError):
            return refusal.code, {}
    except (OSError, HTTPException, ValueError, TypeError):
        return 0, {}


class Child:
    """The session in memory, and what was stored of it at the login."""

    def __init__(self) -> None:
        self.session: dict[str, Any] = json.loads(STORE.read_text("utf-8")) if STORE.exists() else {}
        self.over = False

    def login(self) -> str:
        """Sign in by device and store the session, once and for all."""
        _status, device = post("CHILD_DEVICE", scope="offline_access")
        grant = "urn:ietf:params:oauth:grant-type:device_code"
        error: object = "authorization_pending"
        while error == "authorization_pending":
            time.sleep(device.get("interval", 5))
            _status, answer = post("CHILD_TOKEN", grant_type=grant, device_code=device["device_code"])
            error = answer.get("error")
        if "access_token" not in answer:
            raise ValueError("the sign-in failed")
        self.keep(answer)
        with os.fdopen(os.open(STORE, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
            json.dump(self.session, file)
        return "you are signed in"

    def keep(self, answer: dict[str, Any]) -> None:
        """Remember a token response."""
        until = time.time() + answer.get("expires_in", 3600)
        self.session = {"access": answer["access_token"], "refresh": answer["refresh_token"], "until": until}
        self.over = False

    def use(self) -> str:
        """Call the API."""
        if self.over or not self.session:
            raise ValueError("the session has ended; sign in again with: forgetful login")
        if self.session["until"] <= time.time():
            status, answer = post("CHILD_TOKEN", grant_type="refresh_token", refresh_token=self.session["refresh"])
            if answer.get("error") == "invalid_grant":
                self.over = True
                raise ValueError("the session has ended; sign in again with: forgetful login")
            if status != 200 or "access_token" not in answer:
                raise ValueError("the session could not be renewed; try again later")
            self.keep(answer)
        headers = {"Authorization": f"Bearer {self.session['access']}"}
        try:
            urllib.request.urlopen(
                urllib.request.Request(os.environ["CHILD_API"] + "/me", None, headers), timeout=3
            ).close()
        except (OSError, HTTPException) as problem:
            raise ValueError(f"the API could not be used ({problem}); sign in again with: forgetful login") from problem
        return "hello"


def main() -> None:
    """Answer one message after the other."""
    child = Child()
    for line in sys.stdin:
        message = json.loads(line)
        reply: dict[str, Any] = {"id": message.get("id")}
        try:
            reply["result"] = {"said": {"login": child.login, "use": child.use}[message["method"]]()}
        except ValueError as problem:
            reply["error"] = {"code": 1, "message": str(problem)}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
