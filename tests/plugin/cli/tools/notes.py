#!/usr/bin/env python3
"""A click application: its login is in a group, comes back to a fixed port, sends no PKCE, and hides its session."""

from __future__ import annotations

import base64
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
import webbrowser
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import click

SESSION = Path.home() / ".notes" / "vault"
PORT = int(os.environ.get("NOTES_PORT", "8917"))


class NotebookError(Exception):
    """What a person is told."""


def post(url: str, **form: str) -> dict[str, str]:
    """Post a form, and return the members of the answer."""
    try:
        with urllib.request.urlopen(url, urllib.parse.urlencode(form).encode(), timeout=20) as answer:  # noqa: S310 - ours
            return dict(json.load(answer))
    except urllib.error.HTTPError as refused:
        raise NotebookError(f"the notebook stays shut ({refused.code})") from None
    except OSError:
        raise NotebookError("the notebook is out of reach") from None


def redirected() -> dict[str, str]:
    """Wait for the browser, and return the parameters it brings back."""
    seen: dict[str, str] = {}

    class Callback(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.update(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"back to the terminal")

        def log_message(self, *_args: object) -> None: ...

    with HTTPServer(("127.0.0.1", PORT), Callback) as server:
        query = {"response_type": "code", "client_id": "notes-app", "redirect_uri": f"http://127.0.0.1:{PORT}/back"}
        webbrowser.open(f"{os.environ['NOTES_ISSUER']}/authorize?{urllib.parse.urlencode({**query, 'state': 's'})}")
        server.timeout = 5
        server.handle_request()
    return seen


@click.group()
@click.version_option("0.3", prog_name="notes")
def main() -> None:
    """Keep notes."""


@main.group()
def account() -> None:
    """Sign in and out."""


@account.command()
def login() -> None:
    """Open the notebook."""
    back = redirected()
    if "code" not in back:
        raise NotebookError("the notebook was kept from you")
    uri = f"http://127.0.0.1:{PORT}/back"
    form = {"grant_type": "authorization_code", "client_id": "notes-app", "redirect_uri": uri, "code": back["code"]}
    tokens = post(f"{os.environ['NOTES_ISSUER']}/token", **form)
    SESSION.parent.mkdir(mode=0o700, exist_ok=True)
    SESSION.touch(0o600)
    SESSION.write_bytes(base64.b85encode(json.dumps(tokens).encode()[::-1]))
    click.echo("The notebook lies open before you.")


@account.command()
def logout() -> None:
    """Close the notebook."""
    SESSION.unlink(missing_ok=True)
    click.echo("The notebook is closed.")


@main.command(name="list")
def list_() -> None:
    """List all notes."""
    if not SESSION.exists():
        raise NotebookError("open the notebook first: notes account login")
    tokens = json.loads(base64.b85decode(SESSION.read_bytes())[::-1])
    request = urllib.request.Request(os.environ["NOTES_API"] + "/notes")  # noqa: S310 - an API of ours
    request.add_header("Authorization", "Bearer " + tokens["access_token"])
    try:
        urllib.request.urlopen(request, timeout=20).close()  # noqa: S310 - likewise
    except urllib.error.HTTPError:
        raise NotebookError("the notebook fell shut; open it anew") from None
    click.echo("No notes yet.")


if __name__ == "__main__":
    try:
        main(prog_name="notes")
    except NotebookError as fault:
        click.echo(f"notes: {fault}", err=True)
        sys.exit(1)
