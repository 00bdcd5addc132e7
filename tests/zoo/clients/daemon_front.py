"""A correct client of two parts: a daemon that holds the tokens and talks to the network, and a front that asks it.

The front starts the daemon where none answers. The daemon stores each session before anybody hears of it, so it may die
at any moment; it ends by itself when nobody has asked it anything for a while.
"""

# ruff: noqa: N818, S310, T201 - a program prints, its addresses come from its environment, its exceptions read as what happened

import contextlib
import fcntl
import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Any
from urllib.parse import urlencode

FOLDER = Path(os.environ.get("XDG_STATE_HOME") or Path.home()) / "agentd"
SOCKET = "s"  # in FOLDER: the path of a socket must be short
IDLE = 5.0
Reply = dict[str, Any]


class StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: what is sent along is for the address that was asked."""

    def redirect_request(self, *_arguments: object) -> None:
        """Return no request."""


urllib.request.install_opener(urllib.request.build_opener(StayHere))


class Said(Exception):
    """A failure, in the words that the front prints."""


class Daemon:
    """What lives on between two commands."""

    def __init__(self) -> None:
        self.session: Reply = {}

    def load(self) -> None:
        """Read what an earlier daemon stored."""
        try:
            session = json.loads(Path("session").read_bytes())
            self.session = {name: session[name] for name in ("access", "refresh", "until")}
        except FileNotFoundError:
            raise Said("You are not signed in. Sign in with: agent login") from None
        except (OSError, ValueError, KeyError, TypeError):
            raise Said("The agent's session file is damaged. Repair it, or sign in again with: agent login") from None

    def store(self, answer: Reply, refresh: str = "") -> None:
        """Store a token response, then go on with it."""
        until = time.time() + float(answer.get("expires_in", 3600))
        session = {"access": answer["access_token"], "refresh": answer.get("refresh_token", refresh), "until": until}
        try:
            Path("next").touch(0o600)
            Path("next").write_text(json.dumps(session), "ascii")
            Path("next").replace("session")
        except OSError as problem:
            with contextlib.suppress(OSError):
                Path("next").unlink()
            raise Said(f"The agent could not store the session: {problem.strerror}.") from problem
        self.session = session

    def ask(self, where: str, form: dict[str, str]) -> tuple[int, Reply]:
        """POST a form to an endpoint; return status and members of the answer."""
        data = urlencode({"client_id": "agent", **form}).encode()
        try:
            with urllib.request.urlopen(os.environ[where], data, timeout=3) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            status, text = refusal.code, refusal.read()
        except (OSError, HTTPException) as problem:
            raise Said(f"The agent got no answer from the provider: {problem}. Try again later.") from problem
        try:
            members = json.loads(text)
        except ValueError:
            members = {}
        return status, members if isinstance(members, dict) else {}

    def begin(self, _request: Reply) -> Reply:
        """Begin a device login; the front shows the code and asks again."""
        status, device = self.ask("AGENT_DEVICE", {"scope": "offline_access"})
        if "device_code" not in device:
            raise Said(f"The provider began no sign-in, status {status}.")
        return {"device": device}

    def poll(self, request: Reply) -> Reply:
        """Ask once whether the person has approved."""
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": request["code"]}
        status, answer = self.ask("AGENT_TOKEN", form)
        if status == 200 and "access_token" in answer:
            self.store(answer)
            return {"print": "You are signed in; the agent holds the session."}
        if answer.get("error") in ("authorization_pending", "slow_down"):
            return {"wait": answer["error"]}
        if answer.get("error") == "access_denied":
            raise Said("The sign-in was denied by the user.")
        raise Said(f"The sign-in has failed, status {status} {answer.get('error', '')}.")

    def use(self, _request: Reply) -> Reply:
        """Call the API."""
        self.load()
        if self.session["until"] <= time.time():
            form = {"grant_type": "refresh_token", "refresh_token": self.session["refresh"]}
            status, answer = self.ask("AGENT_TOKEN", form)
            if answer.get("error") == "invalid_grant":
                Path("session").unlink(missing_ok=True)
                raise Said("The session has ended. Sign in again with: agent login")
            if status != 200 or "access_token" not in answer:
                raise Said(f"The session could not be renewed, status {status}. Try again later.")
            self.store(answer, self.session["refresh"])
        headers = {"Authorization": f"Bearer {self.session['access']}"}
        request = urllib.request.Request(os.environ["AGENT_API"] + "/jobs", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=3) as answer_of_api:
                return {"print": f"The API answered {answer_of_api.status}."}
        except urllib.error.HTTPError as refusal:
            raise Said(f"The API answered {refusal.code}. Sign in again with: agent login") from refusal
        except (OSError, HTTPException) as problem:
            raise Said(f"The API did not answer: {problem}. Try again later.") from problem

    def logout(self, _request: Reply) -> Reply:
        """Forget the session, then have it revoked."""
        try:
            self.load()
            Path("session").unlink()
            status = self.ask("AGENT_REVOKE", {"token": self.session["refresh"]})[0]
        except Said:
            Path("session").unlink(missing_ok=True)
            status = 0
        told = "The provider has revoked the session." if status == 200 else "The provider could not be told."
        return {"print": f"You are signed out here. {told}"}

    def serve(self) -> None:
        """Answer one front after the other until nobody asks any more; only one daemon does."""
        with Path("lock").open("a") as lock, contextlib.suppress(TimeoutError):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return
            Path(SOCKET).unlink(missing_ok=True)
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(SOCKET)
                listener.listen()
                listener.settimeout(IDLE)
                while True:
                    front = listener.accept()[0]
                    with contextlib.suppress(OSError, ValueError), front, front.makefile("rw") as stream:
                        if line := stream.readline():
                            stream.write(json.dumps(self.reply(json.loads(line))) + "\n")

    def reply(self, request: Reply) -> Reply:
        """Do what a front asks for, and return what it is to print."""
        try:
            done: Reply = {"begin": self.begin, "poll": self.poll, "use": self.use, "logout": self.logout}[
                request["do"]
            ](request)
        except Said as said:
            return {"fail": str(said)}
        return done


def ask_daemon(do: str, **more: str) -> Reply:
    """Return the daemon's reply; start a daemon where there is none."""
    for _attempt in range(3):
        with contextlib.suppress(OSError, ValueError), socket.socket(socket.AF_UNIX) as connection:
            connection.connect(SOCKET)
            with connection.makefile("rw") as stream:
                stream.write(json.dumps({"do": do, **more}) + "\n")
                stream.flush()
                if line := stream.readline():
                    reply: Reply = json.loads(line)
                    if "fail" in reply:
                        raise Said(reply["fail"])
                    return reply
                raise Said("The agent died while it worked. Try again.")
        Popen(
            [sys.executable, __file__, "serve"], start_new_session=True, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL
        )
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline and not answers():
            time.sleep(0.02)
    raise Said("The agent does not start.")


def answers() -> bool:
    """Return whether a daemon listens."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.connect(SOCKET)
        return True
    return False


def login() -> None:
    """Show the code and wait for the person."""
    device = ask_daemon("begin")["device"]
    print(f"Enter {device['user_code']} at {device['verification_uri']}.", flush=True)
    pause, reply = float(device.get("interval", 5)), {"wait": ""}
    while "wait" in reply:
        time.sleep(pause)
        reply = ask_daemon("poll", code=device["device_code"])
        pause += 5 if reply.get("wait") == "slow_down" else 0
    print(reply["print"])


def main(action: str) -> None:
    """Be the front of one action, or the daemon."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.chdir(FOLDER)
    if action == "serve":
        Daemon().serve()
    elif action == "login":
        login()
    else:
        print(ask_daemon(action)["print"])


if __name__ == "__main__":
    try:
        print("agent 2") if sys.argv[1] == "--version" else main(sys.argv[1])
    except Said as failure:
        sys.exit(f"agent: {failure}")
