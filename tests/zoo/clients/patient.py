"""A correct client for slow networks: it waits 75 seconds for an answer, says so meanwhile, and then gives up."""

# ruff: noqa: T201 - a program prints

import http.client
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

PATIENCE = 75.0
STORE = Path.home() / ".patient.json"


def exchange(url: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, Any]:
    """Return status and JSON of an answer, which may be a long time coming."""
    parts = urlsplit(url)
    told = threading.Timer(5, print, ["patient: still waiting for", parts.netloc], {"file": sys.stderr, "flush": True})
    told.daemon = True
    told.start()
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
    try:
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("GET" if form is None else "POST", parts.path, urlencode(form) if form else None, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    except TimeoutError:
        sys.exit(f"patient: {parts.netloc} said nothing for {PATIENCE:.0f} seconds. Try again later.")
    except (OSError, http.client.HTTPException, ValueError) as problem:
        sys.exit(f"patient: {parts.netloc} gave no answer that can be understood ({problem}). Try again later.")
    finally:
        told.cancel()
        connection.close()


def save(tokens: dict[str, Any], refresh: str) -> str:
    """Store tokens and return the access token."""
    kept = {"access": tokens["access_token"], "refresh": tokens.get("refresh_token", refresh)}
    kept["until"] = time.time() + tokens.get("expires_in", 3600)
    draft = STORE.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        json.dump(kept, file)
    draft.replace(STORE)
    return str(kept["access"])


def login() -> None:
    """Sign in by device."""
    _status, device = exchange(os.environ["PATIENT_DEVICE"], {"client_id": "patient", "scope": "offline_access"})
    print("code:", device["user_code"], flush=True)
    form = {"client_id": "patient", "grant_type": "urn:ietf:params:oauth:grant-type:device_code"}
    while True:
        time.sleep(device.get("interval", 5))
        status, answer = exchange(os.environ["PATIENT_TOKEN"], {**form, "device_code": device["device_code"]})
        if status == 200:
            break
        if answer.get("error") != "authorization_pending":
            sys.exit(f"patient: the sign-in failed: {answer.get('error')}")
    save(answer, "")
    print("signed in")


def use() -> None:
    """Call the API."""
    try:
        kept = json.loads(STORE.read_text("utf-8"))
    except (OSError, ValueError):
        sys.exit("patient: you are not signed in, run: patient login")
    token = kept["access"]
    if kept["until"] <= time.time():
        form = {"client_id": "patient", "grant_type": "refresh_token", "refresh_token": kept["refresh"]}
        status, answer = exchange(os.environ["PATIENT_TOKEN"], form)
        if status != 200:
            sys.exit(f"patient: the session could not be renewed ({status}); sign in again, run: patient login")
        token = save(answer, kept["refresh"])
    status, answer = exchange(os.environ["PATIENT_API"] + "/hello", Authorization=f"Bearer {token}")
    if status != 200:
        sys.exit(f"patient: the API answered {status}; sign in again, run: patient login")
    print("hello", answer.get("sub"))


def version() -> None:
    """Print name and version."""
    print("patient 75")


if __name__ == "__main__":
    {"login": login, "use": use, "--version": version}[sys.argv[1]]()
