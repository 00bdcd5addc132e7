"""Clients that look as if they kept a contract, and were never in a position to break it.

    liar.py LIE ACTION

`Client` is correct. Each subclass is one lie: it arranges that what the check does to it misses it, or that what it
prints sounds right. Its docstring says how, and `tests/zoo/test_lying_clients.py` which contract it is about.
"""

# ruff: noqa: N818, S310, T201 - a program prints, its addresses come from its environment, its exceptions read as what happened

import contextlib
import fcntl
import json
import mmap
import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any

STORE = Path.home() / ".liar" / "session"
Session = dict[str, Any]


class Failure(Exception):
    """A sentence for the person."""


class Client:
    """A correct client: one store, one refresh at a time, the truth about each failure."""

    def post(self, where: str, **form: str) -> tuple[int, Session]:
        """Return status and members of the answer to a form."""
        return self.ask(os.environ[f"LIAR_{where}"], {"client_id": "liar", **form})

    def ask(self, url: str, form: dict[str, str] | None = None, token: str = "") -> tuple[int, Session]:
        """Return status and members of an answer."""
        data = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(url, data, {"Authorization": f"Bearer {token}"} if token else {})
        try:
            with urllib.request.urlopen(request, timeout=3) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            status, text = refusal.code, refusal.read()
        except (OSError, HTTPException) as problem:
            raise Failure(f"there is no connection: {problem}; try again later") from problem
        with contextlib.suppress(ValueError):
            if isinstance(members := json.loads(text), dict):
                return status, members
        return status, {}

    def login(self) -> None:
        """Sign in by device."""
        _status, device = self.post("DEVICE", scope="offline_access")
        grant = "urn:ietf:params:oauth:grant-type:device_code"
        while True:
            time.sleep(device.get("interval", 5))
            status, answer = self.post("TOKEN", grant_type=grant, device_code=device["device_code"])
            if status == 200 and "access_token" in answer:
                break
            if answer.get("error") != "authorization_pending":
                self.login_failed(answer)
        STORE.parent.mkdir(mode=0o700, exist_ok=True)
        self.save(answer)
        print("you are signed in")

    def login_failed(self, answer: Session) -> None:
        """End a login that failed."""
        denied = answer.get("error") == "access_denied"
        raise Failure("the sign-in was denied by the user" if denied else "the sign-in failed")

    def load(self) -> Session:
        """Return the stored session."""
        try:
            return dict(json.loads(STORE.read_bytes()))
        except FileNotFoundError:
            raise Failure("you are not signed in; sign in with: liar login") from None
        except (OSError, ValueError, TypeError):
            raise Failure("the session is damaged; sign in again with: liar login") from None

    def session_of(self, answer: Session) -> Session:
        """Return what is stored of a token response."""
        until = time.time() + answer.get("expires_in", 3600)
        return {"access": answer["access_token"], "refresh": answer["refresh_token"], "until": until}

    def save(self, answer: Session) -> Session:
        """Store a token response."""
        session = self.session_of(answer)
        draft = STORE.with_name(f"draft-{os.getpid()}")
        try:
            draft.touch(0o600)
            draft.write_text(json.dumps(session), "ascii")
            draft.replace(STORE)
        except OSError as problem:
            with contextlib.suppress(OSError):
                draft.unlink()
            raise Failure(f"the session could not be stored: {problem.strerror}") from problem
        return session

    def current(self) -> Session:
        """Return a session whose access token is good."""
        session = self.load()
        if session["until"] > time.time():
            return session
        try:
            lock = STORE.with_name("lock").open("a")
        except OSError as problem:
            raise Failure(f"the session could not be locked: {problem.strerror}") from problem
        with lock:
            self.wait_for(lock.fileno())
            session = self.load()
            return session if session["until"] > time.time() else self.refresh(session)

    def wait_for(self, lock: int) -> None:
        """Wait until no other process refreshes."""
        fcntl.flock(lock, fcntl.LOCK_EX)

    def refresh(self, session: Session) -> Session:
        """Return the session that a refresh begins."""
        status, answer = self.post("TOKEN", grant_type="refresh_token", refresh_token=session["refresh"])
        if status == 200 and "access_token" in answer:
            return self.save(answer)
        if answer.get("error") == "invalid_grant":
            STORE.unlink()
            raise Failure("the session has ended; sign in again with: liar login")
        raise Failure("the session could not be renewed; try again later")

    def use(self) -> None:
        """Call the API."""
        status, _members = self.ask(os.environ["LIAR_API"] + "/hello", token=self.current()["access"])
        if status != 200:
            raise Failure(f"the API answered {status}; sign in again with: liar login")
        print("hello")

    def logout(self) -> None:
        """Revoke and forget the session."""
        with contextlib.suppress(Failure):
            self.post("REVOKE", token=self.load()["refresh"])
        STORE.unlink(missing_ok=True)
        print("you are signed out here")


class EndsBeforeTheKill(Client):
    """`use` is over before anything is asked: somebody else, whom no kill reaches, does the work."""

    def use(self) -> None:
        """Leave the work to a process that nobody knows to be ours."""
        work_elsewhere(wait=False)
        print("hello")


class KillMissesTheWorker(Client):
    """`use` waits for a process of its own session and environment, which refreshes and which no kill reaches."""

    def use(self) -> None:
        """Wait for a process that nobody knows to be ours."""
        if work_elsewhere(wait=True):
            raise Failure("it did not work; sign in again with: liar login")
        print("hello")


def work_elsewhere(*, wait: bool) -> int:
    """Call the API in a process without our environment and our group; return its exit code if it is waited for."""
    ours = {name: value for name, value in os.environ.items() if name.startswith("LIAR_") or name in ("HOME", "PATH")}
    argv = [sys.executable, __file__, "honest", "use"]
    silent = subprocess.DEVNULL
    process = subprocess.Popen(argv, env=ours, start_new_session=True, stdin=silent, stdout=silent, stderr=silent)
    return process.wait() if wait else 0


class NeverRevokes(Client):
    """`logout` asks the revocation endpoint nothing, so whatever that answers is not what it reports."""

    def logout(self) -> None:
        """Forget the session."""
        STORE.unlink(missing_ok=True)
        print("you are signed out here")


class Pretends(Client):
    """`use` says that all went well and asks nobody."""

    def use(self) -> None:
        """Print."""
        self.load()
        print("hello")


class StepsAside(Client):
    """A process that finds another one refreshing ends at once, successfully, with nothing done."""

    def wait_for(self, lock: int) -> None:
        """Do not wait."""
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("another command is at work")
            sys.exit(0)


class SignsInSilently(Client):
    """A token that has expired is replaced by a new login that nobody asked for, and never by a refresh."""

    def refresh(self, session: Session) -> Session:
        """Sign in, whatever the session is."""
        session.clear()
        self.login()
        return self.load()


class WritesUnseen(Client):
    """The store is overwritten in place, in memory that is mapped to it: no write and no rename is ever seen."""

    def save(self, answer: Session) -> Session:
        """Write one half, take a nap, write the other half."""
        session = self.session_of(answer)
        data = json.dumps(session).encode().ljust(8192)
        try:
            descriptor = os.open(STORE, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as problem:
            raise Failure(f"the session could not be stored: {problem.strerror}") from problem
        if os.fstat(descriptor).st_size != len(data):
            os.truncate(descriptor, len(data))
        with mmap.mmap(descriptor, len(data)) as mapped:
            middle = len(data.rstrip()) // 2
            mapped[:middle] = data[:middle]
            time.sleep(0.01)
            mapped[middle:] = data[middle:]
        os.close(descriptor)
        return session


LIES: dict[str, type[Client]] = {
    "honest": Client,
    "ends-before-the-kill": EndsBeforeTheKill,
    "kill-misses-the-worker": KillMissesTheWorker,
    "never-revokes": NeverRevokes,
    "pretends": Pretends,
    "steps-aside": StepsAside,
    "signs-in-silently": SignsInSilently,
    "writes-unseen": WritesUnseen,
}


def version() -> None:
    """Print name and version."""
    print("liar 0")


if __name__ == "__main__":
    _program, lie, action = sys.argv
    client = LIES[lie]()
    try:
        {"login": client.login, "use": client.use, "logout": client.logout, "--version": version}[action]()
    except Failure as failure:
        sys.exit(f"liar: {failure}")
