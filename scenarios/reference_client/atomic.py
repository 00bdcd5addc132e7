"""Files that are either the old one or the new one, and never anybody else's to read."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reference_client import log

FILE_MODE = 0o600
DIRECTORY_MODE = 0o700
_TEMPORARY = ".tmp"


def write(path: Path, data: bytes) -> None:
    """Replace `path` by a file holding `data`: killed at any moment, this leaves the old file or the new one.

    Raises:
        OSError: It could not be written; the old file is untouched.
    """
    make_directory(path.parent)
    replace(path, data, FILE_MODE)


def read(path: Path) -> bytes:
    """Return the content of a regular file. Opening anything else could wait for ever, as a pipe does.

    Raises:
        OSError: It is not there, cannot be read, or is no regular file.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        return file.read()


@contextmanager
def reserved(path: Path, size: int) -> Iterator[Path]:
    """Keep room for `size` bytes beside `path` while the block runs: a file, written and synced, which is yielded.

    Raises:
        OSError: There is no room, or nothing can be written there.
    """
    held = _beside(path)
    try:
        _write_new(held, os.urandom(size), FILE_MODE)  # zeros could be stored in no room at all
        yield held
    finally:
        held.unlink(missing_ok=True)


def replace(path: Path, data: bytes, mode: int) -> None:
    """Replace `path` as `write` does, in a directory that is there and keeps its permissions. Raises as `write`."""
    temporary = _beside(path)
    try:
        _write_new(temporary, data, mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_directory(path.parent)


def _beside(path: Path) -> Path:
    """Return the name of a file beside `path` that nobody else has, and that `sweep` knows."""
    return path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}{_TEMPORARY}")


def _write_new(path: Path, data: bytes, mode: int) -> None:
    with os.fdopen(create(path, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def create(path: Path, mode: int) -> int:
    """Open a new file for writing, of that `mode` from its first moment (never ``open`` first and ``chmod`` later)."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)


def make_directory(directory: Path) -> None:
    """Make `directory`, for its owner alone."""
    directory.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
    tighten(directory, DIRECTORY_MODE)


def tighten(path: Path, mode: int) -> None:
    """Take away from `path` whatever `mode` does not grant; best effort, it may belong to somebody else."""
    try:
        current = path.stat().st_mode & 0o777
        if current & ~mode:
            path.chmod(current & mode)
    except OSError as error:
        log.debug("could not tighten %s: %s", path, error)


def sweep(path: Path) -> None:
    """Remove what writers killed halfway left beside `path`. Only for who holds the lock that guards it."""
    for leftover in leftovers(path):
        leftover.unlink(missing_ok=True)


def leftovers(path: Path) -> Iterator[Path]:
    """Return what writers killed halfway left beside `path`, and what writers at work have there now."""
    return path.parent.glob(f".{path.name}.*{_TEMPORARY}")


def _sync_directory(directory: Path) -> None:
    """Make the rename survive a power cut, where directories can be synced."""
    try:
        descriptor = os.open(directory, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        log.debug("could not sync %s: %s", directory, error)
    finally:
        os.close(descriptor)
