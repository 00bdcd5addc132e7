"""A program that tells which of the modules named as arguments cannot be imported first.

Importing a module runs what it imports. Who was imported before matters only where a module is used while it is still
being imported, which takes an import circle. So all modules are imported one after the other in one process that
watches for such uses. Whoever took part in one, and every package, is then imported in a process of its own that has
imported nothing of ours. A package is no stranger to its own modules: it is always imported before them, so the order
is the same for all.
"""

# ruff: noqa: A002 - the arguments of `__import__` are named as Python names them

import builtins
import importlib
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from importlib.util import resolve_name
from types import ModuleType

# Imported here once, so that the processes forked below have them already.
import cryptography.x509
import jinja2
import joserfc.jwt
import pluggy
import psutil
import pydantic
import pytest
import tomlkit
import trustme
import werkzeug.wrappers

THIRD_PARTY = (cryptography, jinja2, joserfc, pluggy, psutil, pydantic, pytest, tomlkit, trustme, werkzeug)


def in_doubt(names: Sequence[str], ours: frozenset[str]) -> set[str]:
    """Import all modules in this process; return packages, and what took part in the use of a half imported module."""
    found: set[str] = set()
    import_, import_module = builtins.__import__, importlib.import_module

    def half_imported() -> set[str]:
        loaded = [name for name in sys.modules if name.partition(".")[0] in ours]
        return {name for name in loaded if getattr(sys.modules[name].__spec__, "_initializing", False)}

    def look(importer: str, used: Iterable[str]) -> None:
        underway = half_imported()
        strangers = {name for name in used if not f"{importer}.".startswith(f"{name}.")}
        if strangers & underway:
            found.update(underway)

    def watched_import(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        importer = globals or {}
        base = resolve_name("." * level + name, str(importer.get("__package__"))) if level else name
        if base.partition(".")[0] in ours:
            look(str(importer.get("__name__")), [*_prefixes(base), *(f"{base}.{one}" for one in fromlist or ())])
        return import_(name, globals, locals, fromlist or (), level)

    def watched_import_module(name: str, package: str | None = None) -> ModuleType:
        look(str(sys._getframe(1).f_globals.get("__name__")), _prefixes(name))
        return import_module(name, package)

    builtins.__import__, importlib.import_module = watched_import, watched_import_module
    for name in names:
        import_module(name)
    return found | {name for name in names if hasattr(sys.modules[name], "__path__")}


def _import(name: str) -> str:
    return importlib.import_module(name).__name__


def _prefixes(name: str) -> list[str]:
    """`a.b.c` as `a`, `a.b` and `a.b.c`."""
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]


def apart(action: Callable[[], str]) -> str | None:
    """Return what `action` returns in a process of its own, None where it raised; the traceback is on stderr."""
    readable, writable = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(writable, action().encode())
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    os.close(writable)
    with open(readable, encoding="utf-8") as pipe:  # noqa: PTH123  # a descriptor
        told = pipe.read()
    return None if os.waitpid(child, 0)[1] else told


def main(names: list[str]) -> str | None:
    """Return which modules cannot be imported first, None if all can."""
    ours = frozenset(name.partition(".")[0] for name in names)
    assert not ours & {name.partition(".")[0] for name in sys.modules}, "something of ours was imported before"
    doubtful = apart(lambda: " ".join(in_doubt(names, ours)))
    # Where not all can be imported even in this order, each tells for itself.
    alone = names if doubtful is None else doubtful.split()
    broken = [name for name in alone if apart(partial(_import, name)) is None]
    return f"cannot be imported first: {', '.join(broken)}" if broken else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
