"""A correct client that signs in once, has an API key made for itself, and never uses an OAuth token again."""

# ruff: noqa: S310, T201 - a program prints, its addresses come from its environment

import json
import os
import sys
import time
import urllib.request
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode

KEY_FILE = Path.home() / ".config" / "keyed" / "key"


class StayHere(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: what is sent along is for the address that was asked."""

    def redirect_request(self, *_arguments: object) -> None:
        """Return no request."""


urllib.request.install_opener(urllib.request.build_opener(StayHere))


def request(
    url: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str]]:
    """Return status and JSON members of an answer; end the program where there is none."""
    data = None if form is None else urlencode(form).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers or {}), timeout=3) as answer:
            status, text = answer.status, answer.read()
    except HTTPError as refusal:
        status, text = refusal.code, refusal.read()
    except (OSError, HTTPException) as problem:
        sys.exit(f"keyed: there is no connection to {url.split('/')[2]} ({problem}). Try again later.")
    try:
        members = json.loads(text)
    except ValueError:
        members = {}
    return status, members if isinstance(members, dict) else {}


def login() -> None:
    """Sign in by device, exchange the access token for a key at the API, keep the key and nothing else."""
    _status, known = request(os.environ["KEYED_ISSUER"].rstrip("/") + "/.well-known/openid-configuration")
    if known.get("issuer") != os.environ["KEYED_ISSUER"] or "device_authorization_endpoint" not in known:
        sys.exit("keyed: this provider has no sign-in for devices, or somebody else answers for it.")
    if os.environ["KEYED_ISSUER"].startswith("https:") and any(str(url).startswith("http:") for url in known.values()):
        sys.exit("keyed: this provider names an address without encryption.")
    client = {"client_id": "keyed"}
    status, device = request(known["device_authorization_endpoint"], client)
    if status != 200 or "device_code" not in device:
        sys.exit(f"keyed: the sign-in could not begin, the provider answered {status}.")
    print("Your code is", device["user_code"], "- enter it at", device["verification_uri"], flush=True)
    poll = {
        **client,
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": device["device_code"],
    }
    interval = float(device.get("interval", 5))
    while True:
        time.sleep(interval)
        status, answer = request(known["token_endpoint"], poll)
        if status == 200 and "access_token" in answer:
            break
        if answer.get("error") == "slow_down":
            interval += 5
        elif answer.get("error") == "access_denied":
            sys.exit("keyed: you declined this sign-in. Nothing was stored.")
        elif answer.get("error") != "authorization_pending":
            sys.exit(f"keyed: the sign-in failed, the provider answered {status} {answer.get('error', '')}.")
    bearer = {"Authorization": f"Bearer {answer['access_token']}"}
    status, made = request(os.environ["KEYED_API"] + "/keys", {"name": "this computer"}, bearer)
    if status not in (200, 201) or "key" not in made:
        sys.exit(f"keyed: the API made no key for this computer, it answered {status}.")
    keep(made["key"])
    print("Signed in. This computer has a key of its own now.")


def keep(key: str) -> None:
    """Store the key, for its owner alone from the first moment."""
    try:
        KEY_FILE.parent.mkdir(parents=True, exist_ok=True)
        KEY_FILE.unlink(missing_ok=True)
        with os.fdopen(os.open(KEY_FILE, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(key)
    except OSError as problem:
        sys.exit(f"keyed: the key could not be stored: {problem.strerror}.")


def stored() -> str:
    """Return the key; end the program where there is none."""
    try:
        key = KEY_FILE.read_bytes()
    except FileNotFoundError:
        sys.exit("keyed: you are not signed in. Run: keyed login")
    except OSError as problem:
        sys.exit(f"keyed: the key cannot be read: {problem.strerror}.")
    if not key.startswith(b"zk-") or len(key) != 23:
        sys.exit(f"keyed: {KEY_FILE} does not hold a key of this program. Run: keyed login")
    return key.decode("ascii", "replace")


def use() -> None:
    """Call the API with the key."""
    status, answer = request(os.environ["KEYED_SERVICE"] + "/projects", headers={"X-Api-Key": stored()})
    if status == 401:
        sys.exit("keyed: the key was withdrawn. Run: keyed login")
    if status != 200:
        sys.exit(f"keyed: the service answered {status}.")
    print("projects:", ", ".join(answer.get("projects", [])))


def logout() -> None:
    """Forget the key."""
    KEY_FILE.unlink(missing_ok=True)
    print("The key is gone from this computer. It can be withdrawn on the web page of the service.")


def version() -> None:
    """Print name and version."""
    print("keyed 0.9")


if __name__ == "__main__":
    {"login": login, "use": use, "logout": logout, "--version": version}[sys.argv[1]]()
