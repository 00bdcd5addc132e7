"""Which files a whole run of pytest changes and reads, as its system calls tell.

By hand, for any client: `python -m tests.sandbox.traced --auth-client gh -k storage`. It prints every path outside the
temporary directory that was changed, and every file below HOME that was read; the exit status is 1 where there is any.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_auth_provider.strace.tracer import TEXT, Tracer, calls, plain, read_log

OPENING = ("open", "openat", "openat2", "creat")
CHANGING = (
    *("mkdir", "mkdirat", "mknod", "mknodat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir"),
    *("link", "linkat", "symlink", "symlinkat", "chmod", "fchmod", "fchmodat", "chown", "lchown", "fchown"),
    *("fchownat", "truncate", "ftruncate", "utime", "utimes", "futimesat", "utimensat", "setxattr", "lsetxattr"),
)
MOVING = ("chdir", "fchdir", "chroot", "mount")
"""After one of these, relative paths mean something else: the directory itself has to be inside."""
TRACER = Tracer(
    ("-f", "--seccomp-bpf", "-qq", "-y", "-s", "4096", "-e", f"trace={','.join((*OPENING, *CHANGING, *MOVING))}")
)
"""Not detached: the trace is complete when the command has ended."""

WRITES = re.compile(r"\b(O_WRONLY|O_RDWR|O_CREAT|O_TRUNC)\b")
RESULT = re.compile(r"= \d+<(.*)>$")
DESCRIPTOR = re.compile(r'\d+<([^>]*)>(?!, ")')
"""An open file that a call is about, as in `fchmod(3</etc/motd>, 0644)`."""
AT = re.compile(r"(?:AT_FDCWD|\d+)<([^>]*)>, $")
"""The directory that the next argument is relative to."""
NO_FILES = re.compile(r"/dev/(null|tty|ptmx|pts/\d+|shm/.*)|/proc/.*|(pipe|socket|anon_inode|/memfd).*")
"""What can be opened for writing and is no file on a disk."""

PYTHON = (Path(sys.prefix), Path(sys.base_prefix))
"""Where the Python that runs all this may live: in somebody's HOME as well."""


@dataclass(frozen=True)
class Trace:
    """Every path that a run changed (or went to live in), and every one that it opened to read."""

    changed: tuple[Path, ...]
    read: tuple[Path, ...]

    def changed_outside(self, *allowed: Path) -> list[Path]:
        """What was changed and is below none of these directories."""
        return sorted({path for path in self.changed if not _is_below(path, allowed)})

    def read_below(self, directory: Path) -> list[Path]:
        """What was read in a directory."""
        return sorted({path for path in self.read if _is_below(path, [directory])})


def traced(command: Sequence[str], cwd: Path, env: Mapping[str, str], log: Path) -> tuple[Trace, str]:
    """Run a command that starts in `cwd` under strace, and everything it starts: what it did, and what it printed."""
    wrapper = TRACER.wrapper(log)
    assert wrapper, "strace is not installed, or may not look into other processes"
    done = subprocess.run(
        [*wrapper, *command],
        cwd=cwd,
        env=dict(env),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return read_trace(read_log(log), cwd), done.stdout.decode(errors="replace")


def read_trace(text: str, cwd: Path) -> Trace:
    """What strace wrote, as paths. A relative path is one below `cwd`: going elsewhere is a change of its own."""
    changed: list[Path] = []
    read: list[Path] = []
    for _pid, name, call in calls(text):
        opened = RESULT.search(call)
        if name in OPENING and opened is not None:
            found = Path(plain(opened[1].removesuffix("(deleted)")))
            (changed if name == "creat" or WRITES.search(_flags(call)) else read).append(found)
        elif name in (*CHANGING, *MOVING):
            paths = [cwd / path for path in _paths(call)]
            changed += paths[-1:] if name.startswith("symlink") else paths
    return Trace(tuple(path for path in changed if not NO_FILES.fullmatch(str(path))), tuple(read))


def _flags(call: str) -> str:
    """A call without any name in it."""
    return TEXT.sub("", RESULT.sub("", call))


def _paths(call: str) -> Iterator[Path]:
    """The paths among the arguments: of an open descriptor, or a text, which may be relative to a descriptor."""
    if (descriptor := DESCRIPTOR.match(call)) is not None:
        yield Path(plain(descriptor[1]))
        return
    for found in TEXT.finditer(call):
        base = AT.search(call[: found.start()])
        yield Path(os.path.normpath(Path(plain(base[1]) if base else "") / plain(found[0][1:-1])))


def _is_below(path: Path, directories: Iterable[Path]) -> bool:
    return any(path == directory or directory in path.parents for directory in directories)


def main(arguments: Sequence[str]) -> int:
    """Check a client with these arguments of pytest, and print what was touched outside."""
    with tempfile.TemporaryDirectory() as name:
        inside = Path(name).resolve()
        (inside / "cwd").mkdir()
        env = {**os.environ, "TMPDIR": str(inside), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "pytest", "--auth-provider", "-q", "-p", "no:cacheprovider", *arguments]
        trace, printed = traced(command, inside / "cwd", env, inside / "trace")
        outside = trace.changed_outside(inside)
        seen = [path for path in trace.read_below(Path.home()) if not _is_below(path, PYTHON)]
    story = [
        printed.rstrip().rpartition("\n")[2],
        f"{len(trace.changed)} changes, {len(outside)} of them outside the temporary directory",
        *(f"  {path}" for path in outside),
        f"{len(seen)} files below {Path.home()} read",
        *(f"  {path}" for path in seen),
    ]
    sys.stdout.write("\n".join([*story, ""]))
    return 1 if outside else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
