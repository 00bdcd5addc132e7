"""Run a program once and write down what it imports, and what its modules ask while they are imported; a script.

    python training.py FILE (-m MODULE | "" SCRIPT) [ARGUMENT ...]

Run by `warm.fork_servers` in the client's Python: it imports nothing of ours. Into `FILE` goes a marshalled dict:
`modules` in the order in which they were begun, `clocks` and `ids` with those that asked for the time or for the
process id, and `problem`, a reason why no other process can be forked from one that has imported them, "" for none.
"""

from __future__ import annotations

import importlib.util
import marshal
import os
import posix
import sys
import time
from types import FrameType

CLOCKS = frozenset(
    (time.time, time.time_ns, time.monotonic, time.monotonic_ns, time.perf_counter, time.perf_counter_ns)
)
RANDOM = frozenset(getattr(posix, name) for name in ("urandom", "getrandom") if hasattr(posix, name))
DATES = frozenset(("now", "utcnow", "today", "localtime", "gmtime", "ctime"))
_NAMES = frozenset(call.__name__ for call in (*CLOCKS, *RANDOM)) | DATES | {"getpid"}
_LIBRARY = os.path.dirname(os.__file__) + os.sep  # noqa: PTH120 - no pathlib: it would be imported, too


class Watch:
    """What modules ask while they are imported. What the standard library asks for itself does not count."""

    def __init__(self) -> None:
        self.clocks: set[str] = set()
        self.ids: set[str] = set()
        self.problem = ""

    def __call__(self, frame: FrameType, event: str, arg: object) -> None:
        """Look at one call, as `sys.setprofile` tells it."""
        if event == "c_call" and getattr(arg, "__name__", "") in _NAMES:
            module = _imported(frame)
            if module is not None:
                self._note(arg, frame, module)

    def _note(self, called: object, caller: FrameType, module: FrameType) -> None:
        name = str(module.f_globals.get("__name__"))
        if called in RANDOM:  # also by way of the library: `uuid.uuid4()` makes an id that is there for good
            if not _of_library(module):
                self._refuse(f"{name} asks for random bytes while it is imported")
        elif _of_library(caller):
            return
        elif called in CLOCKS:
            self.clocks.add(name)
        elif called is os.getpid:
            self.ids.add(name)
        elif _is_of(called, "time") or _is_of(getattr(called, "__self__", None), "datetime"):
            self._refuse(f"{name} asks for the date while it is imported")

    def _refuse(self, problem: str) -> None:
        self.problem = self.problem or problem


def _is_of(thing: object, module: str) -> bool:
    return getattr(thing, "__module__", None) == module


def _imported(frame: FrameType) -> FrameType | None:
    """Return the frame of the module whose import calls this, unless it is the program that runs."""
    above: FrameType | None = frame
    while above is not None and above.f_code.co_name != "<module>":
        above = above.f_back
    return None if above is None or above.f_globals.get("__name__") == "__main__" else above


def _of_library(frame: FrameType) -> bool:
    file = frame.f_code.co_filename
    packages = f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}"
    return file.startswith("<frozen ") or (file.startswith(_LIBRARY) and not any(one in file for one in packages))


def main() -> None:
    """Run the program under watch, and write what was seen when it ends."""
    file, option, name, *arguments = sys.argv[1:]
    spec = importlib.util.spec_from_file_location("as_main", os.path.join(os.path.dirname(__file__), "as_main.py"))  # noqa: PTH118, PTH120
    assert spec is not None
    assert spec.loader is not None
    as_main = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(as_main)
    target = option, name
    as_main.put_first(target)
    sys.argv[:] = [name, *arguments]
    watch, code = Watch(), as_main.compiled(target)
    sys.setprofile(watch)
    try:
        as_main.run(target, code)
    finally:
        sys.setprofile(None)
        seen = {"modules": list(sys.modules), "clocks": watch.clocks, "ids": watch.ids, "problem": watch.problem}
        with open(file, "wb") as output:  # noqa: PTH123
            marshal.dump(seen, output, 4)


if __name__ == "__main__":
    main()
