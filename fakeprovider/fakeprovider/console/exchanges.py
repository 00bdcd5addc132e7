"""What the page shows of an exchange."""

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

# FROM fakeprovider/fakeprovider/console/decoding.py: What is inside the tokens that went over the wire, unchecked: broken ones are shown as broken as they are.


_JWS: Final = re.compile(r"(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*")
_MOST: Final = 10  # tokens decoded in one exchange


class Decoded(NamedTuple):
    """One token: what the provider minted it as, how it begins, its header and claims as indented JSON."""

    kind: str
    beginning: str
    content: str


def decoded(secrets: Secrets, *texts: str) -> list[Decoded]:
    """Every signed token that is somewhere in `texts`, each once; `secrets` knows which of them are the provider's."""
    values = dict.fromkeys(value for text in texts for value in _JWS.findall(text))
    found = ((value, _parts(value)) for value in list(values)[:_MOST])
    return [Decoded(secrets.kind_of(value) or "token", value[:12], content) for value, content in found if content]


def pretty(text: str) -> str:
    """`text` with indentation where it is JSON, else as it is."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _parts(value: str) -> str:
    """Header and claims, or "" for what only looks like a token."""
    try:
        parts = [base64.urlsafe_b64decode(part + "==").decode() for part in value.split(".")[:2]]
    except ValueError:
        return ""
    return "\n".join(map(pretty, parts))


LONGEST: Final = 20_000  # characters of a body that are shown
_LONGEST_READ: Final = 1_000_000  # bytes of a body that is made readable before


@dataclass(frozen=True)
class Side:
    """One half of an exchange: its first line, its headers, and its body as people read it."""

    first_line: str
    headers: tuple[tuple[str, str], ...]
    body: str
    remark: str = ""
    """What was done to the body to show it."""


@dataclass(frozen=True)
class Shown:
    """An exchange with all that unfolds below it. `kind` is how it went: good, refused, broken or unanswered."""

    exchange: Exchange
    kind: str
    request: Side
    response: Side
    tokens: list[Decoded]

    @classmethod
    def of(cls, exchange: Exchange, secrets: Secrets) -> Shown:
        """What is shown of `exchange`; `secrets` are those of its provider."""
        answer = str(exchange.status) if exchange.status else "nothing was answered"
        asked = f"{exchange.method} {exchange.path}"
        values = [value for _, value in (*exchange.request_headers, *exchange.response_headers)]
        request = _side(asked, exchange.request_headers, exchange.request_body)
        response = _side(answer, exchange.response_headers, exchange.response_body)
        tokens = decoded(secrets, exchange.path[:LONGEST], *values, request.body, response.body)
        return cls(exchange, _kind(exchange.status), request, response, tokens)

    @property
    def place(self) -> str:
        """The endpoint, with the grant where it has one."""
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
    kind = next((value for name, value in headers if name.lower() == "content-type"), "").partition(";")[0]
    content = Content.of(body)
    text, remark = content.text, ""
    if len(body) > _LONGEST_READ:
        text = text[: LONGEST + 1]
    elif content.encoding == "base64":
        remark = "not text: as base64"
    elif kind.strip().lower() == FORM:
        text, remark = _form(text), "a form, a member on each line"
    else:
        text = pretty(text)
    if len(text) > LONGEST:
        text, remark = text[:LONGEST], f"the first {LONGEST} characters of {len(body)} bytes"
    return Side(first_line, headers, text, remark)


def _form(text: str) -> str:
    try:
        members = parse_qsl(text, keep_blank_values=True, max_num_fields=1000)
    except ValueError:
        return text
    return "\n".join(f"{name} = {value}" for name, value in members) or text
