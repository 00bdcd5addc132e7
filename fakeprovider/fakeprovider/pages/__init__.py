"""Pages for the person at the browser: server-rendered, no script, readable on a phone."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from fakeprovider.server.answer import Answer

if TYPE_CHECKING:
    from jinja2 import Environment

_HEADERS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    # No other page may show this one in a frame and have the person click what they do not see (RFC 9700 4.16).
    ("Content-Security-Policy", "frame-ancestors 'none'"),
    ("X-Frame-Options", "DENY"),  # the same for old browsers
)


def render(template: str, status: int = 200, **values: object) -> Answer:
    """Render the page `template` (a file name in this package) with `values`; what they contain is escaped."""
    answer = Answer.html(environment().get_template(template).render(values), status)
    answer.headers += _HEADERS
    return answer


@functools.cache
def environment() -> Environment:
    """Return the one jinja environment, which escapes everything and refuses names it was not given.

    The console renders its templates with an overlay of it.
    """
    # Most providers never show a page, so jinja2 is imported when the first one is asked for.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("fakeprovider.pages", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
