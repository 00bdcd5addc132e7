"""Write docs/faults.md, the reference of all faults, from their docstrings and the types of their settings."""

from __future__ import annotations

import inspect
from dataclasses import MISSING
from typing import Final

from fakeprovider.faults import base, combine, text
from fakeprovider.faults.base import Fault, Seam
from fakeprovider.faults.catalogue import SEAMS, built_in
from fakeprovider.validation import default_of, in_words, settings_of

_PREFACE: Final = """# Faults

Everything a provider can do wrong. Generated from the catalogue:
`python -m fakeprovider.faults.manual > docs/faults.md`.

```python
with provider.failing(ServerError(503), at="token", grant="refresh_token", after=0, times=1) as armed:
    ...
with provider.script("token", ServerError(503), None, Reset()):
    ...
with provider.failing("token[refresh_token] : ServerError(503, retry_after=2) x2"):
    ...
```

A fault says *what* goes wrong, the trigger *when*: `at` names endpoints (none: every one that has the fault's seam, but
`api`), `grant`, `client` and the condition `when` narrow the aim, `after` lets so many requests pass first, `times`
bounds how many are touched, and the first request that meets `until` ends it. A fault that was armed and never met
fails the test, unless it is `optional=True`. Faults named in one `failing` share their requests; nested blocks may
aim at different ones.
"""

_TITLES: Final[dict[Seam, str]] = {
    "state": "State: before the endpoint is asked",
    "document": "Document: discovery and JWKS",
    "token": "Token: header, claims and key before signing",
    "response": "Response: status, headers and body",
    "wire": "Wire: how the bytes arrive",
    "tls": "TLS: before any request",
}


def as_markdown() -> str:
    """Return the reference: how to arm faults, how they combine, and each fault of this package with its settings."""
    parts = [
        _PREFACE,
        "## Several faults on one exchange\n\n" + _body_of(combine.__doc__),
        "## Faults as text\n\n" + _with_code_blocks(_body_of(text.__doc__)),
    ]
    for seam in SEAMS:
        faults = [fault for fault in built_in().values() if fault.seam == seam]
        parts.append(f"## {_TITLES[seam]}\n\n{inspect.getdoc(_base_of(faults[0]))}\n")
        parts += [_entry(fault) for fault in faults]
    return "\n".join(parts)


def _entry(fault: type[Fault]) -> str:
    lines = [f"### {fault.__name__}\n", f"{inspect.getdoc(fault)}\n"]
    if fault.whole_provider:
        lines.append("Aim: the whole provider.\n")
    elif fault.endpoints:
        lines.append(f"Aim: {', '.join(f'`{endpoint}`' for endpoint in fault.endpoints)}.\n")
    settings = settings_of(fault)
    if settings:
        lines += ["| setting | accepts | default |", "|---|---|---|"]
        lines += [f"| `{name}` | {in_words(hint)} | {_default(fault, name)} |" for name, hint in settings.items()]
        lines.append("")
    return "\n".join(lines)


def written_default(fault: type[Fault], name: str) -> str:
    """Return the default of a setting as Python text, "" if the setting has to be given."""
    default = default_of(fault, name)
    return "" if default is MISSING else repr(default)


def _default(fault: type[Fault], name: str) -> str:
    default = written_default(fault, name)
    return f"`{default}`" if default else "has to be given"


def _base_of(fault: type[Fault]) -> type[Fault]:
    """Return the base class of the seam of `fault`."""
    bases = [kind for kind in fault.__mro__ if kind.__module__ == base.__name__ and kind is not Fault]
    return bases[-1]


def _body_of(docstring: str | None) -> str:
    return (docstring or "").partition("\n\n")[2]


def _with_code_blocks(body: str) -> str:
    """Return the docstring with its indented paragraphs as fenced code blocks."""
    paragraphs = [
        f"```text\n{inspect.cleandoc(paragraph)}\n```" if paragraph.startswith("    ") else paragraph
        for paragraph in body.rstrip().split("\n\n")
    ]
    return "\n\n".join(paragraphs) + "\n"


if __name__ == "__main__":
    print(as_markdown(), end="")  # noqa: T201 - this is the program's output
