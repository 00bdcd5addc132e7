"""Shorten secrets wherever they stand in a text, so that equal ones still look equal and none can be used.

A secret is known by what it is, never by how it looks:

issued     the provider remembers every one that it ever minted
sent       members of requests and answers that the RFCs call secrets, credentials in headers, values of cookies
named      in text that nobody parses, what stands behind the name of such a member or of an authentication scheme

The first two are left out wherever else they appear, in every spelling: in what a client prints, in its command line,
in a URL. A user code is made to be shown, and stays.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from pytest_auth_provider.clients.credentials import SHORTEST, spellings

if TYPE_CHECKING:
    from fakeprovider import Exchange

UNMISTAKABLE: Final = (
    *("access_token", "refresh_token", "id_token", "device_code", "client_secret", "code_verifier"),
    *("client_assertion", "registration_access_token", "subject_token", "actor_token", "id_token_hint"),
)
"""Members that hold a secret wherever they stand."""
MEMBERS: Final = frozenset({*UNMISTAKABLE, "code", "password", "assertion", "token"})
"""Members that hold a secret in a request; in answers and in prose, `code` may be that of an error."""
CREDENTIALS: Final = frozenset({"authorization", "proxy-authorization", "dpop"})
"""Headers that hold a credential, mostly behind the name of a scheme."""
COOKIES: Final = frozenset({"cookie", "set-cookie"})
"""Headers that hold cookies."""

_NAMES = "|".join(UNMISTAKABLE)
_NAMED = (
    re.compile(rf"(?i)(?<!\w)((?:{_NAMES})\s{{0,8}}=\s{{0,8}})([^\s\"'&,;<>(){{}}\[\]\\]+)"),
    re.compile(rf"(?i)(?<![\w-])((?:{_NAMES})\\?[\"']?\s{{0,8}}[:=]\s{{0,8}}\\?[\"'])([^\s\"'\\]+)"),
    re.compile(r"([?&](?:code|token|assertion)=)([^\s\"'&<>\\]+)"),
    re.compile(r"(?i)(?<![\w-])((?:Bearer|Basic|DPoP) +)([\w.~+/=-]{16,})"),
)
"""Places in a text at which a secret stands: what is before it, and the secret."""
_ENDS: Final = ((80, (12, 6)), (32, (8, 4)), (12, (3, 2)))
"""From how many characters on how many are shown of a secret: of its beginning, and of its end."""
_SHORTENED = re.compile(r"[^.]{0,12}\.\.\.[^.]{0,6}")
"""How a secret looks that has been shortened already."""


def shorten(secret: str) -> str:
    """Return a secret without its middle: the longer it is, the more of its ends may be seen."""
    if _SHORTENED.fullmatch(secret):
        return secret
    first, last = next((ends for least, ends in _ENDS if len(secret) >= least), (0, 0))
    return f"{secret[:first]}...{secret[len(secret) - last :]}"


def shorten_header(name: str, value: str) -> str:
    """Return the value of a header field, what it identifies somebody by shortened."""
    if name.lower() in CREDENTIALS:
        scheme, blank, credential = value.rpartition(" ")
        return f"{scheme}{blank}{shorten(credential)}"
    if name.lower() in COOKIES:
        pairs, attributes = _cookies(name, value)
        return ";".join([*(f"{key}={shorten(held)}" for key, held in pairs), *attributes])
    return value


def shorten_named(text: str) -> str:
    """Return a text with every secret shortened that stands behind its name."""
    for place in _NAMED:
        text = place.sub(lambda found: f"{found[1]}{shorten(found[2])}", text)
    return text


class KnownSecrets:
    """The secrets `values`, each in every spelling that shows it; those that would turn up by chance are left out."""

    def __init__(self, values: Iterable[str]) -> None:
        self._shown: dict[str, str] = {}
        for value in dict.fromkeys(values):
            if len(value) >= SHORTEST:
                written = (spelling.decode() for spelling in spellings(value))
                self._shown |= {text: shorten(text) for text in written if len(text) >= SHORTEST}
        self._by_start: dict[str, list[str]] = {}
        for spelling in sorted(self._shown, key=len, reverse=True):  # of two that begin alike, the longer one is meant
            self._by_start.setdefault(spelling[:SHORTEST], []).append(spelling)

    def shorten_in(self, text: str) -> str:
        """Return a text with each of these secrets shortened, in time that grows with the length of the text."""
        if not self._by_start:
            return text
        parts, begin, at = [], 0, 0
        while at <= len(text) - SHORTEST:
            found = self._at(text, at)
            if found:
                parts += [text[begin:at], self._shown[found]]
                begin = at = at + len(found)
            else:
                at += 1
        return "".join([*parts, text[begin:]])

    def _at(self, text: str, at: int) -> str:
        """Return the secret that stands at a place of a text, as it is spelled there, or an empty string."""
        begins_alike = self._by_start.get(text[at : at + SHORTEST], ())
        return next((spelling for spelling in begins_alike if text.startswith(spelling, at)), "")


def sent_secrets(exchange: Exchange) -> Iterator[str]:
    """Yield the secrets that an exchange carried: in members, in headers and in cookies."""
    yield from (value for name, value in exchange.form.items() if name in MEMBERS)
    yield from _in_answer(exchange.response_body)
    for name, value in (*exchange.request_headers, *exchange.response_headers):
        if name.lower() in CREDENTIALS:
            yield from _in_credential(value)
        elif name.lower() in COOKIES:
            yield from (held for _key, held in _cookies(name, value)[0])


def _in_answer(body: bytes) -> Iterator[str]:
    """Yield the secrets among the members of a JSON object."""
    if not body.lstrip().startswith(b"{"):
        return
    try:
        answer: object = json.loads(body)
    except (ValueError, RecursionError):
        return
    members: Mapping[str, object] = answer if isinstance(answer, dict) else {}
    yield from (value for name in (*UNMISTAKABLE, "token") if isinstance(value := members.get(name), str))


def _in_credential(value: str) -> Iterator[str]:
    """Yield what a header authenticates by; of a name and a password in base64, the password as well."""
    scheme, _blank, credential = value.rpartition(" ")
    yield credential
    if scheme.lower() == "basic":
        try:
            yield base64.b64decode(credential, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return


def _cookies(name: str, value: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the cookies in the value of a header field, and the attributes of one that is set."""
    told = value.split(";")
    kept = len(told) if name.lower() == "cookie" else 1
    pairs = (pair.partition("=") for pair in told[:kept])
    return [(key, held.strip()) for key, _equals, held in pairs], told[kept:]
