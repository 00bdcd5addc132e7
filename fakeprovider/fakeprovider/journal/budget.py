"""How many requests each endpoint may have seen: the bound on storms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fakeprovider.errors import SettingError, choose
from fakeprovider.journal.exchange import Exchange
from fakeprovider.journal.timeline import timeline


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
