"""A route: what serves the requests that arrive at one path."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from fakeprovider.answer import Answer
    from fakeprovider.call import Call

READ: Final = ("GET", "HEAD")
WRITE: Final = ("POST",)


class Route(NamedTuple):
    """The methods a path answers, the function that serves it, and the endpoint (and grant) it stands for.

    A proprietary path names the endpoint and grant whose part it plays, so that faults aimed at those meet it and the
    journal files it there: the poll of any device flow is `token` with grant `device_code`.
    """

    methods: tuple[str, ...]
    serve: Callable[[Call], Answer]
    endpoint: str = ""
    grant: str = ""
