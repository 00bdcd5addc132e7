"""A correct client that keeps its session in an SQLite database, and refreshes inside of a transaction."""

# ruff: noqa: N818, S310, T201 - a program prints, its addresses come from its environment, its exceptions read as what happened

import contextlib
import json
import os
import sqlite3
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any

DATABASE = Path.home() / ".local" / "share" / "ledger" / "ledger.db"
TABLE = (
    "CREATE TABLE IF NOT EXISTS session (one INTEGER PRIMARY KEY CHECK (one = 1), access, refresh, until REAL, ended)"
)


class StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: what is sent along is for the address that was asked."""

    def redirect_request(self, *_arguments: object) -> None:
        """Return no request."""


class Complaint(Exception):
    """What the person should know."""


class NotNow(Complaint):
    """The provider or the API could not do it at the moment."""


@contextlib.contextmanager
def database() -> Iterator[sqlite3.Connection]:
    """Open the database in a transaction that no other process can write beside; commit it where nothing was raised."""
    try:
        DATABASE.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        connection = sqlite3.connect(DATABASE, timeout=20, isolation_level=None)
        try:
            connection.execute("PRAGMA secure_delete = ON")  # what is deleted leaves no bytes behind
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(TABLE)
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        finally:
            connection.close()
    except sqlite3.Error as problem:
        raise Complaint(f"The database {DATABASE} cannot be used: {problem}.") from problem


def call(url: str, form: dict[str, str] | None = None, token: str = "") -> tuple[int, Any]:
    """Return status and JSON of an answer; None stands for a body that is no JSON."""
    body = urllib.parse.urlencode(form).encode() if form else None
    request = urllib.request.Request(url, body, {"Authorization": "Bearer " + token} if token else {})
    opener = urllib.request.build_opener(StayHere)
    try:
        answer = opener.open(request, timeout=3)
    except urllib.error.HTTPError as refusal:
        answer = refusal
    except (OSError, HTTPException) as problem:
        raise NotNow(f"No connection to {urllib.parse.urlsplit(url).netloc}: {problem}.") from problem
    try:
        with answer:
            return answer.status, json.load(answer)
    except (ValueError, OSError, HTTPException):
        return answer.status, None


def metadata(name: str) -> str:
    """Return the URL of an endpoint from the provider's metadata (RFC 8414)."""
    status, known = call(os.environ["LEDGER_ISSUER"].rstrip("/") + "/.well-known/openid-configuration")
    issuer = os.environ["LEDGER_ISSUER"]
    if status != 200 or not isinstance(known, dict) or name not in known or known.get("issuer") != issuer:
        raise NotNow(f"The provider's metadata could not be read (status {status}).")
    if os.environ["LEDGER_ISSUER"].startswith("https:") and str(known[name]).startswith("http:"):
        raise NotNow("The provider names an address without encryption.")
    return str(known[name])


def store(connection: sqlite3.Connection, answer: dict[str, Any], earlier: str = "") -> None:
    """Put a token response in the place of what was there."""
    row = (answer["access_token"], answer.get("refresh_token", earlier), time.time() + answer.get("expires_in", 600))
    connection.execute("REPLACE INTO session VALUES (1, ?, ?, ?, 0)", row)


def login() -> None:
    """Sign in by device."""
    status, device = call(metadata("device_authorization_endpoint"), {"client_id": "ledger", "scope": "offline_access"})
    if status != 200 or not isinstance(device, dict):
        raise NotNow(f"The sign-in could not begin (status {status}).")
    print("Go to", device["verification_uri"], "and type", device["user_code"], flush=True)
    token_url, pause = metadata("token_endpoint"), device.get("interval", 5)
    form = {"client_id": "ledger", "device_code": device["device_code"]}
    form["grant_type"] = "urn:ietf:params:oauth:grant-type:device_code"
    while True:
        time.sleep(pause)
        status, answer = call(token_url, form)
        error = answer.get("error") if isinstance(answer, dict) else "an answer that cannot be understood"
        if status == 200 and error is None:
            break
        if error == "access_denied":
            raise Complaint("The request was denied by the user, so nobody is signed in.")
        if error not in ("authorization_pending", "slow_down"):
            raise Complaint(f"The sign-in has failed: {error}.")
        pause += 5 * (error == "slow_down")
    with database() as connection:
        store(connection, answer)
    print("Signed in.")


def token() -> str:
    """Return an access token that has not expired; the transaction keeps other processes from refreshing, too."""
    ended = "You are not signed in any more. Please sign in again: ledger login"
    with database() as connection:
        row = connection.execute("SELECT access, refresh, until, ended FROM session").fetchone()
        if row is None:
            raise Complaint("You are not signed in. Please sign in: ledger login")
        access, refresh, until, over = row
        if over:
            raise Complaint(ended)
        if until > time.time():
            return str(access)
        form = {"client_id": "ledger", "grant_type": "refresh_token", "refresh_token": refresh}
        status, answer = call(metadata("token_endpoint"), form)
        if status == 200 and isinstance(answer, dict) and "access_token" in answer:
            store(connection, answer, refresh)
            return str(answer["access_token"])
        if not isinstance(answer, dict) or answer.get("error") != "invalid_grant":
            raise NotNow(f"The session could not be renewed (status {status}). Your session is kept, try again later.")
        connection.execute("UPDATE session SET access = '', refresh = '', ended = 1")
    raise Complaint(ended)


def use() -> None:
    """Call the API."""
    status, answer = call(os.environ["LEDGER_API"] + "/balance", token=token())
    if status == 401:
        raise Complaint("The service rejected your session. Please sign in again: ledger login")
    if status != 200 or not isinstance(answer, dict):
        raise NotNow(f"The service answered with status {status}. Try again later.")
    print("The balance of", answer.get("sub"), "is 0.")


def logout() -> None:
    """Take the session out of the database, then revoke it."""
    refresh = ""
    try:
        with database() as connection:
            row = connection.execute("SELECT refresh FROM session").fetchone()
            refresh = row[0] if row else ""
            connection.execute("DELETE FROM session")
    except Complaint:
        DATABASE.unlink(missing_ok=True)
    try:
        status = call(metadata("revocation_endpoint"), {"client_id": "ledger", "token": refresh})[0] if refresh else 0
    except NotNow:
        status = 0
    print("Signed out here.", "The session was revoked." if status == 200 else "The provider could not be told.")


def version() -> None:
    """Print name and version."""
    print("ledger 2")


if __name__ == "__main__":
    os.umask(0o077)
    try:
        {"login": login, "use": use, "logout": logout, "--version": version}[sys.argv[1]]()
    except Complaint as complaint:
        print(complaint, file=sys.stderr)
        sys.exit(1)
