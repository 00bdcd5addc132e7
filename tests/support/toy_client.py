"""A client as small as can be, to drive: it signs in by device, uses, prints and forgets one token. It is no model."""

# ruff: noqa: S310, T201 - a program prints, and its addresses come from the test

import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

STORE = Path.home() / ".toy" / "session.json"


def post(url: str, **form: str) -> dict[str, str]:
    """Post a form, return the members of the answer, whatever its status."""
    try:
        with urllib.request.urlopen(url, urllib.parse.urlencode(form).encode()) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as problem:
        return dict(json.load(problem))


def login() -> None:
    """Sign in by device, polling without a pause."""
    with urllib.request.urlopen(os.environ["TOY_ISSUER"] + "/.well-known/openid-configuration") as answer:
        endpoints = json.load(answer)
    started = post(endpoints["device_authorization_endpoint"], client_id="toy", scope="offline_access")
    print("enter", started["user_code"])
    while True:
        grant = "urn:ietf:params:oauth:grant-type:device_code"
        tokens = post(
            endpoints["token_endpoint"], grant_type=grant, device_code=started["device_code"], client_id="toy"
        )
        if tokens.get("error") != "authorization_pending":
            break
        time.sleep(0.01)
    if "access_token" not in tokens:
        sys.exit(f"Error: {tokens['error']}")
    STORE.parent.mkdir(exist_ok=True)
    STORE.write_text(json.dumps(tokens))
    STORE.chmod(0o600)
    print("signed in")


def use(token: str) -> None:
    """Call the API."""
    request = urllib.request.Request(os.environ["TOY_API"] + "/hello", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as answer:
        print(answer.status)


def main() -> None:
    """Do what the arguments say, and whatever is wrong that they ask for."""
    action, *wrong = sys.argv[1:]
    if action == "login":
        login()
    elif action == "logout":
        STORE.unlink(missing_ok=True)
    elif action == "say":
        print(*wrong)
    elif action == "env":
        print(os.environ.get(wrong[0], "unset"))
    elif action == "fail":
        sys.exit(int(wrong[0]))
    else:
        token = json.loads(STORE.read_text())["access_token"]
        if action == "token":
            print(token)
        if action == "use":
            use(token)
        if action == "leak":
            leak(token, wrong)


def leak(token: str, where: list[str]) -> None:
    """Give the token away in each of these places."""
    for place in where:
        if place == "stdout":
            print("debug: sending", token)
        elif place == "stderr":
            print(f"GET / {urllib.parse.quote(token, safe='')}", file=sys.stderr)
        elif place == "query":
            with urllib.request.urlopen(os.environ["TOY_API"] + "/hello?" + urllib.parse.urlencode({"t": token})):
                pass
        else:
            path, mode = place.split(":")
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).write_text(f"first line\ntoken {token}\n")
            Path(path).chmod(int(mode, 8))


main()
