"""Redirect URIs (RFC 6749 3.1.2, RFC 8252 7), resource URIs (RFC 8707) and the URLs of their metadata (RFC 9728)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, quote, urlsplit

from fakeprovider.errors import OAuthError

if TYPE_CHECKING:
    from fakeprovider.settings import Settings
    from fakeprovider.state.clients import ClientRecord


def check_resources(resources: Iterable[str]) -> tuple[str, ...]:
    """Return the resources, each an absolute URI without a fragment, or `invalid_target` (RFC 8707 2)."""
    checked = tuple(resources)
    for resource in checked:
        if not is_absolute_uri(resource):
            raise OAuthError(
                "invalid_target",
                f"resource arrived as {resource!r}, expected an absolute URI without a fragment (RFC 8707 2)",
            )
    return checked


def narrow_resources(requested: Iterable[str], granted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the `requested` resources, which must be among those granted, if any were (RFC 8707 2.2)."""
    asked = check_resources(requested)
    beyond = [resource for resource in asked if granted and resource not in granted]
    if beyond:
        raise OAuthError(
            "invalid_target", f"resource {beyond[0]!r} was not granted; what was: {', '.join(granted)} (RFC 8707 2.2)"
        )
    return asked


def is_meant_for(audience: tuple[str, ...], resource: str) -> bool:
    """Return whether a token with this audience may be used at `resource`: one of them is it, or is a part of it."""
    base = resource.rstrip("/")
    return any(one.rstrip("/") == base or one.startswith(f"{base}/") for one in audience)


def is_absolute_uri(value: str) -> bool:
    """Return whether `value` is an absolute URI without a fragment (RFC 3986 4.3), read alike by every browser."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    is_complete = bool(parts.scheme and (parts.netloc or parts.path))
    return is_complete and _PLAIN.fullmatch(value) is not None and _is_authority(parts.netloc)


def _is_authority(netloc: str) -> bool:
    """Return whether the host is a name or a whole IPv6 address, and the port one there can be (RFC 3986 3.2)."""
    parts = _AUTHORITY.fullmatch(netloc.rpartition("@")[2])
    return parts is not None and int(parts["port"] or 0) <= 65535


_PLAIN: Final = re.compile(r"[!$-;=?-\[\]_a-z~]+")
"""What a URI is made of (RFC 3986 2), but for `#`; above all no backslash, which browsers take for a slash."""
_AUTHORITY: Final = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\[\]:]*)(?::(?P<port>[0-9]{0,6}))?")


LOOPBACK_HOSTS: Final = ("127.0.0.1", "::1", "localhost")
NEVER: Final = ("javascript", "data", "vbscript", "file", "about", "blob")
"""Schemes that run or read something in the browser instead of reaching a client."""


def check_form(uri: str) -> SplitResult:
    """Return the parts of an absolute URI without a fragment (RFC 6749 3.1.2), or raise `invalid_redirect_uri`."""
    if not is_absolute_uri(uri):
        story = f"{uri!r} is no absolute URI without a fragment (RFC 6749 3.1.2)"
        raise OAuthError("invalid_redirect_uri", story)
    parts = urlsplit(uri)
    if "@" in parts.netloc:
        raise OAuthError("invalid_redirect_uri", f"{uri!r} holds a user name, which hides where it leads")
    if parts.scheme in NEVER:
        story = f"{uri!r} reaches no client: scheme {parts.scheme!r} stays in the browser"
        raise OAuthError("invalid_redirect_uri", story)
    return parts


def leads_to_loopback(uri: str) -> bool:
    """Return whether `uri` leads to this machine over http or https, at any port (RFC 8252 7.3, 8.3)."""
    parts = urlsplit(uri)
    return parts.scheme in ("http", "https") and parts.hostname in LOOPBACK_HOSTS


def is_loopback(host: str) -> bool:
    """Return whether `host`, in lower case, is a name or address of this machine that no other machine can reach."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_custom_scheme(uri: str) -> bool:
    """Return whether `uri` has a scheme of a native application's own (RFC 8252 7.1)."""
    return urlsplit(uri).scheme not in ("http", "https")


def check_allowed(settings: Settings, client: ClientRecord, uri: str, registered: tuple[str, ...], name: str) -> None:
    """Refuse a URI the client may not be returned to; `name` is the parameter it arrived in."""
    try:
        check_form(uri)
    except OAuthError as error:
        raise OAuthError("invalid_request", f"{name} {error.description}") from error
    if is_custom_scheme(uri) and not client.native:
        raise OAuthError(
            "invalid_request",
            f"{name} arrived as {uri!r}; only a client registered as native may use a scheme of its own (RFC 8252 7.1)",
        )
    if uri in registered or (leads_to_loopback(uri) and _loopback_allowed(settings, uri, registered)):
        return
    known = ", ".join(registered) or "none"
    raise OAuthError(
        "invalid_request",
        f"{name} arrived as {uri!r}, expected one registered for client {client.client_id!r}: {known}"
        + (", or any http://127.0.0.1 or http://localhost address" if settings.any_loopback_redirect else ""),
    )


def _loopback_allowed(settings: Settings, uri: str, registered: tuple[str, ...]) -> bool:
    if settings.any_loopback_redirect:
        return True
    return _without_port(uri) in [_without_port(one) for one in registered if leads_to_loopback(one)]


def _without_port(uri: str) -> tuple[str, str | None, str, str]:
    parts = urlsplit(uri)
    return parts.scheme, parts.hostname, parts.path, parts.query


WELL_KNOWN: Final = "/.well-known/oauth-protected-resource"


def is_metadata_path(path: str) -> bool:
    """Return whether the metadata of some resource is looked for at `path`."""
    return path == WELL_KNOWN or path.startswith(f"{WELL_KNOWN}/")


def metadata_url(api: str, path: str) -> str:
    """Return the URL of the metadata of the resource at `path` of the origin that `api`, a URL, is on."""
    return f"{origin_of(api)}{WELL_KNOWN}{quoted(path)}"


def origin_of(url: str) -> str:
    """Return scheme, host and port of an absolute URL."""
    return "/".join(url.split("/", 3)[:3])


def quoted(path: str) -> str:
    """Return a decoded path as it stands in a URL (RFC 3986 3.3), without slashes at its end."""
    return quote(path.rstrip("/"), safe="/:@!$&'()*+,;=~")
