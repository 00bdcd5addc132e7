"""A correct client that opens the browser by itself whenever it has no session left, as a kubectl plugin does."""

# ruff: noqa: N818, S310, T201 - a program prints, its addresses come from its environment, its exceptions read as what happened

import base64
import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kube-helper"
ISSUER = os.environ.get("HELPER_ISSUER", "")
CLIENT = "kube-helper"
Tokens = dict[str, Any]


class StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: what is sent along is for the address that was asked."""

    def redirect_request(self, *_arguments: object) -> None:
        """Return no request."""


urllib.request.install_opener(urllib.request.build_opener(StayHere))


class Unavailable(Exception):
    """Neither yes nor no: the provider could not be asked."""


class Refused(Exception):
    """The provider said no."""


def fetch(url: str, **form: str) -> dict[str, Any]:
    """Return what an endpoint of the provider answers."""
    try:
        with urllib.request.urlopen(url, urllib.parse.urlencode(form).encode() or None, timeout=3) as answer:
            members = json.load(answer)
    except urllib.error.HTTPError as problem:
        with contextlib.suppress(ValueError, AttributeError):
            if problem.code in (400, 401) and (code := json.load(problem).get("error")):
                raise Refused(code) from problem
        raise Unavailable(f"status {problem.code}") from problem
    except (OSError, HTTPException, ValueError) as problem:
        raise Unavailable(type(problem).__name__) from problem
    if not isinstance(members, dict):
        raise Unavailable("an answer that is no JSON object")
    return members


class Callback(BaseHTTPRequestHandler):
    """Takes the authorization response (RFC 8252 7.3)."""

    def do_GET(self) -> None:
        """Note the parameters of the response."""
        self.server.answer = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))  # type: ignore[attr-defined]  # our own
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"You may close this page.\n")

    def log_message(self, *_arguments: object) -> None:
        """Print nothing: a request line holds the code."""


def sign_in(metadata: dict[str, Any]) -> Tokens:
    """Return new tokens by way of the browser, with PKCE (RFC 7636)."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Callback) as server:
        server.timeout, server.answer = 20, {}  # type: ignore[attr-defined]  # our own attribute
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        back = f"http://127.0.0.1:{server.server_port}/"
        query = {"response_type": "code", "client_id": CLIENT, "redirect_uri": back, "state": state}
        query |= {"scope": "openid offline_access", "code_challenge": challenge, "code_challenge_method": "S256"}
        url = metadata["authorization_endpoint"] + "?" + urllib.parse.urlencode(query)
        if not url.startswith(("https://", "http://")):
            raise Unavailable("the provider names a login page that is none")
        print(f"kube-helper: opening the browser at\n{url}", file=sys.stderr, flush=True)
        with contextlib.suppress(OSError):
            subprocess.Popen([os.environ.get("BROWSER", "xdg-open"), url], start_new_session=True)
        until = time.monotonic() + 20
        while not server.answer and time.monotonic() < until:  # type: ignore[attr-defined]  # our own attribute
            server.handle_request()
        answer: dict[str, str] = server.answer  # type: ignore[attr-defined]  # our own attribute
    if answer.get("state") != state or answer.get("iss", ISSUER) != ISSUER:
        raise Unavailable("the browser came back with an answer to another request, or not at all")
    if "code" not in answer:
        raise Refused(answer.get("error", "no code"))
    form = {"code": answer["code"], "redirect_uri": back, "code_verifier": verifier, "client_id": CLIENT}
    return keep(fetch(metadata["token_endpoint"], grant_type="authorization_code", **form))


def keep(answer: Tokens, earlier: str = "") -> Tokens:
    """Store a token response and return it with the time at which it expires."""
    tokens = {"refresh_token": earlier, **answer, "expiry": time.time() + float(answer.get("expires_in") or 0)}
    with contextlib.suppress(OSError):  # it is a cache: without it the browser opens once more
        FOLDER.mkdir(parents=True, exist_ok=True)
        draft = FOLDER / f"{os.getpid()}.tmp"
        try:
            draft.touch(0o600)
            draft.write_text(json.dumps(tokens), "utf-8")
            draft.rename(FOLDER / "token.json")
        finally:
            draft.unlink(missing_ok=True)
    return tokens


def kept() -> Tokens:
    """Return the stored tokens, none where there are none."""
    with contextlib.suppress(FileNotFoundError):
        tokens = json.loads((FOLDER / "token.json").read_bytes())
        if not isinstance(tokens, dict) or not {"access_token", "refresh_token", "expiry"} <= tokens.keys():
            raise ValueError("not a token of ours")
        return tokens
    return {}


def session() -> Tokens:
    """Return a good token: stored, refreshed or from the browser, by one process at a time."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        tokens = kept()
        if tokens and tokens["expiry"] > time.time():
            return tokens
        metadata = fetch(ISSUER.rstrip("/") + "/.well-known/openid-configuration")
        if metadata.get("issuer") != ISSUER:
            raise Unavailable("somebody else answers for this provider")
        if ISSUER.startswith("https:") and any(str(url).startswith("http:") for url in metadata.values()):
            raise Unavailable("an address without encryption")
        if tokens:
            form = {"refresh_token": tokens["refresh_token"], "client_id": CLIENT}
            with contextlib.suppress(Refused):  # the session has ended, so another one begins
                return keep(
                    fetch(metadata["token_endpoint"], grant_type="refresh_token", **form), form["refresh_token"]
                )
        return sign_in(metadata)


def main(action: str) -> None:
    """Do what is asked for."""
    if action == "logout":
        (FOLDER / "token.json").unlink(missing_ok=True)
        print("kube-helper: the token is forgotten here; the session goes on at the provider")
        return
    try:
        tokens = session()
        if action == "use":
            bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
            request = urllib.request.Request(os.environ["HELPER_API"] + "/pods", headers=bearer)
            with urllib.request.urlopen(request, timeout=3) as answer:
                print("pods:", answer.status)
    except Refused as problem:
        sys.exit(f"kube-helper: the provider refused the sign-in ({problem}). Sign in again: kube-helper login")
    except urllib.error.HTTPError as problem:
        sys.exit(f"kube-helper: the API refused the token with status {problem.code}. Sign in again: kube-helper login")
    except (Unavailable, OSError, HTTPException) as problem:
        sys.exit(f"kube-helper: the provider could not be asked, {problem}. Try again later.")
    except ValueError:
        sys.exit(f"kube-helper: {FOLDER / 'token.json'} is damaged. Remove it: kube-helper logout")


if __name__ == "__main__":
    print("kube-helper 1.28") if sys.argv[1] == "--version" else main(sys.argv[1])
