"""A correct client whose store is a row of generations: each is made whole, then named by a hard link (link(2)).

A link fails where the name is taken, so of two processes that refresh one wins, and no generation is ever written to.
"""

# ruff: noqa: T201 - a program prints

import contextlib
import http.client
import json
import os
import sys
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

SHELF = Path.home() / ".linked"
CLAIM_SECONDS = 10


def die(sentence: str) -> "SystemExit":
    """Return the end of the program, with a sentence for the person."""
    return SystemExit(f"linked: {sentence}")


def send(method: str, url: str, body: dict[str, str] | None = None, token: str = "") -> tuple[int, dict[str, object]]:
    """Return status and JSON members of an answer; 0 stands for no answer at all."""
    address = urlsplit(url)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    connection = http.client.HTTPConnection(address.netloc, timeout=3)
    try:
        connection.request(method, address.path, urlencode(body) if body else None, headers)
        answer = connection.getresponse()
        members = json.loads(answer.read() or b"{}")
        return answer.status, members if isinstance(members, dict) else {}
    except (OSError, http.client.HTTPException):
        return 0, {}
    except ValueError:
        return answer.status, {}
    finally:
        connection.close()


def generations() -> list[Path]:
    """Return the generations there are, the newest last."""
    try:
        return sorted(path for path in SHELF.iterdir() if path.name.startswith("session."))
    except FileNotFoundError:
        return []
    except OSError as problem:
        raise die(f"{SHELF} cannot be read: {problem.strerror}") from problem


def read(path: Path) -> dict[str, str]:
    """Return the session of one generation."""
    try:
        access, refresh, until, end = path.read_text("ascii").split("\n")
        return {"access": access, "refresh": refresh, "until": str(float(until)), "end": end}
    except (OSError, ValueError) as problem:
        raise die(f"{path.name} is damaged; bring it back, or sign in again: linked login") from problem


def publish(number: int, answer: dict[str, object], earlier: str = "") -> None:
    """Make the generation `number` of a token response; those before it are removed once it is there."""
    until = time.time() + (float(str(answer.get("expires_in", 60))) or 60)  # 0 tells nothing
    text = f"{answer['access_token']}\n{answer.get('refresh_token', earlier)}\n{until}\n"
    draft = SHELF / f"draft.{os.getpid()}"
    try:
        SHELF.mkdir(mode=0o700, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        name = SHELF / f"session.{number:09d}"
        name.hardlink_to(draft)
        for older in generations():
            if older < name:
                older.unlink(missing_ok=True)
    except OSError as problem:
        raise die(f"the session could not be stored: {problem.strerror}") from problem
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()


def claim(number: int) -> Path | None:
    """Claim the right to make the generation `number`; None where a living process has it."""
    mine, name = SHELF / f"claimant.{os.getpid()}", SHELF / f"claim.{number:09d}"
    try:
        mine.touch(0o600)
        name.hardlink_to(mine)
        return name
    except FileExistsError:
        with contextlib.suppress(OSError):
            if time.time() - name.stat().st_mtime > CLAIM_SECONDS:
                name.unlink()  # whoever made it is dead: a refresh takes less
        return None
    except OSError as problem:
        raise die(f"{SHELF} cannot be written: {problem.strerror}") from problem
    finally:
        with contextlib.suppress(OSError):
            mine.unlink()


def current() -> dict[str, str]:
    """Return a session whose access token is good; who has the claim refreshes, the others wait for the result."""
    while True:
        known = generations()
        if not known:
            raise die("you are not signed in. Sign in with: linked login")
        session, number = read(known[-1]), int(known[-1].name.removeprefix("session."))
        if float(session["until"]) > time.time():
            return session
        if held := claim(number + 1):
            try:
                if generations()[-1:] == known[-1:]:
                    refresh(number + 1, session["refresh"])
            finally:
                with contextlib.suppress(OSError):
                    held.unlink()
        else:
            time.sleep(0.05)


def refresh(number: int, token: str) -> None:
    """Make the generation `number` by a refresh."""
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "linked"}
    status, answer = send("POST", os.environ["LINKED_TOKEN"], form)
    if status == 200 and "access_token" in answer:
        publish(number, answer, token)
    elif answer.get("error") == "invalid_grant":
        for path in generations():
            path.unlink(missing_ok=True)
        raise die("the session is over. Sign in again with: linked login")
    else:
        raise die(f"the session could not be renewed ({status or 'no answer'}), it is kept. Try again later")


def login() -> None:
    """Sign in by device."""
    base = {"client_id": "linked"}
    status, device = send("POST", os.environ["LINKED_DEVICE"], {**base, "scope": "offline_access"})
    if "device_code" not in device:
        raise die(f"the sign-in could not begin ({status or 'no answer'})")
    print(f"code: {device['user_code']}  page: {device['verification_uri']}", flush=True)
    pause = float(str(device.get("interval", 5)))
    poll = {
        **base,
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": str(device["device_code"]),
    }
    while True:
        time.sleep(pause)
        status, answer = send("POST", os.environ["LINKED_TOKEN"], poll)
        error = answer.get("error")
        if status == 200 and "access_token" in answer:
            break
        if error == "access_denied":
            raise die("you denied the sign-in")
        if error not in ("authorization_pending", "slow_down"):
            raise die(f"the sign-in failed: {error or status or 'no answer'}")
        pause += 5 if error == "slow_down" else 0
    newest = [int(path.name.removeprefix("session.")) for path in generations()[-1:]]
    publish(sum(newest) + 1, answer)
    print("signed in")


def use() -> None:
    """Call the API."""
    status, answer = send("GET", os.environ["LINKED_API"] + "/items", token=current()["access"])
    if status != 200:
        hint = "Sign in again with: linked login" if status == 401 else "Try again later"
        raise die(f"the API answered {status or 'nothing'}. {hint}")
    print("items of", answer.get("sub"))


def logout() -> None:
    """Remove every generation, and have the newest refresh token revoked."""
    known = generations()
    try:
        token = read(known[-1])["refresh"] if known else ""
    except SystemExit:
        token = ""
    for path in known:
        path.unlink(missing_ok=True)
    form = {"token": token, "client_id": "linked"}
    revoked = bool(token) and send("POST", os.environ["LINKED_REVOKE"], form)[0] == 200
    print("signed out;", "the provider confirmed the revocation" if revoked else "the provider did not confirm it")


def version() -> None:
    """Print name and version."""
    print("linked 4")


if __name__ == "__main__":
    {"login": login, "use": use, "logout": logout, "--version": version}[sys.argv[1]]()
