"""A correct client that replaces its store by a rename, and lets one process at a time refresh (flock)."""

# ruff: noqa: N818, S310, T201 - a program prints, its addresses come from its environment, its exceptions read as what happened

import contextlib
import fcntl
import json
import os
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any

STORE = Path.home() / ".renames" / "session.json"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


class StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: what is sent along is for the address that was asked."""

    def redirect_request(self, *_arguments: object) -> None:
        """Return no request."""


urllib.request.install_opener(urllib.request.build_opener(StayHere))


class Failed(Exception):
    """Something to tell the person; `code` is the error code of the provider, where it gave one."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


def ask(url: str, form: dict[str, str] | None = None, bearer: str = "") -> dict[str, Any]:
    """Return the JSON object that `url` answers to a GET, or to a POST of `form`."""
    data = urllib.parse.urlencode(form).encode() if form is not None else None
    request = urllib.request.Request(url, data, {"Authorization": f"Bearer {bearer}"} if bearer else {})
    try:
        with urllib.request.urlopen(request, timeout=3) as answer:
            status, body = answer.status, answer.read()
    except urllib.error.HTTPError as problem:
        status, body = problem.code, problem.read()
    except (OSError, HTTPException) as problem:
        raise Failed(f"The server at {url} cannot be reached: {problem}") from problem
    try:
        members = json.loads(body) if body or status >= 300 else {}
    except ValueError:
        members = None
    if status >= 300:
        code = str(members.get("error", "")) if isinstance(members, dict) else ""
        raise Failed(f"The server answered with status {status} {code}".rstrip() + ".", code or str(status))
    if not isinstance(members, dict):
        raise Failed("The server answered with something that is no JSON object.")
    return members


def endpoints() -> dict[str, Any]:
    """Discover the provider."""
    issuer = os.environ["ZOO_ISSUER"]
    known = ask(issuer.rstrip("/") + "/.well-known/openid-configuration")
    if known.get("issuer") != issuer:
        raise Failed("Somebody else answers for this provider.")
    if issuer.startswith("https:") and any(str(url).startswith("http:") for url in known.values()):
        raise Failed("The provider names an address without encryption.")
    return known


def load() -> dict[str, Any]:
    """Return what is stored."""
    try:
        session = json.loads(STORE.read_text("utf-8"))
        return {"access": str(session["access"]), "refresh": str(session["refresh"]), "until": float(session["until"])}
    except FileNotFoundError:
        raise Failed("You are not signed in. Run: renames login") from None
    except (OSError, ValueError, TypeError, KeyError):
        raise Failed(f"{STORE} cannot be read as a session. Put it right, or run: renames login") from None


def save(answer: dict[str, Any], refresh: str = "") -> dict[str, Any]:
    """Store the tokens of a token response and return them as `load` would."""
    session = {
        "access": answer["access_token"],
        "refresh": answer.get("refresh_token", refresh),
        "until": time.time() + float(answer.get("expires_in", 3600)),
    }
    try:
        STORE.parent.mkdir(mode=0o700, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=STORE.parent)
        try:
            with os.fdopen(handle, "w") as file:
                json.dump(session, file)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(STORE)
        except OSError:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as problem:
        raise Failed(f"The session could not be stored in {STORE}: {problem.strerror}") from problem
    return session


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Wait until no other process of this client refreshes; the kernel ends the wait where that process dies."""
    try:
        lock = STORE.with_suffix(".lock").open("a")
    except OSError as problem:
        raise Failed(f"The session cannot be locked: {problem.strerror}") from problem
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def login() -> None:
    """Sign in with a device code (RFC 8628)."""
    known = endpoints()
    begun = ask(known["device_authorization_endpoint"], {"client_id": "renames", "scope": "openid offline_access"})
    print(f"Open {begun['verification_uri']} and enter {begun['user_code']}", flush=True)
    pause = float(begun.get("interval", 5))
    form = {"grant_type": DEVICE_CODE, "device_code": begun["device_code"], "client_id": "renames"}
    while True:
        time.sleep(pause)
        try:
            save(ask(known["token_endpoint"], form))
            break
        except Failed as problem:
            if problem.code == "slow_down":
                pause += 5
            elif problem.code == "access_denied":
                raise Failed("The sign-in was denied in the browser.") from problem
            elif problem.code != "authorization_pending":
                raise
    print("You are signed in.")


def refresh() -> dict[str, Any]:
    """Return a session whose access token has not expired, by a refresh unless another process was faster."""
    with alone():
        session = load()
        if time.time() < session["until"]:
            return session
        form = {"grant_type": "refresh_token", "refresh_token": session["refresh"], "client_id": "renames"}
        try:
            return save(ask(endpoints()["token_endpoint"], form), session["refresh"])
        except Failed as problem:
            if problem.code != "invalid_grant":
                raise
            STORE.unlink()
            raise Failed("Your session has ended. Sign in again, run: renames login") from problem


def use() -> None:
    """Call the API."""
    session = load()
    if time.time() >= session["until"]:
        session = refresh()
    try:
        print("Hello", ask(os.environ["ZOO_API"] + "/hello", bearer=session["access"]).get("sub", ""))
    except Failed as problem:
        if problem.code in ("401", "invalid_token"):
            raise Failed("The API refused the token. Sign in again, run: renames login") from problem
        raise


def logout() -> None:
    """Forget the session, whatever becomes of its revocation."""
    try:
        token = load()["refresh"]
        if address := endpoints().get("revocation_endpoint"):
            ask(address, {"token": token, "client_id": "renames"})
            told = "The session was revoked at the provider."
        else:
            told = "The provider was not told: it says nowhere how."
    except Failed as problem:
        told = f"The provider was not told. {problem}"
    STORE.unlink(missing_ok=True)
    print(f"You are signed out here. {told}")


def version() -> None:
    """Print name and version."""
    print("renames 1")


if __name__ == "__main__":
    os.umask(0o077)
    try:
        {"login": login, "use": use, "logout": logout, "--version": version}[sys.argv[1]]()
    except Failed as failure:
        sys.exit(f"renames: {failure}")
