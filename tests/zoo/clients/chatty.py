"""A correct client that is slow and talks all the time: progress, spinners, and words that mean something elsewhere."""

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

STORE = Path.home() / ".chatty" / "session"
SLOWNESS = 0.4


class StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: what is sent along is for the address that was asked."""

    def redirect_request(self, *_arguments: object) -> None:
        """Return no request."""


urllib.request.install_opener(urllib.request.build_opener(StayHere))


def chat(*words: object) -> None:
    """Say something on the standard error that is no statement about the session."""
    print("\x1b[2m[chatty]\x1b[0m", *words, file=sys.stderr, flush=True)


def give_up(sentence: str) -> NoReturn:
    """End with a sentence."""
    print(f"\x1b[31m✗\x1b[0m {sentence}", file=sys.stderr)
    sys.exit(1)


def step(title: str) -> None:
    """Draw a progress bar, slowly."""
    for part in range(5):
        print(f"\r{title:<32} [{'#' * part:<4}] {25 * part:3d} %", end="", file=sys.stderr, flush=True)
        time.sleep(SLOWNESS / 5)
    print(file=sys.stderr)


def fetch(url: str, form: dict[str, str] | None = None, token: str = "") -> tuple[int, dict[str, Any]]:
    """Return status and members of an answer, and tell of it."""
    chat("->", "POST" if form else "GET", urllib.parse.urlsplit(url).path)
    data = urllib.parse.urlencode({**form, "client_id": "chatty"}).encode() if form else None
    request = urllib.request.Request(url, data, {"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=3) as answer:
            status, body = answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        status, body = refusal.code, refusal.read()
    except (OSError, HTTPException) as problem:
        chat("<-", "nothing:", type(problem).__name__)
        return 0, {}
    chat("<-", status, f"{len(body)} bytes")
    try:
        members = json.loads(body)
    except ValueError:
        return status, {}
    return status, members if isinstance(members, dict) else {}


def read() -> dict[str, Any]:
    """Return the stored session."""
    chat("is there a valid session? revoked? expired? let us see")
    try:
        session = json.loads(STORE.read_text("utf-8"))
        if {"access", "refresh", "until"} == set(session):
            return dict(session)
    except FileNotFoundError:
        give_up("You are not signed in. Sign in with: chatty login")
    except (OSError, ValueError, TypeError):
        pass
    give_up("The session file cannot be understood. Sign in again with: chatty login")


def write(answer: dict[str, Any], refresh: str = "") -> dict[str, Any]:
    """Store a session."""
    session = {"access": answer["access_token"], "refresh": answer.get("refresh_token", refresh)}
    session["until"] = time.time() + answer.get("expires_in", 3600)
    draft = STORE.with_suffix(".draft")
    try:
        STORE.parent.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
            json.dump(session, file)
        draft.rename(STORE)
    except OSError as problem:
        draft.unlink(missing_ok=True)
        give_up(f"The session could not be stored: {problem.strerror}.")
    return session


def login() -> None:
    """Sign in by device."""
    step("Preparing your sign-in")
    _status, device = fetch(os.environ["CHATTY_DEVICE"], {"scope": "offline_access"})
    if "device_code" not in device:
        give_up("The sign-in could not begin. Try again later.")
    print(f"👉 Enter {device['user_code']} at {device['verification_uri']}", flush=True)
    pause = device.get("interval", 5)
    while True:
        time.sleep(pause)
        chat("approved? denied? expired? asking")
        grant = "urn:ietf:params:oauth:grant-type:device_code"
        status, answer = fetch(os.environ["CHATTY_TOKEN"], {"grant_type": grant, "device_code": device["device_code"]})
        error = answer.get("error")
        if status == 200 and "access_token" in answer:
            break
        if error not in ("authorization_pending", "slow_down"):
            give_up(
                "You denied the sign-in." if error == "access_denied" else f"The sign-in failed: {error or status}."
            )
        pause += 5 if error == "slow_down" else 0
    write(answer)
    print("🎉 You are signed in!")


def use() -> None:
    """Call the API."""
    step("Warming up")
    session = read()
    if time.time() >= session["until"]:
        try:
            lock = STORE.with_suffix(".lock").open("a")
        except OSError as problem:
            give_up(f"The session could not be locked: {problem.strerror}.")
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            session = read()
            if time.time() >= session["until"]:
                session = renew(session["refresh"])
    status, _answer = fetch(os.environ["CHATTY_API"] + "/hello", token=session["access"])
    if status == 401:
        give_up("The API does not accept your session any more. Sign in again with: chatty login")
    if status != 200:
        give_up("The API did not answer as it should. Try again later.")
    print("✨ It worked!")


def renew(refresh: str) -> dict[str, Any]:
    """Return the session that a refresh begins."""
    chat("your token has expired, which is normal: renewing it")
    status, answer = fetch(os.environ["CHATTY_TOKEN"], {"grant_type": "refresh_token", "refresh_token": refresh})
    if status == 200 and "access_token" in answer:
        return write(answer, refresh)
    if answer.get("error") == "invalid_grant":
        STORE.unlink()
        give_up("Your session is over. Sign in again with: chatty login")
    give_up("Your session could not be renewed for the moment. Try again later.")


def logout() -> None:
    """Sign out."""
    step("Saying goodbye")
    session = read()
    chat("will the session be revoked? asking the provider")
    status, _answer = fetch(os.environ["CHATTY_REVOKE"], {"token": session["refresh"]})
    STORE.unlink()
    print(
        "👋 You are signed out.", "Your session was revoked." if status == 200 else "The provider did not hear of it."
    )


def version() -> None:
    """Print name and version."""
    print("chatty 11")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a text stream, as the interpreter makes it
    sys.stderr.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # likewise
    {"login": login, "use": use, "logout": logout, "--version": version}[sys.argv[1]]()
