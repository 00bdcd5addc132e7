"""Sloppy clients of the family `browser` that ask for the wrong thing, or listen in the wrong place."""

from __future__ import annotations

import socket
from collections.abc import Callable

from reference_client import loopback
from reference_client.flows.browser import Request
from reference_client.loopback import Loopback
from tests.sloppy.defects import sloppy

Url = Callable[[Request, str, str, str, str], str]


@sloppy("browser/pkce-s256", Request, "url", also=["browser/*", "validation/*"])
def shows_no_challenge(url: Url, self: Request, endpoint: str, client_id: str, redirect_uri: str, scope: str) -> str:
    """No proof key is asked for, so that a provider which insists on one refuses every sign-in."""
    return url(self, endpoint, client_id, redirect_uri, scope).partition("&code_challenge=")[0]


@sloppy("browser/verifier-and-state-unique-per-run", Request, "new")
def asks_the_same_every_time(original: object) -> Request:
    """State, nonce and verifier are constants, as in an example of the documentation."""
    return Request("af0ifjsldkj", "n-0S6_WzA2Mj", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")


@sloppy("browser/callback-on-every-loopback-family", loopback, "_bound")
def redirects_to_localhost(
    bound: Callable[[Loopback, int], tuple[loopback._Server, str]], waiting: Loopback, port: int
) -> tuple[loopback._Server, str]:
    """The browser is sent to localhost, and only one of its two addresses is listened at."""
    return bound(waiting, port)[0], "localhost"


@sloppy("browser/callback-only-on-loopback", loopback, "_bound")
def listens_everywhere(original: object, waiting: Loopback, port: int) -> tuple[loopback._Server, str]:
    """The little server listens on every interface of the machine."""
    return loopback._Server(waiting, socket.AF_INET, "", port), "127.0.0.1"
