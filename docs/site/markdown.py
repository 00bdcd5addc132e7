"""Words of the code and of strangers, as Markdown that shows them and does nothing else."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Final

from docs.site.documents import Clause

_CODE: Final = re.compile(r"(`[^`\n]+`)")
_BLOCK: Final = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_NAMED: Final = re.compile(r"(?<![\[`])`([a-z]+/[a-z0-9-]+)`(?![\]`])")
_MARKUP: Final = re.compile(r"([\\*_\[\]|#~])")


def prose(text: str) -> str:
    """Return text on one line: what stands between backticks is code, and nothing else in it is markup."""
    parts = _CODE.split(" ".join(text.split()))
    return "".join(part.replace("|", "&#124;") if _CODE.fullmatch(part) else _plain(part) for part in parts)


def sentence(text: str) -> str:
    """Return text with a capital at its begin and a stop at its end."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def cited(clause: Clause) -> str:
    """Return a clause with a link to where it is published, if it is."""
    return f"[{prose(clause.words)}]({clause.address})" if clause.address else prose(clause.words)


def thread(evidence: str) -> str:
    """Return the evidence `owner/repository#number: symptom` with a link to the thread."""
    name, _, symptom = evidence.partition(": ")
    repository, _, number = name.partition("#")
    return f"[{prose(name)}](https://github.com/{repository}/issues/{number}): {prose(symptom)}"


def with_links(page: str, targets: Mapping[str, str]) -> str:
    """Return a page with links where inline code is one of the names in `targets`, outside of blocks and of links."""
    blocks = _BLOCK.split(page)
    return "".join(
        block if number % 2 else _NAMED.sub(lambda name: _linked(name, targets), block)
        for number, block in enumerate(blocks)
    )


def _linked(name: re.Match[str], targets: Mapping[str, str]) -> str:
    return f"[{name[0]}]({targets[name[1]]})" if name[1] in targets else name[0]


def anchor(heading: str) -> str:
    """Return the anchor that Markdown gives a heading."""
    return re.sub(r"[^\w\s-]", "", heading).strip().lower().replace(" ", "-")


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", html.escape(text, quote=False).replace("`", "\\`"))
