"""Pages for the person at the browser: server-rendered, no script, readable on a phone."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from fakeprovider.server.answer import Answer

if TYPE_CHECKING:
    from jinja2 import Environment


def render(template: str, status: int = 200, **values: object) -> Answer:
    """Render the page `template` (a file name in this package) with `values`; what they contain is escaped."""
    return Answer.html(environment().get_template(template).render(values), status)


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
