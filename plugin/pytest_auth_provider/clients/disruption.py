"""What can happen to a client's files and processes that no provider can do: a crash, a full disk, damage.

damage     truncated, emptied, foreign or read-only credential files     damage.py
kill_at    SIGKILL while a request is under way, or a file is written     killing.py
confine    a program that runs another one with less room and fewer rights    confine.py
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_auth_provider.clients.files import SavedFiles
from pytest_auth_provider.errors import ClientError

if TYPE_CHECKING:
    from fakeprovider import Exchange
    from pytest_auth_provider.clients.client import Client
    from pytest_auth_provider.clients.outcome import Outcome


# FROM plugin/pytest_auth_provider/clients/disk/damage.py: Damage to the files that hold credentials: what a crash, another program or an administrator leaves behind.


FOREIGN = b'[{"written by": "another program", "version": 99}]\n'
"""Well-formed, and nothing any client would store its sessions as."""


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _make_foreign(path: Path) -> None:
    path.write_bytes(FOREIGN)


def _make_read_only(path: Path) -> None:
    path.chmod(stat.S_IRUSR)
    path.parent.chmod(stat.S_IRUSR | stat.S_IXUSR)


DAMAGES: Mapping[str, Callable[[Path], None]] = {
    "truncated": _truncate,
    "empty": _empty,
    "foreign": _make_foreign,
    "read_only": _make_read_only,
}
"""The name of a damage -> what does it to one file. Root writes where nothing may be written: see `Client.confined`."""


@dataclass(frozen=True)
class Damage:
    """Damage that was done, and can be undone."""

    saved: SavedFiles
    modes: Mapping[Path, int]
    """The permission bits of the files and their directories, as they were."""

    @classmethod
    def do(cls, kind: str, files: Iterable[Path]) -> Damage:
        """Damage these files. Raises `ClientError` where there are none, or for a damage there is not."""
        if kind not in DAMAGES:
            raise ClientError(f'no damage is called "{kind}"; there are: {", ".join(DAMAGES)}')
        paths = tuple(files)
        if not paths:
            raise ClientError(f"nothing to damage ({kind}): no file of the client holds an issued token")
        modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (*(path.parent for path in paths), *paths)}
        damage = cls(SavedFiles.of(paths), modes)
        for path in paths:
            DAMAGES[kind](path)
        return damage

    def allow_writing(self) -> None:
        """Give back the rights, whatever the files hold by now."""
        for path, mode in self.modes.items():
            if path.exists():
                path.chmod(mode)

    def undo(self) -> None:
        """Make the files and the rights on them what they were."""
        self.allow_writing()
        self.saved.put_back()


# FROM plugin/pytest_auth_provider/clients/disk/killing.py: Pulling the plug at a chosen moment: a request is at the provider's door, or the store is being written.


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


__all__ = ["DAMAGES", "Damage", "kill_at", "while_writing"]
