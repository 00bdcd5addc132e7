"""Write the listings of the pages anew from the files that they show.

    python docs/build_listings.py

A listing is a block of code below a comment that names its file, as a path below docs/, and maybe a piece of it:

    <!-- listing: examples/tutorial/finished/notes.py poll -->

A piece stands in its file between the comments `begin: poll` and `end: poll`. So the pages are plain Markdown that can
be read anywhere, and what they show is what the tests run. tests/docs/test_listings.py fails when a page lags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).parent
_LISTING: Final = re.compile(
    r"^<!-- listing: (?P<path>\S+)(?: (?P<piece>\S+))? -->\n\n```(?P<language>\w*)\n.*?^```$", re.MULTILINE | re.DOTALL
)


def pages() -> Iterator[Path]:
    """Yield every page that has listings."""
    for path in sorted(DOCS.rglob("*.md")):
        if "<!-- listing: " in path.read_text(encoding="utf-8"):
            yield path


def renewed(text: str) -> str:
    """Return a page with its listings as their files have them. Raises `ValueError` for a piece that there is not."""
    return _LISTING.sub(_listing, text)


def shown(text: str) -> list[str]:
    """Return the files that a page shows, each as a path below docs/."""
    return list(dict.fromkeys(match["path"] for match in _LISTING.finditer(text)))


def _listing(match: re.Match[str]) -> str:
    path, piece = match["path"], match["piece"]
    code = (DOCS / path).read_text(encoding="utf-8")
    named = f"{path} {piece}" if piece else path
    return f"<!-- listing: {named} -->\n\n```{match['language']}\n{_piece(code, path, piece)}\n```"


def _piece(code: str, path: str, piece: str | None) -> str:
    if piece is None:
        return "\n".join(line for line in code.splitlines() if not re.match(r"\s*# (?:begin|end): ", line))
    found = re.search(rf"^# begin: {piece}\n(.*?)\n+# end: {piece}$", code, re.MULTILINE | re.DOTALL)
    if found is None:
        raise ValueError(f"{path} has no lines `# begin: {piece}` and `# end: {piece}`")
    return found[1]


if __name__ == "__main__":
    for page in pages():
        page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8")
