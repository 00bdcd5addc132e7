"""The published verdicts of real tools, read from the pages in docs/results."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TITLE: Final = re.compile(r"^## (?P<client>\S+) (?P<version>\S+)$", re.MULTILINE)
_ROW: Final = re.compile(r"^\| \*\*(?P<verdict>[a-z ]+)\*\* \| `(?P<contract>[a-z]+/[\w-]+)`", re.MULTILINE)
_OURS: Final = "reference"


@dataclass(frozen=True)
class Published:
    """The verdict of one tool under one contract, and the page that tells it, as in `gh-2.23.0.md`."""

    client: str
    version: str
    verdict: str
    page: str


def published(results: Path) -> dict[str, list[Published]]:
    """Return, for each contract, what real tools were found to do, tool by tool; ours is left out."""
    found: dict[str, list[Published]] = defaultdict(list)
    for path in sorted(results.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        title = _TITLE.search(text)
        if title is None or title["client"].startswith(_OURS):
            continue
        for row in _ROW.finditer(text):
            found[row["contract"]].append(Published(title["client"], title["version"], row["verdict"], path.name))
    return found
