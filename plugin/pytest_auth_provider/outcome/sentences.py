"""Sentences: whether output tells a person something, or only shows what a program has inside.

None of these is a sentence: `KeyError: 'access_token'`, `Error: invalid_grant`, `undefined`, `HTTP 401`, a request id,
an address, `{"error": "x"}`. Two ordinary words are one, in whatever language, if at least one of them has a meaning of
its own: `Login failed`, `Error: unauthorized`. Where in doubt it is a sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]*://\S+|\S+@\S+\.\w+|(?<![\w.])(?:~|\.{1,2})?/[\w.~-]+(?:/[\w.~-]*)*", re.IGNORECASE
)
_CLASS = r"(?:[\w$]+\.)*[A-Z]\w*(?:Error|Exception|Failure|Fault|Warning|Exit|Interrupt)\b"
_BARE = re.compile(
    # What a class of exceptions is followed by where nobody wrote a text for people: a key, or a parser's complaint.
    rf"{_CLASS}\W*(?:['\"][^'\"\s]*['\"]\W*$|(?:Expecting (?:value|property name|',' delimiter|':' delimiter)\b"
    r"|Unexpected (?:token|end of)\b|Unterminated string\b|Extra data\b|[Ii]nvalid (?:control )?character\b"
    r"|unsupported operand\b|string indices\b|list indices\b)[^\n]*)"
    # What only the author of a program can mend.
    r"|'?\w+'? object (?:has no attribute|is not (?:subscriptable|callable|iterable))[^\n]*"
    r"|(?:string|list|tuple|byte) indices must be integers[^\n]*|(?:list|string|index) (?:index )?out of range[^\n]*"
    r"|Cannot (?:read|set) propert(?:y|ies)[^\n]*|\S+ is (?:not a function|not defined|undefined)\b[^\n]*"
    r"|(?:runtime error: )?(?:invalid memory address|nil pointer dereference)[^\n]*",
    re.MULTILINE,
)
_NAME = re.compile(
    rf"{_CLASS}|\w*(?:_|\d|[a-z][A-Z])\w*|\b\w+(?:[.:/]\w+)+\b|\b\w+(?=['\"]?\s*=)|(?<!\w)--?\w[\w-]*|<[^<>\n]*>"
)
_WORD = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]+)*")
_MEANS_NOTHING = re.compile(
    r"errors?|exception|fatal|warn(?:ing)?|info|debug|trace|err|panic|https?|status|code|exit|request|response|u?uid|id|null"
    r"|none|nil|nan|undefined|true|false|unknown|object|json|html|api|url|oauth|rc|errno|line|column|char"
)
_ONE_WORD = re.compile(r"^\W*[^\W\d_]{3,}[.!]\s*$", re.MULTILINE)
# Languages that put no blanks between words: so many of their characters are more than one.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{4}")

_LONG = 400
"""Characters that are read at a time."""


def has_sentence(text: str) -> bool:
    """Return whether any part of `text` tells a person something. Of JSON only the texts in it count, not the names."""
    return any(is_sentence(part) for part in _parts(text))


def is_sentence(text: str) -> bool:
    """Return whether a line, or a text without structure, tells a person something."""
    return _UNSPACED.search(text) is not None or any(map(_tells, _pieces(text)))


def _pieces(text: str) -> Iterator[str]:
    """Yield a text, in pieces where it is long: the patterns take time that grows with the square of its length."""
    if len(text) <= _LONG:
        yield text
        return
    piece = ""
    for word in text.split():
        if len(piece) + len(word) > _LONG:
            yield piece
            piece = ""
        piece += f" {word[:_LONG]}"
    yield piece


def _tells(text: str) -> bool:
    """Return whether a short text tells a person something."""
    plain = _ADDRESS.sub(" ", _BARE.sub(" ", text))
    if _ONE_WORD.search(plain) and not _BARE.search(text):
        return True
    words = [word.casefold() for word in _WORD.findall(_NAME.sub(" ", plain))]
    return len(words) > 1 and not all(map(_MEANS_NOTHING.fullmatch, words))


def _parts(text: str) -> Iterator[str]:
    """Yield what is read by itself: the texts of a JSON document or of a line that is one, else lines."""
    try:
        yield from _leaves(json.loads(text))
    except (ValueError, RecursionError):
        for line in text.splitlines():
            stripped = line.strip()
            if stripped.startswith(("{", "[")) and stripped != text:
                yield from _parts(stripped)
            else:
                yield stripped


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from value.splitlines()
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _leaves(item)
