"""A badge: what a report says of one client, as a small SVG image that needs neither a font nor the network."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from jinja2 import Environment

from pytest_auth_provider.adapters.vocabulary import did_you_mean
from pytest_auth_provider.printable import in_one_line
from pytest_auth_provider.report.saved.reading import ReportError
from pytest_auth_provider.report.saved.report import Report
from pytest_auth_provider.verdict import Verdict

LABEL: Final = "sign-in contracts"
"""What stands on the left where nothing else is asked for."""

_COLOURS: Final[Mapping[Verdict | None, str]] = {
    Verdict.BROKEN: "#b62324",
    Verdict.UNSTABLE: "#9a5b00",
    Verdict.UNCHECKED: "#9a5b00",
    Verdict.STALE: "#9a5b00",
    Verdict.ADVICE: "#6b6a00",
    Verdict.DEVIATION: "#6b6a00",
    Verdict.KEPT: "#1a7f37",
    None: "#59636e",
}
"""The worst verdict -> colour of the right side; white letters on it have the contrast that WCAG asks for, 4.5 : 1."""
_SIGN = 6.6
"""How wide a character is drawn, in pixels, whatever font there is: `textLength` sees to it."""
_PADDING = 7
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML document may have."""
_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{{ width }}" height="20" role="img" aria-label="{{ title }}">
  <title>{{ title }}</title>
  <rect width="{{ width }}" height="20" rx="3" fill="#3d444d"/>
  <path d="M{{ left }} 0h{{ right - 3 }}a3 3 0 0 1 3 3v14a3 3 0 0 1 -3 3h-{{ right - 3 }}z" fill="{{ colour }}"/>
  <g fill="#fff" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11">
    <text x="{{ padding }}" y="14" textLength="{{ left - 2 * padding }}" lengthAdjust="spacingAndGlyphs">\
{{ label }}</text>
    <text x="{{ left + padding }}" y="14" textLength="{{ right - 2 * padding }}" lengthAdjust="spacingAndGlyphs">\
{{ message }}</text>
  </g>
</svg>
"""


def badge(report: Report, client: str = "", label: str = LABEL) -> str:
    """Return the badge of one client as SVG; `client` may be "" where the report has one only.

    It counts the verdicts but for what does not apply, and the worst one colours it. Raises `ReportError` for a client
    that the report does not have, and where none is named and there are several.
    """
    client = _chosen(report, client)
    count: Counter[Verdict] = Counter(row.verdict for row in report.rows_of(client))
    del count[Verdict.NOT_APPLICABLE]
    message = _message(count) if not report.problem_of(client) else "cannot sign in"
    worst = next((verdict for verdict in Verdict if count[verdict]), None)
    colour = _COLOURS[Verdict.BROKEN if report.problem_of(client) else worst]
    label, named = _fit(label), _fit(" ".join(filter(None, (client, report.version_of(client)))))
    left, right = (round(len(text) * _SIGN) + 2 * _PADDING for text in (label, message))
    template = Environment(autoescape=True, keep_trailing_newline=True).from_string(_SVG)
    return template.render(
        title=f"{label} of {named}: {message}",
        label=label,
        message=message,
        colour=colour,
        left=left,
        right=right,
        width=left + right,
        padding=_PADDING,
    )


def _chosen(report: Report, client: str) -> str:
    """Return the client that a badge is about."""
    known: Sequence[str] = report.clients
    if client and client not in known:
        raise ReportError(
            f'--client {client}: the report has no client "{client}"{did_you_mean(client, known)} '
            f"It has {', '.join(known) or 'none'}"
        )
    if not client and len(known) != 1:
        told = f"several clients: {', '.join(known)}. Name one with --client" if known else "no client"
        raise ReportError(f"the report has {told}; a badge is about one")
    return client or known[0]


def _message(count: Mapping[Verdict, int]) -> str:
    """Return the numbers as in `120 kept, 1 broken`: what is good first, then the worst."""
    order = [Verdict.KEPT, *(verdict for verdict in Verdict if verdict is not Verdict.KEPT)]
    return ", ".join(f"{count[verdict]} {verdict}" for verdict in order if count[verdict]) or "nothing checked"


def _fit(text: str) -> str:
    """Return a text as XML may have it, and no longer than a badge."""
    plain = _NOT_XML.sub("\ufffd", in_one_line(text))
    return plain if len(plain) <= 60 else f"{plain[:57]}..."
