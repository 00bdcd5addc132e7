"""An exchange as the page shows it: headers, readable bodies, and the tokens in them decoded.

Tokens are decoded without a check of their signature: a broken one is shown as broken as it is.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

from fakeprovider.body import FORM
from fakeprovider.control.responses import Content
from fakeprovider.journal import Exchange
from fakeprovider.tokens.secrets import Secrets

_LONGEST: Final = 20_000  # characters of a body that are shown
_LONGEST_PARSED: Final = 1_000_000  # bytes of a body that is indented or split into members
_MOST_TOKENS: Final = 10  # decoded in one exchange

_JWS: Final = re.compile(r"(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*")


@dataclass(frozen=True)
class Side:
    """One half of an exchange; `body` is as people read it, `remark` says what was done to it for that."""

    first_line: str
    headers: tuple[tuple[str, str], ...]
    body: str
    remark: str = ""


@dataclass(frozen=True)
class ShownExchange:
    """An exchange with everything that unfolds below it; `kind` is `good`, `refused`, `broken` or `unanswered`."""

    exchange: Exchange
    kind: str
    request: Side
    response: Side
    tokens: list[DecodedToken]

    @classmethod
    def of(cls, exchange: Exchange, secrets: Secrets) -> ShownExchange:
        """Prepare `exchange` to be shown; `secrets` are those of its provider."""
        request_line = f"{exchange.method} {exchange.path}"
        status_line = str(exchange.status) if exchange.status else "nothing was answered"
        values = [value for _, value in (*exchange.request_headers, *exchange.response_headers)]
        request = _side(request_line, exchange.request_headers, exchange.request_body)
        response = _side(status_line, exchange.response_headers, exchange.response_body)
        tokens = _decode_tokens(secrets, exchange.path[:_LONGEST], *values, request.body, response.body)
        return cls(exchange, _kind(exchange.status), request, response, tokens)

    @property
    def place(self) -> str:
        """The endpoint, with the grant at the token endpoint, as in `token[refresh_token]`."""
        name = self.exchange.endpoint or "no endpoint"
        return f"{name}[{self.exchange.grant}]" if self.exchange.grant else name

    @property
    def path(self) -> str:
        """The path without its query."""
        return self.exchange.path.partition("?")[0]


def _kind(status: int) -> str:
    if not status:
        return "unanswered"
    return "good" if status < 400 else "refused" if status < 500 else "broken"


def _side(first_line: str, headers: tuple[tuple[str, str], ...], body: bytes) -> Side:
    media_type = next((value for name, value in headers if name.lower() == "content-type"), "").partition(";")[0]
    content = Content.of(body)
    text, remark = content.text, ""
    if len(body) > _LONGEST_PARSED:
        text = text[: _LONGEST + 1]
    elif content.encoding == "base64":
        remark = "not text: as base64"
    elif media_type.strip().lower() == FORM:
        text, remark = _form(text), "a form, a member on each line"
    else:
        text = _indented(text)
    if len(text) > _LONGEST:
        text, remark = text[:_LONGEST], f"the first {_LONGEST} characters of {len(body)} bytes"
    return Side(first_line, headers, text, remark)


def _form(text: str) -> str:
    try:
        members = parse_qsl(text, keep_blank_values=True, max_num_fields=1000)
    except ValueError:
        return text
    return "\n".join(f"{name} = {value}" for name, value in members) or text


class DecodedToken(NamedTuple):
    """One token: its kind (`access_token`, ...), its first 12 characters, its header and claims as indented JSON."""

    kind: str
    beginning: str
    content: str


def _decode_tokens(secrets: Secrets, *texts: str) -> list[DecodedToken]:
    """Decode every signed token in `texts`, each once; `secrets` knows the kind of those the provider minted."""
    values = dict.fromkeys(value for text in texts for value in _JWS.findall(text))
    found = ((value, _header_and_claims(value)) for value in list(values)[:_MOST_TOKENS])
    return [DecodedToken(secrets.kind_of(value) or "token", value[:12], content) for value, content in found if content]


def _header_and_claims(token: str) -> str:
    """Return header and claims as indented JSON, or "" for what only looks like a token."""
    try:
        parts = [base64.urlsafe_b64decode(part + "==").decode() for part in token.split(".")[:2]]
    except ValueError:
        return ""
    return "\n".join(map(_indented, parts))


def _indented(text: str) -> str:
    """Return `text` with indentation where it is JSON, else as it is."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text
