"""A correct client that writes its store in place, after a journal that can be replayed says what is to be written."""

# ruff: noqa: N818, S310, T201 - a program prints, its addresses come from its environment, its exceptions read as what happened

import fcntl
import hashlib
import json
import os
import sys
import time
import urllib.parse
import urllib.request
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError

FOLDER = Path.home() / ".journalled"
STORE, JOURNAL = FOLDER / "store", FOLDER / "journal"


class StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: what is sent along is for the address that was asked."""

    def redirect_request(self, *_arguments: object) -> None:
        """Return no request."""


urllib.request.install_opener(urllib.request.build_opener(StayHere))


class Bad(Exception):
    """A failure with a sentence for the person."""


def record(data: dict[str, Any]) -> bytes:
    """Return a line that shows whether it is whole."""
    text = json.dumps(data)
    return f"{hashlib.sha256(text.encode()).hexdigest()} {text}\n".encode()


def whole(path: Path) -> dict[str, Any] | None:
    """Return what a file with one whole record says; None for any other file, and for none."""
    try:
        digest, text = path.read_text("utf-8").rstrip("\n").split(" ", 1)
        return dict(json.loads(text)) if hashlib.sha256(text.encode()).hexdigest() == digest else None
    except (OSError, ValueError):
        return None


def write(path: Path, data: bytes) -> None:
    """Write a file in place and have it on the disk."""
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        os.write(descriptor, data)
        os.ftruncate(descriptor, len(data))
        os.fsync(descriptor)
        if path.read_bytes() != data:
            raise OSError(28, "No space left on device")
    finally:
        os.close(descriptor)


class Store:
    """The store, locked while it is held; a journal that is left over from a crash is replayed first."""

    def __enter__(self) -> "Store":
        try:
            FOLDER.mkdir(mode=0o700, exist_ok=True)
            self.lock: IO[str] = (FOLDER / "lock").open("a")
            fcntl.flock(self.lock, fcntl.LOCK_EX)
            left = whole(JOURNAL)
            if left is not None:
                write(STORE, record(left))
            if JOURNAL.exists():
                JOURNAL.unlink()
        except OSError as problem:
            raise Bad(f"The store in {FOLDER} cannot be opened: {problem.strerror}.") from problem
        return self

    def __exit__(self, *_error: object) -> None:
        self.lock.close()

    def load(self) -> dict[str, Any]:
        """Return the session."""
        if not STORE.exists():
            raise Bad("You are not signed in. Please sign in with `journalled login`.")
        session = whole(STORE)
        if session is None:
            raise Bad(f"{STORE} is damaged. Restore it from a backup or sign in again with `journalled login`.")
        return session

    def save(self, session: dict[str, Any]) -> None:
        """Write the journal, then the store, then remove the journal."""
        line = record(session)
        try:
            try:
                write(JOURNAL, line)
            except OSError:
                JOURNAL.unlink(missing_ok=True)  # the store was not touched
                raise
            write(STORE, line)
            JOURNAL.unlink()
        except OSError as problem:
            raise Bad(f"The session could not be written: {problem.strerror}.") from problem


class Http:
    """The provider and the API, by JSON over HTTP."""

    def __init__(self) -> None:
        self.status = 0
        self.members: dict[str, Any] = {}

    def __call__(self, url: str, form: dict[str, str] | None = None, bearer: str = "") -> dict[str, Any]:
        """Send a request; keep and return the members of the answer, and keep its status (0 for no answer)."""
        data = urllib.parse.urlencode({**form, "client_id": "journalled"}).encode() if form is not None else None
        request = urllib.request.Request(url, data, {"Authorization": f"Bearer {bearer}"} if bearer else {})
        answer: HTTPResponse | HTTPError
        try:
            answer = urllib.request.urlopen(request, timeout=3)
        except HTTPError as problem:
            answer = problem
        except (OSError, HTTPException):
            self.status, self.members = 0, {}
            return {}
        self.status = int(answer.status or 0)
        try:
            members = json.loads(answer.read())
        except (OSError, HTTPException, ValueError):
            members = None
        self.members = members if isinstance(members, dict) else {}
        return self.members

    @property
    def how(self) -> str:
        """How the last request ended, in words."""
        return f"status {self.status}" if self.status else "there was no answer"


def session_of(answer: dict[str, Any], earlier: str) -> dict[str, Any]:
    """Return what is stored of a token response."""
    end = time.time() + float(answer.get("expires_in", 3600))
    return {"access": answer["access_token"], "refresh": answer.get("refresh_token", earlier), "end": end}


def login(http: Http) -> str:
    """Sign in by device."""
    device = http(os.environ["JOURNALLED_DEVICE"], {"scope": "openid offline_access"})
    if "device_code" not in device:
        raise Bad(f"The sign-in did not begin: {http.how}.")
    print(f"Please enter {device['user_code']} at {device['verification_uri']}", flush=True)
    pause = device.get("interval", 5)
    while True:
        time.sleep(pause)
        grant = "urn:ietf:params:oauth:grant-type:device_code"
        answer = http(os.environ["JOURNALLED_TOKEN"], {"grant_type": grant, "device_code": device["device_code"]})
        error = answer.get("error")
        if http.status == 200 and "access_token" in answer:
            break
        if error == "slow_down":
            pause += 5
        elif error == "access_denied":
            raise Bad("Access was denied by the user.")
        elif error != "authorization_pending":
            raise Bad(f"The sign-in failed: {error or http.how}.")
    with Store() as store:
        store.save(session_of(answer, ""))
    return "You are signed in now."


def use(http: Http) -> str:
    """Call the API."""
    with Store() as store:
        session = store.load()
        if session["end"] <= time.time():
            form = {"grant_type": "refresh_token", "refresh_token": session["refresh"]}
            answer = http(os.environ["JOURNALLED_TOKEN"], form)
            if answer.get("error") == "invalid_grant":
                STORE.unlink()
                raise Bad("Your session has ended. Please sign in with `journalled login`.")
            if http.status != 200 or "access_token" not in answer:
                raise Bad(f"Your session could not be renewed, {http.how}. Try again in a while.")
            session = session_of(answer, session["refresh"])
            store.save(session)
    answer = http(os.environ["JOURNALLED_API"] + "/entries", bearer=session["access"])
    if http.status == 401:
        raise Bad("The API rejects the session. Please sign in with `journalled login`.")
    if http.status != 200:
        raise Bad(f"The API could not be used: {http.how}.")
    return f"No entries, {answer.get('sub')}."


def logout(http: Http) -> str:
    """Remove the session and have it revoked."""
    try:
        with Store() as store:
            token = store.load()["refresh"]
            STORE.unlink()
    except Bad as bad:
        STORE.unlink(missing_ok=True)
        return f"Nothing was sent to the provider. {bad}"
    http(os.environ["JOURNALLED_REVOKE"], {"token": token})
    return "Signed out. " + ("The session was revoked." if http.status == 200 else f"It may live on: {http.how}.")


def version(_http: Http) -> str:
    """Return name and version."""
    return "journalled 1.0"


if __name__ == "__main__":
    actions = {"login": login, "use": use, "logout": logout, "--version": version}
    try:
        print(actions[sys.argv[1]](Http()))
    except Bad as failure:
        sys.exit(str(failure))
