"""Shift the time of one Python program before its first line runs; a standalone module, first on PYTHONPATH.

It needs nothing but the standard library of any Python 3. It moves `time`, `datetime` and the times of files by
AUTH_PROVIDER_TIME_OFFSET seconds, or by as many as the file AUTH_PROVIDER_TIME_OFFSET_FILE holds whenever the time is
asked for, which moves a program that runs already. It appends a line to the file AUTH_PROVIDER_TIME_PROOF as a proof
that it ran, and then runs the `sitecustomize` that it hides, if there is one. Clocks that only measure (monotonic,
perf_counter) stay as they are. With AUTH_PROVIDER_WAITS, waits may be skipped (`_auth_provider_waits`): then all clocks
go ahead by what was, those that measure as well.
"""

from __future__ import annotations

import os
import sys

# It runs in other people's programs on any Python 3, before they have imported anything: no pathlib, no annotations.
# mypy: ignore-errors
# ruff: noqa: PTH100, PTH120, PTH123, D, N, E731


def _move(ahead):
    """Move every clock of this program that tells the time by what `ahead()` returns, in seconds."""
    import time

    real_time, real_ns, real_local, real_gm = time.time, time.time_ns, time.localtime, time.gmtime
    real_strftime, real_ctime, real_asctime = time.strftime, time.ctime, time.asctime
    real_clock = getattr(time, "clock_gettime", None)
    real_clock_ns = getattr(time, "clock_gettime_ns", None)

    def nanoseconds():
        return int(ahead() * 1e9)

    def now(seconds=None):
        return real_time() + ahead() if seconds is None else seconds

    _replace(time, "time", lambda: real_time() + ahead())
    _replace(time, "time_ns", lambda: real_ns() + nanoseconds())
    _replace(time, "localtime", lambda seconds=None: real_local(now(seconds)))
    _replace(time, "gmtime", lambda seconds=None: real_gm(now(seconds)))
    _replace(time, "ctime", lambda seconds=None: real_ctime(now(seconds)))
    _replace(time, "asctime", lambda parts=None: real_asctime(time.localtime() if parts is None else parts))
    _replace(
        time, "strftime", lambda form, parts=None: real_strftime(form, time.localtime() if parts is None else parts)
    )
    if real_clock is not None:
        wall = time.CLOCK_REALTIME
        _replace(time, "clock_gettime", lambda clock: real_clock(clock) + (ahead() if clock == wall else 0))
        _replace(time, "clock_gettime_ns", lambda clock: real_clock_ns(clock) + (nanoseconds() if clock == wall else 0))
    _once_imported("datetime", lambda module: _move_datetime(module, lambda: module.timedelta(seconds=ahead())))
    _move_files(nanoseconds)


def _once_imported(name, change):
    """Change a module as soon as the program imports it: not every program does, and it takes time."""
    if name in sys.modules:
        change(sys.modules[name])
    else:
        sys.meta_path.insert(0, _Changing(name, change))


class _Changing:
    # A finder, and then the loader of what it has found, until that is loaded.
    def __init__(self, name, change):
        self._name = name
        self._change = change
        self._loader = None

    def find_spec(self, name, path=None, target=None):
        if name != self._name:
            return None
        sys.meta_path.remove(self)
        found = (finder.find_spec(name, path, target) for finder in sys.meta_path if hasattr(finder, "find_spec"))
        spec = next((spec for spec in found if spec is not None), None)
        if spec is not None:
            self._loader, spec.loader = spec.loader, self
        return spec

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        module.__loader__ = module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._change(module)


def _measure(skipped):
    """Move every clock that only measures by what `skipped()` returns, in seconds."""
    import time

    for name in ("monotonic", "perf_counter"):
        clock, clock_ns = getattr(time, name), getattr(time, name + "_ns")
        _replace(time, name, lambda clock=clock: clock() + skipped())
        _replace(time, name + "_ns", lambda clock_ns=clock_ns: clock_ns() + int(skipped() * 1e9))
    names = "MONOTONIC", "MONOTONIC_RAW", "BOOTTIME"
    measuring = [getattr(time, "CLOCK_" + name) for name in names if hasattr(time, "CLOCK_" + name)]
    real_clock, real_clock_ns = time.clock_gettime, time.clock_gettime_ns
    _replace(time, "clock_gettime", lambda clock: real_clock(clock) + (skipped() if clock in measuring else 0))
    _replace(
        time,
        "clock_gettime_ns",
        lambda clock: real_clock_ns(clock) + (int(skipped() * 1e9) if clock in measuring else 0),
    )


def _begin_to_skip():
    """Let waits be skipped; return how many seconds this program is ahead, as a function: a fork may begin anew."""
    import time

    import _auth_provider_waits as waits

    if waits.begin():
        _measure(lambda: waits.skipped)
        _replace(time, "sleep", waits.sleep)
        _once_imported("threading", waits.change_threading)
    return waits.ahead


class _Function:
    # What stands for a function of C must be none of Python: as an attribute of a class, such as `converter` of
    # `logging.Formatter`, that would be a method, and be handed the instance.
    def __init__(self, call, name):
        self._call = call
        self.__name__ = self.__qualname__ = name

    def __call__(self, *arguments, **named):
        return self._call(*arguments, **named)


def _replace(module, name, call):
    ours = _Function(call, name)
    setattr(module, name, ours)
    return ours


def _move_files(nanoseconds):
    """Move the times that `stat` tells: else a lock file written a moment ago would look as old as the clock moved."""
    real_utime = os.utime

    def moved(real_stat):
        def stat(*arguments, **named):
            numbers, members = real_stat(*arguments, **named).__reduce__()[1]
            numbers, members, by = list(numbers), dict(members), nanoseconds()
            for place, name in enumerate(("st_atime", "st_mtime", "st_ctime"), 7):
                time_ns = members[name + "_ns"] + by
                members[name + "_ns"], members[name] = time_ns, time_ns / 1e9
                numbers[place] = time_ns // 10**9
            return os.stat_result(numbers, members)

        return stat

    def utime(path, times=None, **named):
        by = nanoseconds()
        if times is not None:
            times = tuple(one - by / 1e9 for one in times)
        if "ns" in named:
            named["ns"] = tuple(one - by for one in named["ns"])
        return real_utime(path, times, **named)

    kinds = os.supports_follow_symlinks, os.supports_dir_fd, os.supports_fd
    for name, ours in (*((name, moved(getattr(os, name))) for name in ("stat", "lstat", "fstat")), ("utime", utime)):
        real, ours = getattr(os, name), _replace(os, name, ours)
        # What programs look up by the function itself, as `os.stat in os.supports_follow_symlinks`.
        for kind in kinds:
            if real in kind:
                kind.add(ours)


def _accepting(real):
    # Values that were made elsewhere (in C, from a pickle) are still instances of the class that replaces theirs.
    class Accepting(type):
        def __instancecheck__(cls, value):
            return isinstance(value, real)

        def __subclasscheck__(cls, kind):
            return issubclass(kind, real)

    return Accepting


def _move_datetime(datetime, ahead):
    real_datetime, real_date = datetime.datetime, datetime.date

    class Datetime(real_datetime, metaclass=_accepting(real_datetime)):
        @classmethod
        def now(cls, tz=None):
            # In UTC first: an hour that is skipped or repeated in local time is none of ours.
            moved = real_datetime.now(datetime.timezone.utc) + ahead()
            return cls.fromtimestamp(moved.timestamp(), tz)

        @classmethod
        def utcnow(cls):
            return cls.now(datetime.timezone.utc).replace(tzinfo=None)

        @classmethod
        def today(cls):
            return cls.now()

    class Date(real_date, metaclass=_accepting(real_date)):
        @classmethod
        def today(cls):
            moved = Datetime.now()
            return cls(moved.year, moved.month, moved.day)

    for ours, name in ((Datetime, "datetime"), (Date, "date")):
        ours.__name__ = ours.__qualname__ = name
        ours.__module__ = "datetime"
        setattr(datetime, name, ours)


def _run_the_next():
    """Run the `sitecustomize` that this one hides."""
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    here = os.path.dirname(os.path.abspath(__file__))
    path = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
    spec = PathFinder.find_spec("sitecustomize", path)
    if spec is not None and spec.loader is not None:
        module = module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


def _offset_in(path):
    with open(path, encoding="ascii") as file:
        return float(file.read())


def _begin():
    proof = os.environ.get("AUTH_PROVIDER_TIME_PROOF")
    if proof:
        with open(proof, "a", encoding="utf-8") as file:
            file.write("loaded\n")
    file = os.environ.get("AUTH_PROVIDER_TIME_OFFSET_FILE")
    offset = float(os.environ.get("AUTH_PROVIDER_TIME_OFFSET", "0"))
    if file:
        _move(lambda: _offset_in(file))
    elif os.environ.get("AUTH_PROVIDER_WAITS"):
        _move(_begin_to_skip())
    elif offset:
        _move(lambda: offset)
    _run_the_next()


_begin()
