"""Which resources an access token is for (RFC 8707)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from fakeprovider.errors import OAuthError

if TYPE_CHECKING:
    from fakeprovider.call import Call


def check_resources(resources: Iterable[str]) -> tuple[str, ...]:
    """The resources, each an absolute URI without a fragment, or `invalid_target` (RFC 8707 2)."""
    checked = tuple(resources)
    for resource in checked:
        if not is_absolute_uri(resource):
            raise OAuthError(
                "invalid_target",
                f"resource arrived as {resource!r}, expected an absolute URI without a fragment (RFC 8707 2)",
            )
    return checked


def narrow_resources(call: Call, granted: tuple[str, ...]) -> tuple[str, ...]:
    """The resources a token request asks for, which must be among those granted, if any were (RFC 8707 2.2)."""
    asked = check_resources(call.parameters.getlist("resource"))
    beyond = [resource for resource in asked if granted and resource not in granted]
    if beyond:
        raise OAuthError(
            "invalid_target", f"resource {beyond[0]!r} was not granted; what was: {', '.join(granted)} (RFC 8707 2.2)"
        )
    return asked


def is_meant_for(audience: tuple[str, ...], resource: str) -> bool:
    """Whether a token with this audience may be used at `resource`: one of them is it, or is a part of it."""
    base = resource.rstrip("/")
    return any(one.rstrip("/") == base or one.startswith(f"{base}/") for one in audience)


def is_absolute_uri(value: str) -> bool:
    """Whether `value` is an absolute URI without a fragment (RFC 3986 4.3), read alike by every browser."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path)) and _PLAIN.fullmatch(value) is not None


_PLAIN: Final = re.compile(r"[!$-;=?-\[\]_a-z~]+")
"""What a URI is made of (RFC 3986 2), but for `#`; above all no backslash, which browsers take for a slash."""
