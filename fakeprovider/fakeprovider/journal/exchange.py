"""One exchange: a request the provider received, and what it answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

Headers = tuple[tuple[str, str], ...]


class Exchange(NamedTuple):
    """One request the provider received, the answer it gave, and the faults that touched it.

    `endpoint` is "" where no route matched, `grant` "" outside the token endpoint. `form` holds the members of a form
    or JSON body. `status` is 0 where nothing was answered. `note` says why the provider rejected the request. `at` is
    the provider's clock, `monotonic` the machine's (for spacing), `seconds` how long the answer took. Both count
    `skipped`, how many seconds of waits had been skipped until then, as if they had passed.
    `bearer` is the access token the request carried (RFC 6750 2.1), or an empty string.
    """

    number: int
    endpoint: str
    grant: str
    client_id: str
    method: str
    path: str
    request_headers: Headers
    request_body: bytes
    form: Mapping[str, str]
    status: int
    response_headers: Headers
    response_body: bytes
    note: str
    faults: tuple[str, ...]
    at: float
    monotonic: float
    seconds: float
    scheme: str = "http"
    bearer: str = ""
    skipped: float = 0.0

    def header(self, name: str) -> str:
        """Return the first request header called `name` in any case, or an empty string."""
        wanted = name.lower()
        return next((value for key, value in self.request_headers if key.lower() == wanted), "")

    @property
    def headline(self) -> str:
        """Number, request, endpoint and status on one line, without faults and notes."""
        what = f"{self.endpoint or 'no endpoint'}" + (f"[{self.grant}]" if self.grant else "")
        answer = str(self.status) if self.status else "no answer"
        return f"#{self.number} {self.method} {self.path.partition('?')[0]} ({what}) -> {answer}"

    @property
    def line(self) -> str:
        """The exchange on one line, as reports print it."""
        return "  ".join([self.headline, *(f"fault: {fault}" for fault in self.faults), *filter(None, [self.note])])


@dataclass(frozen=True)
class Noise:
    """Bytes on the socket that never became a request: a TLS hello on the plain port, half a request."""

    what: str
    data: bytes = field(repr=False)


def timeline(exchanges: Sequence[Exchange], dropped: int = 0) -> str:
    """Return a line for each exchange, followed by lines for its faults and its note.

    The first column is seconds since the first exchange by the machine's clock; a line between tells when the
    provider's own clock moved by more than a second meanwhile.
    """
    lines = [f"({dropped} older exchanges were dropped)"] if dropped else []
    lines += _lines(exchanges)
    return "\n".join(lines) or "(no request arrived)"


def _lines(exchanges: Sequence[Exchange]) -> list[str]:
    lines = []
    earlier: Exchange | None = None
    for exchange in exchanges:
        if earlier is not None:
            moved = (exchange.at - earlier.at) - (exchange.monotonic - earlier.monotonic)
            if abs(moved) > 1:
                lines.append(f"           the provider's clock moved by {moved:+.0f} s")
        lines.append(f"{exchange.monotonic - exchanges[0].monotonic:+9.3f}s {exchange.headline}")
        lines += [f"{'':11}fault: {fault}" for fault in exchange.faults]
        if exchange.note:
            lines.append(f"{'':11}{exchange.note}")
        earlier = exchange
    return lines
