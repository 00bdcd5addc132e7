"""The ordered exchanges of one provider."""

from __future__ import annotations

import functools
import itertools
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from fakeprovider.errors import SettingError, choose
from fakeprovider.journal.exchange import Exchange, Headers, Noise, timeline
from fakeprovider.journal.har import archive, write_archive
from fakeprovider.journal.newest import Newest, size_of_exchange, size_of_noise

MOST_BYTES: Final = 256 * 2**20
"""How many bytes the exchanges of one journal take where nothing else is said."""


def check_budget(exchanges: Sequence[Exchange], most: Mapping[str, object], endpoints: tuple[str, ...]) -> None:
    """Raise `AssertionError` when an endpoint saw more than its `most`, with every exchange there was."""
    overrun = []
    for endpoint, allowed in most.items():
        choose("endpoint", endpoint, endpoints)
        if isinstance(allowed, bool) or not isinstance(allowed, int) or allowed < 0:
            raise SettingError(f"budget of {endpoint!r}: expected a whole number from 0 up, got {allowed!r}")
        seen = sum(exchange.endpoint == endpoint for exchange in exchanges)
        if seen > allowed:
            overrun.append(f"  {endpoint}: expected at most {allowed}, got {seen}")
    if overrun:
        raise AssertionError("\n".join(["the budget was overrun", *overrun, "What arrived:", timeline(exchanges)]))


class Journal:
    """The ordered exchanges of one provider; safe to read while requests arrive.

    It keeps the newest `limit` exchanges, of those no more than take `most_bytes`, and as much noise; `dropped` counts
    older exchanges that were let go. `endpoints` and `grants` are the names a filter may ask for: one with a typing
    error would never match, and never be noticed.
    """

    def __init__(
        self,
        limit: int,
        endpoints: tuple[str, ...] = (),
        grants: tuple[str, ...] = (),
        *,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._changed = threading.Condition()
        self._endpoints = endpoints
        self._grants = grants
        self._arrived = 0
        self._exchanges = Newest(limit, most_bytes, size_of_exchange)
        self._listeners: list[Callable[[Exchange], object]] = []
        self._last_form: Mapping[str, str] = {}
        self.noise: Newest[Noise] = Newest(limit, most_bytes, size_of_noise)

    def arrive(self) -> int:
        """Return the number of a request that has just arrived: 1, 2, 3, ..."""
        with self._changed:
            self._arrived += 1
            return self._arrived

    def clear(self) -> None:
        """Forget all exchanges so far; numbers go on, so that marks keep their meaning."""
        with self._changed:
            self._exchanges.clear()
            self.noise.clear()

    def put_back(self, exchanges: Sequence[Exchange]) -> None:
        """Begin with these exchanges, in the place of those so far; the numbers of later ones follow theirs."""
        with self._changed:
            self._exchanges.clear()
            for exchange in exchanges:
                self._exchanges.append(exchange)
            self._arrived = max([self._arrived, *(exchange.number for exchange in exchanges)])

    @contextmanager
    def listening(self, listener: Callable[[Exchange], object]) -> Iterator[None]:
        """Call `listener` with every exchange that is recorded during a block, on the thread that recorded it."""
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def shared_form(self, form: Mapping[str, str]) -> Mapping[str, str]:
        """Return the form of the last request where it is equal, so that repeated forms take memory once."""
        last = self._last_form  # read once: requests arrive on several threads
        if form == last:
            return last
        self._last_form = form
        return form

    def record(self, exchange: Exchange) -> None:
        """Write down an exchange. It happens before the answer leaves, so no client can outrun its own record."""
        with self._changed:
            self._exchanges.append(exchange)
            self._changed.notify_all()
        for listener in tuple(self._listeners):
            listener(exchange)

    @property
    def dropped(self) -> int:
        """How many of the oldest exchanges were let go since the journal was cleared."""
        return self._exchanges.dropped

    # -- reading ------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._exchanges)

    def __iter__(self) -> Iterator[Exchange]:
        """Yield every exchange in the order of arrival, as of now."""
        return iter(self.since(0))

    def mark(self) -> int:
        """Return the place in the journal right now, for `since`."""
        with self._changed:
            return self._arrived

    def since(self, mark: int) -> tuple[Exchange, ...]:
        """Return the exchanges that arrived after `mark`, in order."""
        with self._changed:
            later = [exchange for exchange in self._exchanges if exchange.number > mark]
        return tuple(sorted(later, key=lambda exchange: exchange.number))

    def where(
        self, *, endpoint: str = "", grant: str = "", client: str = "", status: int = 0, since: int = 0
    ) -> tuple[Exchange, ...]:
        """Return the exchanges that match every filter given, those after the mark `since` only.

        Raises `SettingError` for an endpoint or grant there is not.
        """
        if endpoint and self._endpoints:
            choose("endpoint", endpoint, self._endpoints)
        if grant and self._grants:
            choose("grant", grant, self._grants)
        wanted: dict[str, Any] = {"endpoint": endpoint, "grant": grant, "client_id": client, "status": status}
        given = {name: value for name, value in wanted.items() if value}
        return tuple(e for e in self.since(since) if all(getattr(e, name) == value for name, value in given.items()))

    def count(self, *, endpoint: str = "", grant: str = "", client: str = "", status: int = 0, since: int = 0) -> int:
        """Return how many exchanges match every filter given."""
        return len(self.where(endpoint=endpoint, grant=grant, client=client, status=status, since=since))

    def spacing(self, *, endpoint: str = "", grant: str = "", client: str = "", since: int = 0) -> tuple[float, ...]:
        """Return the seconds between one matching request and the next: skipped ones and those by the machine's clock.

        The provider's own clock jumps when a test advances it; it cannot tell how fast a client really polls.
        """
        times = [e.monotonic for e in self.where(endpoint=endpoint, grant=grant, client=client, since=since)]
        return tuple(later - earlier for earlier, later in itertools.pairwise(times))

    def wait_for(self, condition: Callable[[Exchange], bool], timeout: float = 10.0) -> Exchange:
        """Wait until an exchange meets `condition`, at most `timeout` seconds, or raise `TimeoutError`."""
        with self._changed:
            found = self._changed.wait_for(lambda: next(filter(condition, self._exchanges), None), timeout)
        if found is None:
            raise TimeoutError(f"no such exchange within {timeout:g} s; the journal holds:\n{self.timeline()}")
        return found

    # -- judging and showing ------------------------------------------------------------------------------------

    def assert_budget(self, *, since: int = 0, **most: int) -> None:
        """Raise `AssertionError` if an endpoint saw more requests than allowed, listing them.

            journal.assert_budget(token=1, jwks=1)

        Endpoints that are not named may see any number. Raises `SettingError` for an endpoint there is not, and where
        exchanges that count were dropped: nobody can tell then.
        """
        exchanges = self.since(since)
        if self.dropped and (not exchanges or exchanges[0].number > since + 1):
            raise SettingError(
                f"the budget cannot be judged: {self.dropped} exchanges were dropped from the journal; let it keep "
                "more (journal_limit, journal_bytes), or judge what came after a later mark"
            )
        check_budget(exchanges, most, self._endpoints)

    def timeline(self, since: int = 0) -> str:
        """Return every exchange on a line of its own, with the seconds since the first one."""
        return timeline(self.since(since), self.dropped)

    def har(self) -> dict[str, object]:
        """Return every exchange as an HTTP Archive 1.2, for the network tab of any browser."""
        return archive(self, self.dropped)

    def write_har(self, path: str | os.PathLike[str]) -> None:
        """Write `har()` to the file `path`."""
        write_archive(self, path, self.dropped)


Part = TypeVar("Part", bytes, str, tuple[str, ...], Headers)

_LONGEST: Final = 4096  # bytes; what is longer hardly ever comes twice


def shared(part: Part) -> Part:
    """Return an equal object handed out lately in place of a short value, so that equal parts take memory once."""
    return _last(part) if len(part) < _LONGEST else part


@functools.lru_cache(maxsize=256)
def _last(part: Part) -> Part:
    return part
