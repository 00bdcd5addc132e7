"""One writer at a time on this machine.

The lock is an ``flock``: the kernel releases it when its holder dies, so a killed process leaves nothing stuck.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reference_client import atomic
from reference_client.errors import BusyError, StoreError


@contextmanager
def held(path: Path, wait: float) -> Iterator[None]:
    """Hold the lock file `path` while the block runs, waiting for it `wait` seconds at most.

    Raises:
        BusyError: Somebody else kept it all that time.
        StoreError: The lock file cannot be made.
    """
    from filelock import FileLock, Timeout  # 35 ms that commands which only read never need

    lock = FileLock(path, timeout=wait, mode=atomic.FILE_MODE)
    try:
        path.parent.mkdir(mode=atomic.DIRECTORY_MODE, parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise BusyError(
            f"another auth-reference kept the credentials locked for {wait:g} seconds; nothing was changed, try again"
        ) from None
    except OSError as error:
        raise StoreError(f"cannot write in {path.parent} ({error.strerror}); nothing was changed") from None
    try:
        yield
    finally:
        lock.release()
