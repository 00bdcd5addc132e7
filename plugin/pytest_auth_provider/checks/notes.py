"""Note what was seen of an action that accuses nobody, and that a person should know.

Such things are mostly hints at the adapter. Correct clients do them too: no standard says where a client has to get the
address of an endpoint from, and a client that insists on https is right.
"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from pytest_auth_provider.printable import in_one_line

if TYPE_CHECKING:
    from fakeprovider import Exchange
    from pytest_auth_provider.outcome.outcome import Outcome


_LOOKED_FOR: Final = ("/.well-known/", "/favicon.ico")
"""How paths begin where clients and browsers look whether there is something."""
_LONGEST: Final = 120
"""Characters of a command line that are shown."""


def notes(outcome: Outcome) -> Iterator[str]:
    """Yield a sentence for each thing to know: TLS on a plain port, paths not served, pages opened again, daemons."""
    action = f"`{outcome.action}`"
    for noise in outcome.noise:
        yield f"{action} sent what is no request: {noise}. A client that insists on https needs a host in [hosts]."
    for what in dict.fromkeys(_unknown(exchange) for exchange in outcome.exchanges if _is_unknown(exchange)):
        yield (
            f"{action} asked for what the provider does not serve: {what}. It is an endpoint that was guessed, or a "
            "route of the tool's own API, which [api] can answer."
        )
    for url, times in Counter(outcome.opened).items():
        if times > 1:
            yield f"{action} opened the same page more than once: {urlsplit(url).path or '/'}"
    ended = () if outcome.exit_code == -signal.SIGKILL else outcome.leftovers  # whom we kill cannot clean up
    for command in dict.fromkeys(leftover.partition(" ")[2] for leftover in ended):
        yield f"{action} left a process running, which was ended: {_cut(command) or 'one without a name'}"


def _cut(text: str) -> str:
    """Return the beginning of a long command line."""
    text = in_one_line(text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _is_unknown(exchange: Exchange) -> bool:
    """Return whether a request was for a path at which nothing is served, and where nobody expects it either."""
    return not exchange.endpoint and not exchange.path.startswith(_LOOKED_FOR)


def _unknown(exchange: Exchange) -> str:
    return f"{exchange.method} {exchange.path.partition('?')[0]}"
