"""Words of the code and of strangers, as Markdown that shows them and does nothing else."""

from __future__ import annotations

import html
import re
from typing import Final

from docs.site.documents import Clause

_CODE: Final = re.compile(r"(`[^`\n]+`)")
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


def anchor(heading: str) -> str:
    """Return the anchor that Markdown gives a heading."""
    return re.sub(r"[^\w\s-]", "", heading).strip().lower().replace(" ", "-")


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", html.escape(text, quote=False).replace("`", "\\`"))
