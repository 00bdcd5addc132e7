"""Pulling the plug at a chosen moment: a request is at the provider's door, or the store is being written."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fakeprovider import Exchange
    from pytest_auth_provider.clients.client import Client
    from pytest_auth_provider.clients.outcome import Outcome


def kill_at(client: Client, action: str, endpoint: str, *, grant: str = "", committed: bool = False) -> Outcome:
    """Run an action and kill it (SIGKILL, with its group) when its first such request has arrived.

    With `committed`, the provider then does what was asked, a refresh token is spent, and nobody hears the answer;
    otherwise it does nothing. Raises `FaultNotMet` when no such request comes.
    """
    from fakeprovider.faults import Hold, LostAnswer, Reset  # imported late: plugin code is loaded by every pytest run

    provider = client.provider
    hold, mark = Hold(seconds=client.adapter.timeout), provider.journal.mark()
    fate = LostAnswer() if committed else Reset()

    def is_over(exchange: Exchange) -> bool:
        return exchange.number > mark and exchange.endpoint == endpoint and grant in ("", exchange.grant)

    with provider.failing(hold, fate, at=endpoint, grant=grant, times=1):
        running = client.start(action)
        try:
            arrived = hold.wait_for_arrival(client.adapter.timeout)
        finally:
            running.kill()
        hold.release()
        if arrived:
            provider.journal.wait_for(is_over)
        return running.wait()


_WRITES = "write,pwrite64,writev,pwritev"
_MOVES = "rename,renameat,renameat2"


def while_writing(strace: str, paths: Iterable[Path]) -> tuple[str, ...]:
    """A wrapper that kills a program at its first write to one of these files, or as it moves another in its place.

    The write is never done: a program that emptied the file first leaves it empty.
    """
    aimed = [word for path in paths for word in ("-P", str(path))]
    kill = f"inject={_WRITES},{_MOVES}:signal=SIGKILL:when=1"
    return (strace, "-D", "-f", "-qqq", "-o", "/dev/null", *aimed, "-e", f"trace={_WRITES},{_MOVES}", "-e", kill)
