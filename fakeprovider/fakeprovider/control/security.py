"""Who may send requests: pages of other sites may not, and from other machines only whoever has the token."""

from __future__ import annotations

import hmac
from typing import Final
from urllib.parse import urlsplit

from fakeprovider.control.errors import ApiError
from fakeprovider.protocol.uris import is_loopback
from fakeprovider.server import Request

_SAFE_METHODS: Final = ("GET", "HEAD")


def authorize(request: Request, token: str, hosts: tuple[str, ...]) -> None:
    """Raise the `ApiError` (401, 403) for a request that may not go on; called before anything else is done with it.

    `token` has to be presented where it is not empty. Without one, the Host has to be a name of this machine or one of
    `hosts`: any other name that resolves to this machine is a web page trying its luck (DNS rebinding).
    """
    if token:
        _check_token(request, token)
    else:
        _check_host(request, {host.lower() for host in hosts if host})
    if request.method not in _SAFE_METHODS:
        _check_origin(request)


def _check_token(request: Request, token: str) -> None:
    presented = _presented_token(request)
    if hmac.compare_digest(presented.encode(), token.encode()):
        return
    story = "another token arrived" if presented else "none arrived"
    raise ApiError(
        401,
        f"the control token is needed, and {story}; send 'Authorization: Bearer TOKEN' with the one that was "
        "printed when serving began, or as the password of a browser",
        headers=tuple(("WWW-Authenticate", f'{scheme} realm="fakeprovider control"') for scheme in ("Bearer", "Basic")),
    )


def _presented_token(request: Request) -> str:
    """Return the token of a program (Bearer), or what a person typed into a browser's password prompt (Basic)."""
    scheme, _, presented = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic" and request.authorization is not None:
        return request.authorization.password or ""
    return presented.strip() if scheme.lower() == "bearer" else ""


def _check_host(request: Request, hosts: set[str]) -> None:
    name = host_name(f"//{request.headers.get('Host', '')}")
    if name not in hosts and not is_loopback(name):
        accepted = ", ".join(sorted({"localhost", "127.0.0.1", *hosts}))
        raise ApiError(403, f"Host {name!r} is no name of this provider; ask it as one of {accepted}")


def _check_origin(request: Request) -> None:
    """Refuse a request that a page of another site sends.

    Browsers name that site in `Origin` (Fetch 3.1), and say in `Sec-Fetch-Site` how it relates to this one (Fetch
    Metadata 2.3). Another port of this machine is the same site, and still somebody else's page.
    """
    relation = request.headers.get("Sec-Fetch-Site", "none").lower()
    if relation not in ("same-origin", "none"):
        raise ApiError(403, f"a page of another origin (Sec-Fetch-Site: {relation}) may not change this provider")
    origin = request.headers.get("Origin")
    own = f"{request.scheme}://{request.headers.get('Host', '')}"
    if origin is not None and origin.lower() != own.lower():
        raise ApiError(403, f"a page of {origin!r} may not change this provider; only {own!r} may")


def host_name(url: str) -> str:
    """Return the host of a URL in lower case, without its port; "" where there is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
