#!/usr/bin/env python3
"""notes: a command-line tool that signs in by device (RFC 8628) and keeps every contract that applies to it."""

import contextlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import click
import httpx

ISSUER, API = os.environ.get("NOTES_ISSUER", ""), os.environ.get("NOTES_API", "")
SESSION = Path(click.get_app_dir("notes")) / "session.json"
CLIENT_ID = "notes"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


def fail(sentence: str) -> NoReturn:
    """End the command with a message and exit code 1."""
    click.echo(f"notes: {sentence}", err=True)
    sys.exit(1)


# begin: printable
def printable(text: str) -> str:
    """What a server sent, on one line and without the control characters that drive a terminal."""
    return "".join(character if character.isprintable() else " " for character in text)[:500]


# end: printable


# begin: ask
def ask(method: str, url: str, **what: Any) -> tuple[httpx.Response, dict[str, Any]]:
    """The answer of a server with its members, none where it is not a JSON object; `OSError` where none comes."""
    try:
        answer = httpx.request(method, url, timeout=5, follow_redirects=False, **what)
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise ConnectionError(f"{urlsplit(url).netloc} cannot be reached; try again later") from problem
    try:
        members = answer.json()
    except ValueError:
        members = {}
    return answer, members if isinstance(members, dict) else {}


def text_of(members: dict[str, Any], name: str, whose: str) -> str:
    """A member that has to be there and to be a text; the end of the command otherwise."""
    value = members.get(name)
    if not isinstance(value, str) or not value:
        fail(f"{whose} has no usable `{name}`; try again later, or tell whoever runs the provider")
    return value


# end: ask


# begin: discover
def discover() -> dict[str, str]:
    """The addresses of the provider, from its own document (RFC 8414)."""
    if not ISSUER:
        fail("NOTES_ISSUER names no provider")
    answer, members = ask("GET", ISSUER.rstrip("/") + "/.well-known/openid-configuration")
    if answer.status_code != 200 or members.get("issuer") != ISSUER:
        fail(f"{ISSUER} does not describe itself as a provider; check NOTES_ISSUER")
    names = ("device_authorization_endpoint", "token_endpoint")
    found = {name: text_of(members, name, "the provider's document") for name in names}
    if ISSUER.startswith("https:") and not all(url.startswith("https:") for url in found.values()):
        fail("the provider names an address without encryption")
    return found


# end: discover


# begin: poll
def poll(token_endpoint: str, device: dict[str, Any]) -> dict[str, Any]:
    """Ask for the tokens, at the pace and for as long as the provider says (RFC 8628 3.5)."""
    form = {"client_id": CLIENT_ID, "grant_type": DEVICE_CODE, "device_code": device["device_code"]}
    interval = seconds(device.get("interval"), 5)
    end = time.monotonic() + seconds(device.get("expires_in"), 1800)
    pause = interval
    while time.monotonic() + pause < end:
        time.sleep(pause)
        try:
            answer, members = ask("POST", token_endpoint, data=form)
        except ConnectionError:
            pause = min(pause * 2, 60)  # a poll that was lost does not end the sign-in
            continue
        error = members.get("error")
        if error == "slow_down":
            interval += 5
        if error in ("slow_down", "authorization_pending"):
            pause = interval
        elif answer.status_code == 429 or answer.status_code >= 500:
            pause = max(seconds(answer.headers.get("Retry-After"), 0), min(pause * 2, 60))
        elif error == "access_denied":
            fail("you denied the sign-in; nothing was stored")
        elif error == "expired_token":
            break
        elif answer.status_code != 200 or error:
            fail(f"the sign-in failed: {printable(str(error or answer.status_code))}; run notes login again")
        else:
            return members
    fail("the code has expired before it was entered; run notes login again")


def seconds(value: object, otherwise: float) -> float:
    """A number of seconds that makes sense, from whatever the provider sent."""
    with contextlib.suppress(TypeError, ValueError, OverflowError):
        number = float(str(value))
        if 0 < number < 86400:
            return number
    return otherwise


# end: poll


# begin: store
def probe_store() -> None:
    """Find out that nothing can be stored before anybody is sent to the provider."""
    try:
        SESSION.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=SESSION.parent):
            pass
    except OSError as problem:
        fail(f"the session cannot be stored in {SESSION.parent}: {problem.strerror}")


def store(session: dict[str, Any]) -> None:
    """Replace the session in one step; nobody but the owner can read it, from its first moment."""
    draft = ""
    try:
        descriptor, draft = tempfile.mkstemp(dir=SESSION.parent)  # mode 0600
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(session, file)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(SESSION)
    except OSError as problem:
        Path(draft).unlink(missing_ok=True)
        fail(f"the session cannot be stored in {SESSION.parent}: {problem.strerror}")


def stored() -> dict[str, Any]:
    """The session that is stored; the end of the command where there is none."""
    try:
        session = json.loads(SESSION.read_text(encoding="utf-8"))
        if isinstance(session["access_token"], str) and isinstance(session["issuer"], str):
            return dict(session)
    except FileNotFoundError:
        fail("you are not signed in; run notes login")
    except OSError as problem:
        fail(f"the session in {SESSION} cannot be read: {problem.strerror}")
    except (ValueError, KeyError, TypeError):
        pass
    fail(f"the session in {SESSION} is damaged; run notes login again")


# end: store


@click.group()
@click.version_option("2.0")
def notes() -> None:
    """Keep notes on a server."""


# begin: login
@notes.command()
def login() -> None:
    """Sign in."""
    known = discover()
    probe_store()
    form = {"client_id": CLIENT_ID, "scope": "notes"}
    answer, device = ask("POST", known["device_authorization_endpoint"], data=form)
    if answer.status_code != 200:
        fail(f"the provider refuses to begin a sign-in ({answer.status_code}); try again later")
    code, page = (text_of(device, name, "the provider's answer") for name in ("user_code", "verification_uri"))
    text_of(device, "device_code", "the provider's answer")
    click.echo(f"Open {printable(page)} and enter {printable(code)}")
    tokens = poll(known["token_endpoint"], device)
    token = text_of(tokens, "access_token", "the provider's answer")
    if str(tokens.get("token_type", "")).lower() != "bearer":
        fail("the provider gave a token of a type that notes does not know")
    if "notes" not in str(tokens.get("scope", "notes")).split():
        fail("the provider did not grant the scope `notes`; ask for it, and run notes login again")
    store({"access_token": token, "issuer": ISSUER, "expires_at": time.time() + lifetime(tokens)})
    click.echo("Signed in.")


def lifetime(tokens: dict[str, Any]) -> float:
    """For how many seconds an access token is good; an hour where the provider does not say."""
    return seconds(tokens.get("expires_in"), 3600)


# end: login


# begin: show
@notes.command()
def show() -> None:
    """Show the notes."""
    session = stored()
    if session["issuer"] != ISSUER:
        fail(f"you are not signed in at {ISSUER}; run notes login")
    if session.get("expires_at", 0) <= time.time():
        fail("your session has expired; run notes login again")
    answer, members = ask("GET", f"{API}/notes", headers={"Authorization": f"Bearer {session['access_token']}"})
    if answer.status_code == 401:
        fail("your session has ended; run notes login again")
    if answer.status_code == 403:
        fail("you may not read these notes: the server wants another scope")
    if answer.status_code != 200 or not isinstance(members.get("sub"), str):
        fail(f"the server gave no notes ({answer.status_code}); try again later")
    click.echo(f"Notes of {printable(members['sub'])}: none yet.")


# end: show


@notes.command()
def logout() -> None:
    """Sign out."""
    try:
        SESSION.unlink(missing_ok=True)
    except OSError as problem:
        fail(f"the session in {SESSION} cannot be removed: {problem.strerror}")
    click.echo("The session was removed from this machine.")


if __name__ == "__main__":
    try:
        notes()
    except ConnectionError as problem:
        fail(str(problem))
