"""A correct client that stays signed in where its session cannot be revoked: it says so and fails."""

# ruff: noqa: N818, S310, T201 - a program prints, its addresses come from its environment, its exceptions read as what happened

import contextlib
import fcntl
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode


class StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: what is sent along is for the address that was asked."""

    def redirect_request(self, *_arguments: object) -> None:
        """Return no request."""


urllib.request.install_opener(urllib.request.build_opener(StayHere))


@dataclass
class Session:
    """One session, as it is stored."""

    access_token: str
    refresh_token: str
    expires_at: float

    @classmethod
    def of(cls, answer: dict[str, Any], before: str = "") -> "Session":
        """Return the session of a token response (RFC 6749 5.1)."""
        refresh = answer.get("refresh_token") or before
        return cls(answer["access_token"], refresh, time.time() + float(answer.get("expires_in", 3600)))


class Keeper:
    """The file with the session."""

    def __init__(self) -> None:
        self.path = Path(os.environ["HOME"]) / ".keeper" / "session"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes away from the session."""
        try:
            self.path.parent.mkdir(exist_ok=True, mode=0o700)
            descriptor = os.open(self.path.with_name("lock"), os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as problem:
            raise Stop(f"the session cannot be locked ({problem.strerror})") from problem
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def read(self) -> Session:
        """Return the stored session."""
        try:
            return Session(**json.loads(self.path.read_bytes()))
        except FileNotFoundError:
            raise Stop("nobody is signed in; sign in first with: keeper login") from None
        except (OSError, ValueError, TypeError):
            raise Stop(f"{self.path} is not a session of mine; move it away and sign in again: keeper login") from None

    def write(self, session: Session) -> None:
        """Replace the stored session as a whole."""
        draft = self.path.with_name(f"draft-{os.getpid()}")
        try:
            self.path.parent.mkdir(exist_ok=True, mode=0o700)
            draft.touch(0o600)
            draft.write_text(json.dumps(asdict(session)), "ascii")
            draft.rename(self.path)
        except OSError as problem:
            draft.unlink(missing_ok=True)
            raise Stop(f"the session could not be stored ({problem.strerror})") from problem


class Stop(Exception):
    """The command ends here, for this reason."""


class ProviderError(Stop):
    """The provider answered with an error code."""


def post(place: str, **form: str) -> dict[str, Any]:
    """POST a form to an endpoint and return the members of the answer."""
    data = urlencode({"client_id": "keeper", **form}).encode()
    try:
        with urllib.request.urlopen(os.environ[f"KEEPER_{place}"], data, timeout=3) as answer:
            text = answer.read() or b"{}"
        members = json.loads(text)
    except urllib.error.HTTPError as refusal:
        with contextlib.suppress(ValueError, AttributeError, OSError, HTTPException):
            if refusal.code in (400, 401) and (code := json.loads(refusal.read()).get("error")):
                raise ProviderError(str(code)) from refusal
        raise Stop(f"the provider failed with status {refusal.code}") from refusal
    except (OSError, HTTPException) as problem:
        raise Stop(f"the provider did not answer ({type(problem).__name__})") from problem
    except ValueError:
        members = None
    if place == "REVOKE":
        return {}  # the body of a revocation means nothing (RFC 7009 2.2)
    if not isinstance(members, dict):
        raise Stop("the provider answered with something else than JSON")
    return members


def login(keeper: Keeper) -> None:
    """Sign in by device."""
    device = post("DEVICE", scope="offline_access")
    print("Visit", device["verification_uri"], "and enter", device["user_code"], flush=True)
    grant, pause, answer = "urn:ietf:params:oauth:grant-type:device_code", device.get("interval", 5), None
    while answer is None:
        time.sleep(pause)
        try:
            answer = post("TOKEN", grant_type=grant, device_code=device["device_code"])
        except ProviderError as problem:
            if str(problem) == "access_denied":
                raise Stop("the sign-in was denied by the user") from problem
            if str(problem) not in ("authorization_pending", "slow_down"):
                raise Stop(f"the sign-in ended with {problem}") from problem
            pause += 5 if str(problem) == "slow_down" else 0
    if "access_token" not in answer:
        raise Stop("the provider gave no token")
    keeper.write(Session.of(answer))
    print("Signed in.")


def use(keeper: Keeper) -> None:
    """Call the API."""
    with keeper.locked():
        session = keeper.read()
        if not session.refresh_token:
            raise Stop("the session is over; sign in again: keeper login")
        if session.expires_at <= time.time():
            try:
                answer = post("TOKEN", grant_type="refresh_token", refresh_token=session.refresh_token)
            except ProviderError as problem:
                if str(problem) != "invalid_grant":
                    raise
                keeper.write(Session("", "", 0))
                raise Stop("the session is over; sign in again: keeper login") from problem
            session = Session.of(answer, session.refresh_token)
            keeper.write(session)
    headers = {"Authorization": "Bearer " + session.access_token}
    try:
        with urllib.request.urlopen(urllib.request.Request(os.environ["KEEPER_API"] + "/me", None, headers), timeout=3):
            print("The API is well.")
    except urllib.error.HTTPError as refusal:
        raise Stop(f"the API answered {refusal.code}; if it goes on, sign in again: keeper login") from refusal
    except (OSError, HTTPException) as problem:
        raise Stop(f"the API did not answer ({type(problem).__name__})") from problem


def logout(keeper: Keeper) -> None:
    """Revoke the session and then forget it; keep it where it could not be revoked."""
    with keeper.locked():
        session = keeper.read()
        try:
            post("REVOKE", token=session.refresh_token)
        except Stop as problem:
            raise Stop(f"you are still signed in, because the session could not be revoked: {problem}") from problem
        keeper.path.unlink()
    print("The session was revoked and is gone from this computer.")


def version(_keeper: Keeper) -> None:
    """Print name and version."""
    print("keeper 7")


if __name__ == "__main__":
    try:
        {"login": login, "use": use, "logout": logout, "--version": version}[sys.argv[1]](Keeper())
    except Stop as reason:
        print(f"keeper: {reason}", file=sys.stderr)
        sys.exit(1)
