"""An entry point, as packaging metadata writes it: `mytool.cli:main`."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pytest_auth_provider.runners.in_process import launch

# Modules that keep what they found in the environment when they were first asked.
_ENVIRONMENT_READERS = ("webbrowser",)


@dataclass(frozen=True)
class Entry:
    """A callable in a module. `fresh` are the packages that are imported anew for every call, as a process would."""

    name: str
    fresh: tuple[str, ...]

    @classmethod
    def named(cls, name: str, fresh: tuple[str, ...] = ()) -> Entry:
        """The entry point `module:function`; without `fresh`, the top package of the module is the one that is."""
        return cls(name, fresh or (_top(name),))

    @property
    def package(self) -> str:
        """The top package of the module, which is what the program is taken to be called."""
        return _top(self.name)

    def call(self, arguments: Sequence[str]) -> object:
        """Import it and call it: with the arguments where it insists on any, else it finds them in `sys.argv`."""
        return launch.call(self.name, arguments)

    @contextmanager
    def imported_anew(self) -> Iterator[None]:
        """Forget the fresh packages for a block, and what the block made of them after it."""
        names = (*self.fresh, *_ENVIRONMENT_READERS)
        before = {name: sys.modules.pop(name) for name in _loaded(names)}
        importlib.invalidate_caches()
        try:
            yield
        finally:
            for name in _loaded(names):
                del sys.modules[name]
            sys.modules.update(before)


def _top(name: str) -> str:
    return name.partition(":")[0].partition(".")[0]


def _loaded(packages: Sequence[str]) -> list[str]:
    """Every loaded module that is one of these packages, or in one."""
    return [name for name in sys.modules if any(name == top or name.startswith(f"{top}.") for top in packages)]
