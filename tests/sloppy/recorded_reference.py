"""The reference client, noting which of the functions that some sloppy client overrides were called.

`SLOPPY_FUNCTIONS` holds them, as in `reference_client.refresh:poison`; the names of those called go to the file
`SLOPPY_REACHED`.
"""

import functools
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from reference_client.__main__ import main


def record(function: str, reached: Path) -> None:
    """Put a function that notes its name in the place of the one called `function`."""
    module, _, qualified = function.partition(":")
    *owners, name = qualified.split(".")
    owner = functools.reduce(getattr, owners, importlib.import_module(module))
    setattr(owner, name, _noting(getattr(owner, name), function, reached))


def _noting(original: Callable[..., Any], function: str, reached: Path) -> Callable[..., Any]:
    @functools.wraps(original)
    def noting(*arguments: Any, **named: Any) -> Any:
        with reached.open("a", encoding="utf-8") as file:
            file.write(f"{function}\n")
        return original(*arguments, **named)

    return noting


if __name__ == "__main__":
    for one in os.environ["SLOPPY_FUNCTIONS"].split():
        record(one, Path(os.environ["SLOPPY_REACHED"]))
    sys.exit(main())
