"""A correct client whose store is encrypted: no token can be read in it without the key of its user."""

# ruff: noqa: N818, T201 - a program prints, its exceptions read as what happened

import fcntl
import hashlib
import hmac
import http.client
import json
import os
import secrets
import sys
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

VAULT = Path.home() / ".vault" / "session.sealed"
KEY = hashlib.sha256(os.environ.get("VAULT_KEY", "").encode()).digest()


class Problem(Exception):
    """A sentence for the person."""


def keystream(nonce: bytes, length: int) -> bytes:
    """Return pseudorandom bytes that depend on key and nonce: HMAC-SHA256 in counter mode."""
    blocks = (hmac.digest(KEY, b"stream" + nonce + n.to_bytes(4, "big"), "sha256") for n in range(length // 32 + 1))
    return b"".join(blocks)[:length]


def seal(plain: bytes) -> bytes:
    """Encrypt, then authenticate."""
    nonce = secrets.token_bytes(16)
    hidden = bytes(a ^ b for a, b in zip(plain, keystream(nonce, len(plain)), strict=True))
    return nonce + hidden + hmac.digest(KEY, b"tag" + nonce + hidden, "sha256")


def unseal(sealed: bytes) -> bytes:
    """Return what was sealed; a problem where a single bit was changed."""
    nonce, hidden, tag = sealed[:16], sealed[16:-32], sealed[-32:]
    if not hmac.compare_digest(tag, hmac.digest(KEY, b"tag" + nonce + hidden, "sha256")):
        raise Problem("the vault is damaged or was sealed with another key; put it right, or sign in again")
    return bytes(a ^ b for a, b in zip(hidden, keystream(nonce, len(hidden)), strict=True))


class Vault:
    """The sealed file, locked while it is held."""

    def __enter__(self) -> "Vault":
        try:
            VAULT.parent.mkdir(mode=0o700, exist_ok=True)
            self.lock = os.open(VAULT.parent / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as problem:
            raise Problem(f"the vault cannot be locked: {problem.strerror}") from problem
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        return self

    def __exit__(self, *_error: object) -> None:
        os.close(self.lock)

    def read(self) -> dict[str, str]:
        """Return the session."""
        try:
            return dict(json.loads(unseal(VAULT.read_bytes())))
        except FileNotFoundError:
            raise Problem("nobody is signed in here; sign in first, with: vault login") from None

    def write(self, session: dict[str, str]) -> None:
        """Seal a session into a new file that takes the place of the old one."""
        draft = VAULT.with_suffix(".new")
        try:
            draft.unlink(missing_ok=True)
            draft.touch(0o600)
            draft.write_bytes(seal(json.dumps(session).encode()))
            draft.replace(VAULT)
        except OSError as problem:
            draft.unlink(missing_ok=True)
            raise Problem(f"the vault could not be written: {problem.strerror}") from problem


def talk(url: str, form: dict[str, str] | None = None, token: str = "") -> tuple[int, dict[str, str]]:
    """Return status and members of an answer, no members where it is no JSON object."""
    parts = urlsplit(url)
    link = http.client.HTTPConnection(parts.netloc, timeout=3)
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        if form is None:
            link.request("GET", parts.path, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            link.request("POST", parts.path, urlencode({**form, "client_id": "vault"}), headers)
        answer = link.getresponse()
        members = json.loads(answer.read())
    except (OSError, http.client.HTTPException) as problem:
        raise Problem(f"{parts.netloc} does not answer: {problem}") from problem
    except ValueError:
        members = {}
    finally:
        link.close()
    return answer.status, members if isinstance(members, dict) else {}


def session_of(answer: dict[str, str], earlier: str = "") -> dict[str, str]:
    """Return the session that a token response begins or goes on with."""
    end = str(time.time() + float(answer.get("expires_in", 300)))
    return {"access": answer["access_token"], "refresh": answer.get("refresh_token", earlier), "end": end}


def login() -> None:
    """Sign in with a code on another device."""
    begun = talk(os.environ["VAULT_DEVICE"], {"scope": "offline_access"})[1]
    if "device_code" not in begun:
        raise Problem("the provider began no sign-in")
    print(f"Enter {begun['user_code']} at {begun['verification_uri']}.", flush=True)
    wait, grant = float(begun.get("interval", 5)), "urn:ietf:params:oauth:grant-type:device_code"
    while True:
        time.sleep(wait)
        status, answer = talk(os.environ["VAULT_TOKEN"], {"grant_type": grant, "device_code": begun["device_code"]})
        if status == 200 and "access_token" in answer:
            break
        wait += 5 if answer.get("error") == "slow_down" else 0
        if answer.get("error") == "access_denied":
            raise Problem("the sign-in was declined")
        if answer.get("error") not in ("authorization_pending", "slow_down"):
            raise Problem(f"the sign-in failed with status {status}: {answer.get('error', 'no reason was given')}")
    with Vault() as vault:
        vault.write(session_of(answer))
    print("Signed in; the session is sealed.")


def use() -> None:
    """Call the API, with a token that is refreshed where it has expired."""
    with Vault() as vault:
        session = vault.read()
        if session.get("ended"):
            raise Problem("the session has ended; sign in again with: vault login")
        if time.time() >= float(session["end"]):
            form = {"grant_type": "refresh_token", "refresh_token": session["refresh"]}
            status, answer = talk(os.environ["VAULT_TOKEN"], form)
            if status in (400, 401) and answer.get("error") == "invalid_grant":
                vault.write({"ended": "yes"})
                raise Problem("the provider has ended the session; sign in again with: vault login")
            if status != 200 or "access_token" not in answer:
                raise Problem(f"the token could not be renewed now (status {status}); try again later")
            session = session_of(answer, session["refresh"])
            vault.write(session)
    status, answer = talk(os.environ["VAULT_API"] + "/notes", token=session["access"])
    if status != 200:
        raise Problem(f"the API answered {status}; if that stays so, sign in again with: vault login")
    print(f"notes of {answer.get('sub')}: 0")


def logout() -> None:
    """Forget the session and tell the provider."""
    with Vault() as vault:
        try:
            refresh = vault.read().get("refresh", "")
            status = talk(os.environ["VAULT_REVOKE"], {"token": refresh})[0] if refresh else 0
            note = "The provider has ended it, too." if status == 200 else "The provider may not have ended it."
        except Problem as problem:
            note = f"The provider was not told: {problem}."
        VAULT.unlink(missing_ok=True)
    print("The session is gone from this computer.", note)


def reveal() -> None:
    """Print what is sealed, for its owner."""
    with Vault() as vault:
        print(json.dumps(vault.read()))


def version() -> None:
    """Print name and version."""
    print("vault 5")


if __name__ == "__main__":
    actions = {"login": login, "use": use, "logout": logout, "reveal": reveal, "--version": version}
    try:
        actions[sys.argv[1]]()
    except Problem as said:
        sys.exit(f"vault: {said}.")
