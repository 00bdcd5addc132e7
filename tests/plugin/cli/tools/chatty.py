#!/usr/bin/env python3
"""A tool that talks to more than its provider: to a stub, to one that is missing, to foreign hosts, and not in HTTP."""

import os
import socket
import sys
import urllib.error
import urllib.parse
import urllib.request

issuer = urllib.parse.urlsplit(os.environ["CHATTY_ISSUER"])


def ask(url: str, **form: str) -> None:
    """Ask, whatever comes of it."""
    data = urllib.parse.urlencode(form).encode() if form else None
    try:
        urllib.request.urlopen(url, data, timeout=20).close()  # noqa: S310 - http as it stands there
    except OSError as problem:
        print("no answer:", problem)


if sys.argv[1:] == ["login"]:
    ask(f"{issuer.geturl()}/token", grant_type="client_credentials", client_id="chatty", client_secret="s3cret-secret")
    ask("http://updates.example/v1/latest")
elif sys.argv[1:] == ["use"]:
    with socket.create_connection((str(issuer.hostname), issuer.port or 80)) as raw:
        raw.sendall(b"\x16\x03\x01\x00\x05hello")
        raw.recv(1)
    ask("http://updates.example/v1/missing")
    ask("http://telemetry.example/\x1b]0;owned\x07".replace("\x1b", "%1b").replace("\x07", "%07"))
