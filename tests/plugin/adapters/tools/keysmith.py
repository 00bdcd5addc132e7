"""A tool that trades its secret for a token and the token for a key: all addresses come from its vendor's host."""

from __future__ import annotations

import base64
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

KEY = Path.home() / ".keysmith"


def ask(url: str, *, form: dict[str, str] | None = None, authorization: str = "") -> dict[str, str]:
    """Ask, and return the members of the answer; end with the status of a refusal."""
    data = None if form is None else urllib.parse.urlencode(form).encode()
    request = urllib.request.Request(url, data)  # noqa: S310 - http as it stands there
    if authorization:
        request.add_header("Authorization", authorization)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - likewise
            return dict(json.load(answer))
    except urllib.error.HTTPError as refused:
        sys.exit(f"keysmith: {refused.code} {json.load(refused).get('error')}")


def main() -> None:
    """Do what the only argument says."""
    told = ask("http://config.keysmith.example/settings.json")
    if sys.argv[1] == "login":
        secret = os.environ["KEYSMITH_SECRET"]
        basic = base64.b64encode(f"{told['client']}:{secret}".encode()).decode()
        tokens = ask(told["token"], form={"grant_type": "client_credentials"}, authorization=f"Basic {basic}")
        KEY.touch(0o600)
        KEY.write_text(ask(f"{told['api']}/keys", form={}, authorization=f"Bearer {tokens['access_token']}")["key"])
    else:
        print(ask(f"{told['api']}/projects", authorization=f"Bearer {KEY.read_text()}")["next"])


main()
