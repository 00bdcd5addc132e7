"""The documents that contracts stand on: the name of each, its page on this site, and where it is published."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_PUBLISHED: Final = {
    "OIDC Core": "https://openid.net/specs/openid-connect-core-1_0.html",
    "OIDC Discovery": "https://openid.net/specs/openid-connect-discovery-1_0.html",
    "OIDC RP-Initiated Logout": "https://openid.net/specs/openid-connect-rpinitiated-1_0.html",
    "rename(2)": "https://man7.org/linux/man-pages/man2/rename.2.html",
}
CUSTOM: Final = "custom among command-line tools"
_RFC: Final = re.compile(r"^RFC (\d+)(?: ([\dA-Z][\d.]*))?")
_PULL: Final = re.compile(r"^([\w.-]+/[\w.-]+)#(\d+)")


@dataclass(frozen=True)
class Clause:
    """One clause of a contract's source, as in `RFC 7009 2.2.1`."""

    words: str

    @property
    def document(self) -> str:
        """The document that the clause is of, as in `RFC 7009`."""
        rfc = _RFC.match(self.words)
        if rfc:
            return f"RFC {rfc[1]}"
        known = next((name for name in _PUBLISHED if self.words.startswith(name)), None)
        return known or self.words.partition(",")[0].strip()

    @property
    def address(self) -> str:
        """Where it is published; empty for custom, and for a document that is told of in origins.md."""
        rfc, pull = _RFC.match(self.words), _PULL.match(self.words)
        if rfc:
            section = f"#section-{rfc[2].rstrip('.')}" if rfc[2] else ""
            return f"https://www.rfc-editor.org/rfc/rfc{rfc[1]}{section}"
        if pull:
            return f"https://github.com/{pull[1]}/issues/{pull[2]}"
        return _PUBLISHED.get(self.document, "")


def clauses(source: str) -> tuple[Clause, ...]:
    """Return the clauses that a contract names, the one it stands on first."""
    return tuple(Clause(words.strip()) for words in source.split(";"))


def slug(document: str) -> str:
    """Return the name of a document's page, as in `rfc-7009`."""
    return re.sub(r"[^a-z0-9]+", "-", document.lower()).strip("-")


def in_order(document: str) -> tuple[int, int, str]:
    """Return what documents are sorted by: RFCs by their number, then the others, custom last."""
    rfc = _RFC.match(document)
    return (0, int(rfc[1]), "") if rfc else (2 if document == CUSTOM else 1, 0, document.lower())
