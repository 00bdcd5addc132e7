"""A correct client for machines: it has an id and a secret, and no refresh token (RFC 6749 4.4)."""

# ruff: noqa: N818, T201 - a program prints, its exceptions read as what happened

import base64
import http.client
import json
import os
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

CACHE = Path(os.environ["HOME"], ".cache", "machine-token")


class Trouble(Exception):
    """What to tell the person who looks after the machine."""


def http_call(method: str, url: str, body: str | None, headers: dict[str, str]) -> tuple[int, dict[str, object]]:
    """Return status and members of the answer of `url`; an answer that is not a JSON object is trouble."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=3)
    try:
        connection.request(method, parts.path or "/", body, headers)
        answer = connection.getresponse()
        text = answer.read()
    except (OSError, http.client.HTTPException) as problem:
        raise Trouble(f"no answer from {parts.netloc}: {problem}") from problem
    finally:
        connection.close()
    try:
        members = json.loads(text)
    except ValueError:
        members = None
    if isinstance(members, dict):
        return answer.status, members
    raise Trouble(f"{parts.netloc} answered with status {answer.status} and a body that is not JSON")


def fetch() -> str:
    """Return a new access token, kept for the next command."""
    secret = f"{quote(os.environ['MACHINE_ID'])}:{quote(os.environ['MACHINE_SECRET'])}"
    headers = {
        "Authorization": "Basic " + base64.b64encode(secret.encode()).decode(),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    form = urlencode({"grant_type": "client_credentials", "scope": "read"})
    status, answer = http_call("POST", os.environ["MACHINE_TOKEN_URL"], form, headers)
    if status != 200 or "access_token" not in answer:
        raise Trouble(f"the provider gave no token: status {status}, {answer.get('error', 'without an error code')}")
    lifetime = answer.get("expires_in")
    until = time.time() + lifetime if isinstance(lifetime, (int, float)) else time.time() + 60
    keep(str(answer["access_token"]), until)
    return str(answer["access_token"])


def keep(token: str, until: float) -> None:
    """Replace the cached token; a cache that cannot be written costs a request and nothing else."""
    draft = CACHE.with_name(f".{CACHE.name}.{os.getpid()}")
    try:
        CACHE.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{until}\n{token}\n")
        draft.replace(CACHE)
    except OSError as problem:
        print(f"machine: the token is not kept for the next command: {problem.strerror}", file=sys.stderr)
        draft.unlink(missing_ok=True)


def cached() -> str | None:
    """Return the cached token, None where there is none with life left in it."""
    try:
        lines = CACHE.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        lines = []
    if len(lines) != 2 or not lines[1].isprintable():
        raise Trouble(f"the cache {CACHE} is damaged; remove it, or run: machine login")
    try:
        return lines[1] if float(lines[0]) > time.time() else None
    except ValueError:
        raise Trouble(f"the cache {CACHE} is damaged; remove it, or run: machine login") from None


def use() -> None:
    """Call the API, once more with a new token where it refuses the cached one."""
    if not CACHE.exists():
        raise Trouble("this machine is not signed in; run: machine login")
    for token in (cached() or fetch(), None):
        bearer = {"Authorization": f"Bearer {token or fetch()}"}
        status, answer = http_call("GET", os.environ["MACHINE_API"] + "/jobs", None, bearer)
        if status == 200:
            print(f"jobs of {answer.get('sub', 'this machine')}: none")
            return
        if status != 401:
            raise Trouble(f"the API answered with status {status}")
    raise Trouble("the API refuses this machine's tokens; check its secret, then sign in again with: machine login")


def login() -> None:
    """Fetch the first token."""
    fetch()
    print("this machine is signed in")


def logout() -> None:
    """Forget the token; the secret stays where the administrator put it."""
    CACHE.unlink(missing_ok=True)
    print("the token was removed from this machine; it stays good until it expires")


def version() -> None:
    """Print name and version."""
    print("machine 3.1")


if __name__ == "__main__":
    commands = {"login": login, "use": use, "logout": logout, "--version": version}
    try:
        commands[sys.argv[1]]()
    except Trouble as trouble:
        print(f"machine: {trouble}", file=sys.stderr)
        sys.exit(2)
