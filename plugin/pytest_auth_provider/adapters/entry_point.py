"""An entry point as packaging metadata writes it, `mytool.cli:main`: the value of an adapter's key `entry`."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_auth_provider.adapters import launch


@dataclass(frozen=True)
class EntryPoint:
    """A callable in a module, named `module:function`.

    `fresh` are the packages whose modules are imported anew for every call, as a new process would import them.
    """

    name: str
    fresh: tuple[str, ...]

    @classmethod
    def parse(cls, name: str, fresh: tuple[str, ...] = ()) -> EntryPoint:
        """Return the entry point `name`. `fresh` defaults to the top-level package of its module."""
        return cls(name, fresh or (_top_level_package(name),))

    @property
    def package(self) -> str:
        """The top-level package of the module; `sys.argv[0]` of the call."""
        return _top_level_package(self.name)

    def call(self, arguments: Sequence[str]) -> object:
        """Import and call the function: with `arguments` if it requires a parameter, else it reads `sys.argv`."""
        return launch.call(self.name, arguments)

    def command(self) -> tuple[str, ...]:
        """Return the command line that makes the same call in a process of its own.

        A package that is not installed is looked for where this process finds it.
        """
        return ("{python}", launch.__file__, self.name, _directory(self.package))


def _top_level_package(name: str) -> str:
    return name.partition(":")[0].partition(".")[0]


def _directory(package: str) -> str:
    """Return the directory that holds `package`, or an empty string where there is no such package."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return ""
    origin = Path(spec.origin)
    return str(origin.parent.parent if spec.submodule_search_locations else origin.parent)
