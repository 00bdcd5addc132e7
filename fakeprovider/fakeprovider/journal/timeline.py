"""The journal as text."""

from __future__ import annotations

from collections.abc import Sequence

from fakeprovider.journal.exchange import Exchange


def timeline(exchanges: Sequence[Exchange], dropped: int = 0) -> str:
    """Every exchange on a line, below it what a fault or the provider has to say.

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
