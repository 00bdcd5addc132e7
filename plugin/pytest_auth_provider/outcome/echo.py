"""Echoes: what a client's output repeats of the answers it was given, told apart from its own words.

A client that prints whatever a provider answers has not said it: who dumps `{"error": "access_denied"}` need not know
that somebody denied. What counts as repeated:

message    a text of two words or more, such as an `error_description` or a reason phrase, repeated as a whole or cut
           off with dots. The provider wrote it for people, so a client that passes it on has told them
code       a name that no sentence has by chance: `access_denied`, `AccessDeniedException`
document   the JSON or the markup of an answer, dumped from its first word on
page       what a page for browsers says

A single word such as `expired` is nobody's, so that a client's own sentence is never cut. Texts are compared word by
word: line wraps, boxes, quotes, escapes and capital letters make no difference.
"""

from __future__ import annotations

import html
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

if TYPE_CHECKING:
    from fakeprovider import Exchange

GONE = "\ufffc"
"""What stands in the place of each character that is repeated; no word, no blank and no end of a sentence."""

Words = tuple[str, ...]

# Languages that put no blanks between words: each of their characters is a word.
_UNSPACED = r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_WORD = re.compile(rf"{_UNSPACED}|(?:(?!{_UNSPACED})\w)+")
_ESCAPES = re.compile(
    r"(?:\\u[0-9a-f]{4})+|\\x[0-9a-f]{2}|\\[abfnrtv\"'\\/]|(?:%[0-9a-f]{2})+|&(?:\#\d+|\#x[0-9a-f]+|[a-z]+);",
    re.IGNORECASE,
)
_CODE = re.compile(r"[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)+|(?:[A-Z][a-z0-9]+){2,}")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_FORM = re.compile(r"\w+=[^&\s]*(?:&\w+=[^&\s]*)+")
# None of the two goes on where another one begins: else a page of beginnings would be read to its end for each.
_MARKUP = re.compile(
    r"<(?:script|style)\b(?:(?!<(?:script|style)\b).)*?</(?:script|style)>|<[^<>]*>", re.IGNORECASE | re.DOTALL
)
_CUT_OFF = re.compile(r"\s?(\w{0,20})\s?\[?(?:\.\.\.|\u2026)")
_LEAST_CUT = 4  # words of a text that was cut off, before the dots
_LONGEST_TEXT = 100_000  # characters of one answer that are looked at
_LONGEST_HEADER = 2_000
_MOST_COMPARED = (
    1_000_000  # words of one output: where the same word comes over and over, each would begin a repetition
)


@dataclass(frozen=True)
class _Sent:
    """One text that was sent. A `document` shows by the bracket before it; `for_people` is what they may be told."""

    words: Words
    document: bool = False
    for_people: bool = False


class Echo:
    """What the answers in `exchanges` said, to be found again in output."""

    def __init__(self, exchanges: Iterable[Exchange]) -> None:
        self._by_first: dict[str, list[_Sent]] = defaultdict(list)
        for sent in dict.fromkeys(sent for exchange in exchanges for sent in _sent_in(exchange)):
            self._by_first[sent.words[0]].append(sent)
        for alternatives in self._by_first.values():
            alternatives.sort(key=lambda sent: len(sent.words), reverse=True)

    def own(self, text: str) -> str:
        """Return `text`, of the same length, with everything that it repeats replaced by `GONE`."""
        return self._without(text, for_people=True)

    def for_people(self, text: str) -> str:
        """Return `text`, of the same length, with what it repeats replaced by `GONE`, but for messages."""
        return self._without(text, for_people=False)

    def _without(self, text: str, *, for_people: bool) -> str:
        """Return `text` without every repetition; those that are `for_people` are left where that is false."""
        found = _read(text)
        kept: list[str] = []
        start = 0
        compared = _Count()
        for index, first in enumerate(found):
            if first.start < start or first.word not in self._by_first:
                continue
            if compared.words > _MOST_COMPARED:  # nobody is judged by what cannot be told from an echo
                return "".join([*kept, text[start : first.start], _gone(text[first.start :])])
            sent_so = [sent for sent in self._by_first[first.word] if for_people or not sent.for_people]
            ends = (_end_of_repetition(sent, text, found, index, compared) for sent in sent_so)
            if end := next(filter(None, ends), 0):
                kept += [text[start : first.start], _gone(text[first.start : end])]
                start = end
        return "".join([*kept, text[start:]])


class _Read(NamedTuple):
    """A word in a text, in small letters, and where it stands there."""

    word: str
    start: int
    end: int


def _read(text: str) -> list[_Read]:
    """Return the words of `text`, with escapes read as what they stand for."""
    place = 0
    plain: list[str] = []
    starts: list[int] = []
    for escape in _ESCAPES.finditer(text):
        stands_for = _unescaped(escape.group())
        plain += [text[place : escape.start()], stands_for]
        starts += [*range(place, escape.start()), *[escape.start()] * len(stands_for)]
        place = escape.end()
    plain.append(text[place:])
    starts += range(place, len(text) + 1)
    return [
        _Read(match.group().casefold(), starts[match.start()], starts[match.end()])
        for match in _WORD.finditer("".join(plain))
    ]


def _unescaped(escape: str) -> str:
    """Return the characters an escape stands for; a blank for those that are no part of a word anyway."""
    if escape.startswith("%"):
        text = unquote(escape)
    elif escape.startswith("&"):
        text = html.unescape(escape)
    elif escape[:2].lower() == "\\u":
        text = "".join(chr(int(code, 16)) for code in escape[2:].lower().split("\\u"))
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    else:
        text = chr(int(escape[2:], 16)) if escape[:2].lower() == "\\x" else " "
    return text or " "


def _gone(text: str) -> str:
    """Return as many characters, the ends of lines among them as they are."""
    return re.sub(r"[^\n]", GONE, text)


@dataclass
class _Count:
    """How many words were compared."""

    words: int = 0


def _end_of_repetition(sent: _Sent, text: str, found: list[_Read], index: int, compared: _Count) -> int:
    """Return where `text` ends to repeat what was sent, from its word at `index` on; 0 where it does not repeat it."""
    start = found[index].start
    if sent.document and not re.search(r"[{\[<]", text[max(0, start - 4) : start]):
        return 0
    same = 0
    for ours, place in zip(sent.words, range(index, len(found)), strict=False):
        if ours != found[place].word:
            break
        same += 1
    compared.words += same
    end = found[index + same - 1].end
    whole = same == len(sent.words)
    return end if whole or (same >= _LEAST_CUT and (sent.document or _is_cut_off(sent.words[same], text, end))) else 0


def _is_cut_off(following: str, text: str, end: int) -> bool:
    """Return whether `text` has dots at `end`, in the place of the `following` word or of the rest of it."""
    dots = _CUT_OFF.match(text, end)
    return dots is not None and following.startswith(dots[1].casefold())


# -- what an answer said ------------------------------------------------------------------------------------------


def _sent_in(exchange: Exchange) -> Iterator[_Sent]:
    """Yield every text of the answer in `exchange`; nothing where nobody answered."""
    if not exchange.status:
        return
    yield from _texts(_reason(exchange.status))
    for name, value in exchange.response_headers:
        if name.lower() == "location":
            for _name, part in parse_qsl(urlsplit(value).query):
                yield from _texts(part)
        elif name.lower() == "www-authenticate" or name.lower().startswith("x-"):
            for text in [value, *_QUOTED.findall(value[:_LONGEST_HEADER])]:
                yield from _texts(text)
    body = exchange.response_body.decode("utf-8", "replace")[:_LONGEST_TEXT]
    if _FORM.fullmatch(body):  # as GitHub answers who does not ask for JSON
        for _name, value in parse_qsl(body):
            yield from _texts(value)
    yield from _of_body(body)


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _of_body(body: str) -> Iterator[_Sent]:
    """Yield the texts of a body: JSON, a page, or plain text."""
    if body.lstrip().startswith("<"):
        yield from _documents(body)
        pieces = _MARKUP.split(body)
        for text in [*pieces, " ".join(pieces)]:
            if len(said := _words(text)) > 1:
                yield _Sent(said)
        return
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        yield from _documents(body) if body.lstrip().startswith(("{", "[")) else _texts(body)
        return
    if isinstance(value, dict | list):
        yield from _documents(body)
        yield from _documents(json.dumps(value, sort_keys=True))
    for leaf in _leaves(value):
        yield from _texts(leaf)


def _documents(text: str) -> Iterator[_Sent]:
    if said := _words(text):
        yield _Sent(said, document=True)
        if "null" in said:  # as Python writes it
            yield _Sent(tuple("none" if word == "null" else word for word in said), document=True)


def _texts(text: str) -> Iterator[_Sent]:
    """Yield a text that was sent, where it is a message or a code."""
    said = _words(text)
    if _CODE.fullmatch(text):
        yield _Sent(said)
    elif len(said) > 1:
        yield _Sent(said, for_people=True)


def _words(text: str) -> Words:
    return tuple(read.word for read in _read(text))


def _leaves(value: object) -> Iterator[str]:
    """Yield every text in a JSON value, wherever it stands."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from _leaves(member)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
