#!/usr/bin/env python3
"""notes: a command-line tool that signs in by device (RFC 8628), as such tools are first written."""

import json
import os
import time
from pathlib import Path

import click
import httpx

ISSUER, API = os.environ["NOTES_ISSUER"], os.environ["NOTES_API"]
SESSION = Path.home() / ".notes.json"


@click.group()
@click.version_option("1.0")
def notes() -> None:
    """Keep notes on a server."""


@notes.command()
def login() -> None:
    """Sign in."""
    known = httpx.get(f"{ISSUER}/.well-known/openid-configuration").json()
    device = httpx.post(known["device_authorization_endpoint"], data={"client_id": "notes"}).json()
    click.echo(f"Open {device['verification_uri']} and enter {device['user_code']}")
    form = {"client_id": "notes", "device_code": device["device_code"]}
    form["grant_type"] = "urn:ietf:params:oauth:grant-type:device_code"
    while True:
        answer = httpx.post(known["token_endpoint"], data=form).json()
        if "access_token" in answer:
            break
        time.sleep(5)
    SESSION.write_text(json.dumps(answer))
    click.echo("Signed in.")


@notes.command()
def show() -> None:
    """Show the notes."""
    session = json.loads(SESSION.read_text())
    answer = httpx.get(f"{API}/notes", headers={"Authorization": f"Bearer {session['access_token']}"})
    answer.raise_for_status()
    click.echo(f"Notes of {answer.json()['sub']}: none yet.")


@notes.command()
def logout() -> None:
    """Sign out."""
    SESSION.unlink()
    click.echo("Signed out.")


if __name__ == "__main__":
    notes()
