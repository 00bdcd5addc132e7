"""A client that signs in with code and PKCE over the loopback, and tells what arrived there. It is no model.

Arguments say how the person gets to the page (`open`, `foreground`, `background`, `print`, `prompt`, `wrap`, `both`,
`program NAME`), and what is odd about its loopback server (`slow`, `early`, `late`).
"""

# ruff: noqa: S310, T201 - a program prints, and its addresses come from the test

import base64
import hashlib
import json
import os
import secrets
import subprocess
import sys
import textwrap
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import webbrowser
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

seen: list[str] = []
answered = threading.Event()
state, verifier = secrets.token_urlsafe(16), secrets.token_urlsafe(48)
odd = sys.argv[2:]


class Callback(BaseHTTPRequestHandler):
    """The loopback server."""

    def do_GET(self) -> None:
        """Keep what arrives; only the callback counts."""
        seen.append(self.path)
        if not self.path.startswith("/callback"):
            self.send_error(404)
            return
        if "slow" in odd:
            time.sleep(0.3)
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        if "early" in odd:
            self.send_header("Content-Length", "1000000")
        self.end_headers()
        self.wfile.write(b"<p>Return to the terminal.</p>")
        answered.set()

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet."""


def show(url: str) -> None:
    """Get the person to the page."""
    how = sys.argv[1]
    if how in ("open", "both"):
        started = time.monotonic()
        print("opened" if webbrowser.open(url) else "not opened", f"in {time.monotonic() - started:.3f} s", flush=True)
    if how == "foreground":
        subprocess.run([os.environ["BROWSER"], url], check=True)
    if how == "background":
        subprocess.Popen(["/usr/bin/env", "xdg-open", url], stdin=subprocess.DEVNULL, start_new_session=True)
    if how == "program":
        subprocess.run([*sys.argv[2].split(), url], check=True, env={"PATH": os.environ["PATH"]})
    if how in ("print", "both"):
        print(f"Open this page:\n\n    {url}.\n", flush=True)
    if how == "prompt":
        print(f"Press nothing. {url}", end="", flush=True)
    if how == "wrap":
        print("\n".join(textwrap.wrap(url, 80, break_on_hyphens=False)), flush=True)


def main() -> None:
    """Sign in."""
    server = HTTPServer(("127.0.0.1", 0), Callback, bind_and_activate=False)
    server.server_bind()
    if "late" not in odd:
        server.server_activate()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    redirect_uri = f"http://127.0.0.1:{server.server_port}/callback"
    asked = {
        "response_type": "code",
        "client_id": "code-client",
        "redirect_uri": redirect_uri,
        "scope": "openid offline_access",
        "state": state,
        "nonce": "n-1",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    show(f"{os.environ['AUTHORIZATION']}?{urllib.parse.urlencode(asked)}")
    if "late" in odd:
        time.sleep(0.1)
        server.server_activate()
    server.timeout = float(os.environ.get("PATIENCE", "20"))
    until = time.monotonic() + server.timeout
    while not answered.is_set() and time.monotonic() < until:
        server.handle_request()
    repeats = int(os.environ.get("REPEATS", "0"))
    for _repeat in range(repeats):
        server.handle_request()
    server.server_close()
    print(f"\n{json.dumps(seen)}", flush=True)
    exchange(redirect_uri)


def exchange(redirect_uri: str) -> None:
    """Get a token for the code, if all is well."""
    callback = next((path for path in seen if path.startswith("/callback")), "")
    sent = dict(urllib.parse.parse_qsl(callback.partition("?")[2]))
    if "code" not in sent or sent.get("state") != state:
        sys.exit(f"Error: {sent.get('error', 'the answer was not meant for me')}")
    form = {
        "grant_type": "authorization_code",
        "client_id": "code-client",
        "code": sent["code"],
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    with urllib.request.urlopen(os.environ["TOKEN"], urllib.parse.urlencode(form).encode()) as answer:
        Path("tokens.json").write_bytes(answer.read())


main()
