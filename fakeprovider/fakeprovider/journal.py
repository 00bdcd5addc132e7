"""The journal: every exchange of one provider, in the order the requests arrived."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Exchange:
    """One request the provider received, the answer it gave, and the faults that touched it.

    `endpoint` is "" where no route matched, `grant` "" outside the token endpoint. `form` holds the members of a form
    or JSON body. `status` is 0 where nothing was answered. `note` says why the provider rejected the request. `at` is
    the provider's clock, `monotonic` the machine's (for spacing), `seconds` how long the answer took.
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

    def header(self, name: str) -> str:
        """The first request header called `name` in any case, or an empty string."""
        wanted = name.lower()
        return next((value for key, value in self.request_headers if key.lower() == wanted), "")

    @property
    def bearer(self) -> str:
        """The bearer token the request carried (RFC 6750 2.1), or an empty string."""
        scheme, _, token = self.header("Authorization").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    @property
    def line(self) -> str:
        """The exchange on one line, as reports print it."""
        what = f"{self.endpoint or 'no endpoint'}" + (f"[{self.grant}]" if self.grant else "")
        answer = str(self.status) if self.status else "no answer"
        parts = [f"#{self.number} {self.method} {self.path.partition('?')[0]} ({what}) -> {answer}"]
        parts += [f"fault: {fault}" for fault in self.faults]
        if self.note:
            parts.append(self.note)
        return "  ".join(parts)


@dataclass(frozen=True)
class Noise:
    """Bytes on the socket that never became a request: a TLS hello on the plain port, half a request."""

    what: str
    data: bytes = field(repr=False)


class Journal:
    """The ordered exchanges of one provider; safe to read while requests arrive.

    It keeps the newest `limit` exchanges; `dropped` counts older ones that were let go.
    """

    def __init__(self, limit: int) -> None:
        self._changed = threading.Condition()
        self._arrived = 0
        self._exchanges: deque[Exchange] = deque(maxlen=limit)
        self.dropped = 0
        self.noise: deque[Noise] = deque(maxlen=limit)

    def arrive(self) -> int:
        """Number a request as it arrives: 1, 2, 3, ..."""
        with self._changed:
            self._arrived += 1
            return self._arrived

    def record(self, exchange: Exchange) -> None:
        """Write down an exchange. It happens before the answer leaves, so no client can outrun its own record."""
        with self._changed:
            if len(self._exchanges) == self._exchanges.maxlen:
                self.dropped += 1
            self._exchanges.append(exchange)
            self._changed.notify_all()

    def __len__(self) -> int:
        return len(self._exchanges)

    def __iter__(self) -> Iterator[Exchange]:
        """Every exchange in the order of arrival, as of now."""
        return iter(self.since(0))

    def mark(self) -> int:
        """The place in the journal right now, for `since`."""
        with self._changed:
            return self._arrived

    def since(self, mark: int) -> tuple[Exchange, ...]:
        """The exchanges that arrived after `mark`, in order."""
        with self._changed:
            later = [exchange for exchange in self._exchanges if exchange.number > mark]
        return tuple(sorted(later, key=lambda exchange: exchange.number))

    def where(self, *, endpoint: str = "", grant: str = "", client: str = "", status: int = 0) -> tuple[Exchange, ...]:
        """The exchanges that match every filter given."""
        wanted = {"endpoint": endpoint, "grant": grant, "client_id": client, "status": status}
        given = {name: value for name, value in wanted.items() if value}
        return tuple(e for e in self if all(getattr(e, name) == value for name, value in given.items()))

    def wait_for(self, condition: Callable[[Exchange], bool], timeout: float = 10.0) -> Exchange:
        """Wait until an exchange meets `condition`, at most `timeout` seconds, or raise `TimeoutError`."""
        with self._changed:
            found = self._changed.wait_for(lambda: next(filter(condition, self._exchanges), None), timeout)
        if found is None:
            raise TimeoutError(f"no such exchange within {timeout:g} s; the journal holds:\n{self.timeline()}")
        return found

    def timeline(self) -> str:
        """Every exchange on a line of its own."""
        return "\n".join(exchange.line for exchange in self) or "(no request arrived)"
