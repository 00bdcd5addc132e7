"""PyPI oidc-provider-mock. It has no client_credentials, so its tokens come of a refresh."""

from __future__ import annotations

import contextlib
import json
import logging
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator

# A peer, in an environment of its own.
from oidc_provider_mock import run_server_in_thread  # type: ignore[import-not-found]

from benchmarks.contenders.child import Serving, TokenRequest, basic, run

REDIRECT = "http://127.0.0.1:1/callback"
AUTHORIZATION = basic("bench", "secret")


@contextlib.contextmanager
def start() -> Iterator[Serving]:
    """A provider that asks for no registration."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with run_server_in_thread() as server:
        yield Serving(server.server_port, lambda: _sign_in(server.server_port))


def _sign_in(port: int) -> TokenRequest:
    asked = {"response_type": "code", "client_id": "bench", "redirect_uri": REDIRECT, "state": "s"}
    scope = "openid offline_access"
    base = f"http://127.0.0.1:{port}/oauth2"
    query = urllib.parse.urlencode({**asked, "scope": scope})
    location = _post(f"{base}/authorize?{query}", {"sub": "alice"}).location
    code = re.findall(r"code=([^&]+)", location)[0]
    exchange = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    refresh = json.loads(_post(f"{base}/token", exchange).body)["refresh_token"]
    return TokenRequest("grant_type=refresh_token&refresh_token={refresh_token}", refresh, AUTHORIZATION)


class _Answer:
    def __init__(self, body: bytes, location: str) -> None:
        self.body, self.location = body, location


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Nowhere: the code is in the Location."""


def _post(url: str, form: dict[str, str]) -> _Answer:
    opener = urllib.request.build_opener(_Stay, urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, urllib.parse.urlencode(form).encode(), {"Authorization": AUTHORIZATION})
    try:
        with opener.open(request) as answer:
            return _Answer(answer.read(), "")
    except urllib.error.HTTPError as answer:
        with answer:
            if answer.code not in (302, 303):
                raise
            return _Answer(b"", answer.headers["Location"])


if __name__ == "__main__":
    run(start)
