"""Who may ask: pages of other sites may not, and from other machines only whoever has the token."""

from __future__ import annotations

import hmac
from typing import Final
from urllib.parse import urlsplit

from fakeprovider.control.operation import Rejection
from fakeprovider.protocol.uris import is_loopback
from fakeprovider.server.request import Request

READING: Final = ("GET", "HEAD")


class Guard:
    """Checks every request before anything else is done with it.

    `token` has to be presented where it is not empty. Without one, the Host has to be a name of this machine or of
    `hosts`: a name of somebody else's that points here is a page in a browser trying its luck (DNS rebinding).
    """

    def __init__(self, token: str, hosts: tuple[str, ...]) -> None:
        self._token = token
        self._hosts = {host.lower() for host in hosts if host}

    def check(self, request: Request) -> None:
        """Raise the `Rejection` for a request that may not go on."""
        if self._token:
            self._check_token(request)
        else:
            self._check_host(request)
        if request.method not in READING:
            _check_origin(request)

    def _check_token(self, request: Request) -> None:
        presented = _presented(request)
        if hmac.compare_digest(presented.encode(), self._token.encode()):
            return
        story = "another token arrived" if presented else "none arrived"
        raise Rejection(
            401,
            f"the control token is needed, and {story}; send 'Authorization: Bearer TOKEN' with the one that was "
            "printed when serving began, or as the password of a browser",
            headers=tuple(
                ("WWW-Authenticate", f'{scheme} realm="fakeprovider control"') for scheme in ("Bearer", "Basic")
            ),
        )

    def _check_host(self, request: Request) -> None:
        name = host_name(f"//{request.headers.get('Host', '')}")
        if name not in self._hosts and not is_loopback(name):
            accepted = ", ".join(sorted({"localhost", "127.0.0.1", *self._hosts}))
            raise Rejection(403, f"Host {name!r} is no name of this provider; ask it as one of {accepted}")


def _presented(request: Request) -> str:
    """The token as a program presents it, or as a browser does that asked its person for a password."""
    scheme, _, presented = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic" and request.authorization is not None:
        return request.authorization.password or ""
    return presented.strip() if scheme.lower() == "bearer" else ""


def _check_origin(request: Request) -> None:
    """A page of another site can send a request, and the browser says so (Fetch 3.1)."""
    origin = request.headers.get("Origin")
    own = f"{request.scheme}://{request.headers.get('Host', '')}"
    if origin is not None and origin.lower() != own.lower():
        raise Rejection(403, f"a page of {origin!r} may not change this provider; only {own!r} may")


def host_name(url: str) -> str:
    """The host of a URL in lower case, without its port; "" where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
