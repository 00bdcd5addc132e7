"""Adapter files that are nearly right: each is read, or refused with one message that names the file and the key.

They are made of the shipped presets, with a few things gone wrong, and are the same ones for a seed.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
import random
import re
import time
import tomllib
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pytest_auth_provider.adapters.file_format import KEYS
from pytest_auth_provider.adapters.loader import load_adapter, preset_names, preset_path
from pytest_auth_provider.errors import AdapterError

FILE: Final = "auth-provider.toml"
LONGEST: Final = 1.0
"""Seconds of CPU time that reading a file may take."""

_MESSAGES: Final = re.compile(
    rf"{re.escape(FILE)}: (this is not TOML: |cannot be read: |clients\b.*?: |.+?: not a key of this file)"
    r'|there is no client called "acme"',
    re.DOTALL,
)
"""How a message begins: the file and the key, unless there are no keys, or no client of that name."""

_DEEP: Final[list[Any]] = [[[[[["x"]]]]]]
_ODD: Final[tuple[Any, ...]] = (
    *(0, -1, 1, 255, 256, 2**31, 2**63, 10**400, 1.5, -0.0, 1e308, float("inf"), float("nan"), True, False),
    *(
        "",
        " ",
        "\0",
        "a\0b",
        "a\nb",
        "\x1b[31m",
        "\u202e",
        "é",
        "\U0001f600",
        "a" * 100_000,
        "A=B",
        "=",
        "-",
        "--",
        "'",
        '"',
    ),
    *(
        "{",
        "}",
        "{}",
        "{0}",
        "{home",
        "{home}",
        "{{home}}",
        "{home!r:>{x}}",
        "{isuer}",
        "{token.x}",
        "%s",
        "$HOME",
        "`id`",
    ),
    *("..", "../..", "/", "/etc/passwd", "~", "./x", "a//b", "a/../../b", "con:", ".", "*", "**/*", "x" * 300),
    *(
        "(",
        "[",
        "[[a]--b]",
        "a{99999999999}",
        "(?P<x>",
        "(?<x>a)",
        "(a+)+$",
        "\\",
        "\\777",
        "(?i)x(?-i)",
        "(" * 500 + ")" * 500,
    ),
    *("http://", "https://[::1", "http://a b", "localhost:99999", ":0", "1.2.3.4:-1", "a.example:443", "*.example"),
    *([], {}, [[]], [{}], {"": {}}, {"": ""}, _DEEP, ["", ""], [1, "a", []], {"a": {"b": {"c": {"d": 1}}}}),
    *(dt.date(2020, 1, 1), dt.time(1, 2, 3), dt.datetime(2020, 1, 1, tzinfo=dt.UTC)),
)
_ODD_KEYS: Final = (
    "",
    " ",
    "a b",
    "comand",
    "Command",
    "run",
    "login",
    "env",
    "é",
    "\u202e",
    "x" * 500,
    "a.b",
    "x-y",
    "[key]",
)
_ODD_TEXT: Final = (
    "\0",
    "\xff",
    "=",
    "[",
    "]",
    "[[",
    "]]",
    '"""',
    "'''",
    "\\u",
    "\r",
    "\ufeff",
    "# ",
    "{",
    "}",
    ".",
    "\n",
)


@dataclass
class Tally:
    """How many files were read and refused, what a refusal began with, and what was wrong."""

    read: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)


def read_odd_files(root: Path, count: int, seed: int) -> Tally:
    """Write that many odd adapter files into `root`, one after the other, and read each."""
    tally = Tally()
    files = odd_files(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for number in range(count):
            content = next(files)
            (root / FILE).write_bytes(content)
            if wrong := _wrong(root, tally):
                tally.wrong.append(f"file {number} of seed {seed}: {wrong}\n{content[-2000:]!r}")
    return tally


def _wrong(root: Path, tally: Tally) -> str:
    """Read the file in `root`; return what was wrong with how that went, "" for nothing."""
    began = time.process_time()
    try:
        load_adapter("acme", root)
        tally.read += 1
    except AdapterError as error:
        begins = _MESSAGES.match(str(error))
        tally.refused["no key" if not begins else begins[0][: 2 * len(FILE)]] += 1
        if not begins:
            return f"the message names no key: {error}"
        if "\n" in str(error) and begins[0].startswith(FILE):
            return f"the message is more than one line: {error}"
    except Exception:
        return traceback.format_exc(limit=-3)
    seconds = time.process_time() - began
    tally.slowest = max(tally.slowest, seconds)
    return f"it took {seconds:.1f} s" if seconds > LONGEST else ""


def odd_files(seed: int) -> Iterator[bytes]:
    """Yield odd adapter files without end, the same ones for a seed."""
    chance = random.Random(seed)
    presets = [tomllib.loads(preset_path(name).read_text(encoding="utf-8")) for name in preset_names()]
    while True:
        document = {"clients": {"acme": copy.deepcopy(chance.choice(presets))}}
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            _spoil(document["clients"], chance)
        text = "".join(f"{_key(name)} = {toml(value)}\n" for name, value in document.items())
        if chance.random() < 0.25:
            text = _spoil_text(text, chance)
        yield text.encode("utf-8", "replace" if chance.random() < 0.5 else "surrogatepass")


def _spoil(table: dict[str, Any], chance: random.Random) -> None:
    """Let one thing go wrong somewhere in a table."""
    holder = chance.choice(list(_holders(table)))
    keys: list[Any] = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    key = chance.choice(keys) if keys else None
    what = chance.randrange(6)
    if key is None or what == 0:
        _add(holder, chance)
    elif what == 1:
        del holder[key]
    elif what == 2 and isinstance(holder, dict):
        holder[_misspelt(key, chance)] = holder.pop(key)
    elif what == 3:
        holder[key] = chance.choice(([holder[key]], {"x": holder[key]}, {str(key): holder[key]}))
    elif what == 4:
        holder[key] = copy.deepcopy(chance.choice(list(_holders(table))))
    else:
        holder[key] = chance.choice(_ODD)


def _holders(table: Any) -> Iterator[Any]:
    """Yield every table and array within a table, and itself."""
    yield table
    for value in table.values() if isinstance(table, dict) else table:
        if isinstance(value, (dict, list)):
            yield from _holders(value)


def _add(holder: Any, chance: random.Random) -> None:
    value = chance.choice(_ODD)
    if isinstance(holder, list):
        holder.append(value)
    else:
        holder[chance.choice((*KEYS, *_ODD_KEYS))] = value


def _misspelt(key: str, chance: random.Random) -> str:
    at = chance.randrange(len(key) + 1)
    return chance.choice((key[:at] + key[at + 1 :], key[:at] + "x" + key[at:], key.upper(), chance.choice(_ODD_KEYS)))


def _spoil_text(text: str, chance: random.Random) -> str:
    for _ in range(chance.randrange(1, 4)):
        at, to = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        to = min(to, at + 40)
        text = chance.choice((text[:at] + chance.choice(_ODD_TEXT) + text[at:], text[:at] + text[to:], text[:at]))
    return text


def toml(value: Any) -> str:
    """Return a value as TOML writes it, on one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_key(name)} = {toml(one)}' for name, one in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else str(value)


def _key(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)
