"""What a client asks of the person: the authorization request, read from the URL it opens or prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """The parameters of an authorization request (RFC 6749 4.1.1, RFC 7636 4.3, OIDC Core 3.1.2.1); empty if not sent.

    `parameters` holds them all, the last value of each. Of a pushed request (RFC 9126) only `client_id` is in the URL.
    """

    parameters: Mapping[str, str] = field(repr=False)
    response_type: str = ""
    client_id: str = ""
    redirect_uri: str = ""
    scope: str = ""
    state: str = ""
    nonce: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""

    @classmethod
    def in_url(cls, url: str) -> Self | None:
        """The request in a URL, or None for any other page."""
        try:
            parameters = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        except ValueError:
            return None
        if "client_id" not in parameters or not parameters.keys() & {"response_type", "request_uri", "request"}:
            return None
        named = set(cls.__dataclass_fields__) & set(parameters) - {"parameters"}
        return cls(parameters, **{name: parameters[name] for name in named})
