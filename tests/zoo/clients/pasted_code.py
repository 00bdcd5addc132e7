"""A correct client without discovery, device flow and HTTP library: the person pastes the code it asks for."""

# ruff: noqa: N818, T201 - a program prints, its exceptions read as what happened

import base64
import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import socket
import sys
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

CONFIG = Path.home() / ".pasted"
BACK = "http://127.0.0.1:9/copy-the-code"
"""Nobody listens there: the person copies the code from the address of the page that does not open."""


class Note(Exception):
    """What to tell the person."""


def plain_http(
    method: str, url: str, form: dict[str, str] | None = None, token: str = ""
) -> tuple[int, dict[str, str]]:
    """Return status and members of an answer, over a socket and HTTP/1.0."""
    parts = urlsplit(url)
    body = urlencode(form or {}).encode()
    lines = [f"{method} {parts.path} HTTP/1.0", f"Host: {parts.netloc}", f"Content-Length: {len(body)}"]
    lines += ["Content-Type: application/x-www-form-urlencoded"] if form else []
    lines += [f"Authorization: Bearer {token}"] if token else []
    raw = b""
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=3) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
            while chunk := connection.recv(65536):
                raw += chunk
    except OSError as problem:
        raise Note(f"{parts.netloc} does not answer: {problem}") from problem
    head, _, text = raw.partition(b"\r\n\r\n")
    try:
        status = int(head.split(b" ")[1])
        members = json.loads(text)
    except (IndexError, ValueError):
        if raw and head.startswith(b"HTTP/") and not head.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200")):
            return int(head.split(b" ")[1]), {}
        raise Note(f"{parts.netloc} gave an answer that cannot be understood") from None
    return status, members if isinstance(members, dict) else {}


def login() -> None:
    """Sign in with a code that the person pastes (RFC 6749 4.1, RFC 7636)."""
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    query = {"response_type": "code", "client_id": "pasted", "redirect_uri": BACK, "scope": "offline_access"}
    query |= {"code_challenge": challenge, "code_challenge_method": "S256", "state": secrets.token_urlsafe(8)}
    print(f"Open this page: {os.environ['PASTED_AUTHORIZATION']}?{urlencode(query)}", flush=True)
    print("Paste the code that you are shown: ", end="", flush=True)
    code = sys.stdin.readline().strip()
    if not code:
        raise Note("no code was entered, so you are not signed in")
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": verifier}
    status, answer = plain_http("POST", os.environ["PASTED_TOKEN"], {**form, "client_id": "pasted"})
    if status != 200 or "access_token" not in answer:
        raise Note(f"the code was not accepted ({answer.get('error', status)}), so you are not signed in")
    CONFIG.mkdir(mode=0o700, exist_ok=True)
    keep(answer)
    print("\nYou are signed in.")


def keep(answer: dict[str, str], before: str = "") -> list[str]:
    """Store the session of a token response."""
    end = time.time() + float(answer.get("expires_in", 3600))
    session = [answer["access_token"], answer.get("refresh_token", before), str(end)]
    draft = CONFIG / f"{os.getpid()}.draft"
    try:
        draft.touch(0o600)
        draft.write_text("\n".join([*session, "end"]), "ascii")
        draft.replace(CONFIG / "session")
    except OSError as problem:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        raise Note(f"the session could not be stored: {problem.strerror}") from problem
    return session


def read() -> list[str]:
    """Return access token, refresh token and expiry."""
    try:
        *session, mark = (CONFIG / "session").read_text("ascii").split("\n")
        if mark != "end" or len(session) != 3:
            raise ValueError("cut short")
        float(session[2])
        return session
    except FileNotFoundError:
        raise Note("you are not signed in; sign in with: pasted login") from None
    except (OSError, ValueError):
        raise Note(f"the session in {CONFIG} is damaged; sign in again with: pasted login") from None


def current() -> list[str]:
    """Return a session whose access token is good."""
    session = read()
    if float(session[2]) > time.time():
        return session
    try:
        # The directory itself is locked: nothing has to be created for that, and nothing is left behind.
        descriptor = os.open(CONFIG, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as problem:
        raise Note(f"{CONFIG} cannot be opened: {problem.strerror}") from problem
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        session = read()
        return session if float(session[2]) > time.time() else refresh(session[1])
    finally:
        os.close(descriptor)


def refresh(token: str) -> list[str]:
    """Return the session that a refresh begins."""
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "pasted"}
    status, answer = plain_http("POST", os.environ["PASTED_TOKEN"], form)
    if status == 200 and "access_token" in answer:
        return keep(answer, token)
    if answer.get("error") == "invalid_grant":
        (CONFIG / "session").unlink()
        raise Note("your session has ended; sign in again with: pasted login")
    raise Note(f"your session could not be renewed, status {status}; try again later")


def use() -> None:
    """Call the API."""
    status, answer = plain_http("GET", os.environ["PASTED_API"] + "/files", token=current()[0])
    if status != 200:
        raise Note(f"the API answered with status {status}; sign in again with: pasted login")
    print("files of", answer.get("sub"))


def logout() -> None:
    """Forget the session."""
    (CONFIG / "session").unlink(missing_ok=True)
    print("You are signed out on this computer; other copies of the session stay good.")


def version() -> None:
    """Print name and version."""
    print("pasted 1")


if __name__ == "__main__":
    try:
        {"login": login, "use": use, "logout": logout, "--version": version}[sys.argv[1]]()
    except Note as note:
        sys.exit(f"pasted: {note}")
