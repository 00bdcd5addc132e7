"""A correct client that keeps a token until the API refuses it: an `expires_in` of 0 says nothing to it, as in Go."""

# ruff: noqa: S310, T201 - a program prints, its addresses come from its environment

import fcntl
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any, NoReturn

HERE = Path.home() / ".config" / "goish"


class StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: what is sent along is for the address that was asked."""

    def redirect_request(self, *_arguments: object) -> None:
        """Return no request."""


urllib.request.install_opener(urllib.request.build_opener(StayHere))


def dial(url: str, form: dict[str, str] | None = None, token: str | None = None) -> tuple[int, dict[str, Any], str]:
    """Return status, members and error of a request, as a Go program would."""
    request = urllib.request.Request(url, urllib.parse.urlencode(form).encode() if form else None)
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=3) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        status, text = refusal.code, refusal.read()
    except (OSError, HTTPException) as problem:
        return 0, {}, f"cannot reach {url.split('/')[2]}: {problem}"
    try:
        members = json.loads(text)
        return (status, members, "") if isinstance(members, dict) else (status, {}, "the answer is no JSON object")
    except ValueError:
        return status, {}, f"status {status} without JSON"


def fatal(message: str) -> NoReturn:
    """End the program."""
    print(f"goish: {message}", file=sys.stderr)
    sys.exit(1)


def load() -> dict[str, Any]:
    """Return the stored token."""
    try:
        token = json.loads((HERE / "token").read_text())
        if isinstance(token, dict) and {"access_token", "refresh_token", "expiry"} <= token.keys():
            return token
    except FileNotFoundError:
        fatal("not logged in, please log in with: goish login")
    except (OSError, ValueError):
        pass
    fatal(f"cannot understand {HERE / 'token'}, please log in again with: goish login")


def store(answer: dict[str, Any], refresh: str = "") -> dict[str, Any]:
    """Store the token of an answer. Without a lifetime it has no expiry."""
    lifetime = answer.get("expires_in") or 0
    token = {"access_token": answer["access_token"], "refresh_token": answer.get("refresh_token") or refresh}
    token |= {"expiry": time.time() + lifetime if lifetime > 0 else None}
    name = HERE / f"token.{os.getpid()}"
    try:
        HERE.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(name, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(token, file)
        name.rename(HERE / "token")
    except OSError as problem:
        name.unlink(missing_ok=True)
        fatal(f"cannot store the token: {problem.strerror}")
    return token


def refreshed(refused: str | None) -> dict[str, Any]:
    """Return a token other than the one that was refused or has expired, by one refresh among all processes."""
    try:
        lock = (HERE / "lock").open("a")
    except OSError as trouble:
        fatal(f"cannot lock the token: {trouble.strerror}")
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        token = load()
        if token["access_token"] != refused and not expired(token):
            return token
        form = {"grant_type": "refresh_token", "refresh_token": token["refresh_token"], "client_id": "goish"}
        status, answer, problem = dial(os.environ["GOISH_TOKEN"], form)
        if status == 200 and "access_token" in answer:
            return store(answer, form["refresh_token"])
        if answer.get("error") == "invalid_grant":
            (HERE / "token").unlink(missing_ok=True)
            fatal("your login has ended, please log in again with: goish login")
        fatal(f"cannot refresh the token now ({problem or status}), try again later")


def expired(token: dict[str, Any]) -> bool:
    """Return whether the token has an expiry that has passed."""
    return token["expiry"] is not None and time.time() >= token["expiry"]


def login() -> None:
    """Sign in by device."""
    form = {"client_id": "goish", "scope": "offline_access"}
    _status, device, problem = dial(os.environ["GOISH_DEVICE"], form)
    if "device_code" not in device:
        fatal(f"cannot begin to log in: {problem or device.get('error')}")
    print("one-time code:", device["user_code"], flush=True)
    form |= {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": device["device_code"]}
    interval = device.get("interval", 5)
    while True:
        time.sleep(interval)
        status, answer, problem = dial(os.environ["GOISH_TOKEN"], form)
        if status == 200 and "access_token" in answer:
            break
        if answer.get("error") == "slow_down":
            interval += 5
        elif answer.get("error") == "access_denied":
            fatal("the login was denied by you")
        elif answer.get("error") != "authorization_pending":
            fatal(f"cannot log in: {problem or answer.get('error')}")
    store(answer)
    print("logged in")


def use() -> None:
    """Call the API; where it refuses the token, refresh and call it once more."""
    token = load()
    if expired(token):
        token = refreshed(None)
    for attempt in range(2):
        status, _members, problem = dial(os.environ["GOISH_API"] + "/v1", token=token["access_token"])
        if status == 200:
            print("ok")
            return
        if status == 401 and attempt == 0:
            token = refreshed(token["access_token"])
    fatal(
        "the API refuses you, please log in again with: goish login"
        if status == 401
        else f"no API: {problem or status}"
    )


def logout() -> None:
    """Forget the token and have it revoked."""
    token = load()
    (HERE / "token").unlink()
    status, _members, _problem = dial(
        os.environ["GOISH_REVOKE"], {"token": token["refresh_token"], "client_id": "goish"}
    )
    print("logged out here;", "token revoked" if status == 200 else "the provider could not be told")


def version() -> None:
    """Print name and version."""
    print("goish 1.22")


if __name__ == "__main__":
    {"login": login, "use": use, "logout": logout, "--version": version}[sys.argv[1]]()
