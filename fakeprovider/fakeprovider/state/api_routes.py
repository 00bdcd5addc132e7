"""The answers of the protected API that a test sets: `provider.api_routes["GET /organizations"] = [...]`."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from functools import cached_property

from fakeprovider.errors import SettingError
from fakeprovider.server.answer import Answer

_SEGMENT = re.compile(r"\{[^{}/]*\}")
_ROUTE = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (/\S*)")


@dataclass(frozen=True)
class ApiRoute:
    """One answer of the API: a JSON value, an `Answer`, or a function from the call to either.

    `scope` lists, separated by blanks, the scopes a token must have (else 403, RFC 6750 3.1); `status` is that of a
    JSON answer.
    """

    answer: object
    scope: str = ""
    status: int = 200

    def serve(self, call: object) -> Answer:
        """Return the answer to a request whose token is good; `call` is the `Call` that functions are handed."""
        value = self.answer(call) if callable(self.answer) else self.answer
        return value if isinstance(value, Answer) else Answer.json(value, self.status)


class ApiRoutes(MutableMapping[str, ApiRoute]):
    """The routes of the API, `METHOD /path` below `provider.api`; `{name}` stands for one segment of the path."""

    def __init__(self) -> None:
        self._routes: dict[str, _Listed] = {}

    def __setitem__(self, where: str, answer: object) -> None:
        """Answer requests at `where` with a JSON value, an `Answer`, a function of the call, or an `ApiRoute`."""
        parts = _ROUTE.fullmatch(where)
        if parts is None:
            raise SettingError(
                f"api_routes[{where!r}]: expected a method and a path, as in 'GET /organizations' or "
                "'POST /projects/{id}/tokens'; methods: GET, POST, PUT, PATCH, DELETE"
            )
        route = answer if isinstance(answer, ApiRoute) else ApiRoute(answer)
        self._routes[where] = _Listed(parts[1], parts[2], route)

    def __getitem__(self, where: str) -> ApiRoute:
        return self._routes[where].route

    def __delitem__(self, where: str) -> None:
        del self._routes[where]

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._routes))

    def __len__(self) -> int:
        return len(self._routes)

    def find(self, method: str, path: str) -> ApiRoute | None:
        """Return the route for a request: the one that spells its path out, else the latest whose pattern fits."""
        method = "GET" if method == "HEAD" else method
        spelled_out = self._routes.get(f"{method} {path}")
        if spelled_out is not None:
            return spelled_out.route
        fitting = (listed for listed in reversed(tuple(self._routes.values())) if listed.fits(method, path))
        return next((listed.route for listed in fitting), None)


@dataclass(frozen=True)
class _Listed:
    method: str
    path: str
    route: ApiRoute

    def fits(self, method: str, path: str) -> bool:
        return method == self.method and self._pattern.fullmatch(path) is not None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("[^/]+".join(re.escape(literal) for literal in _SEGMENT.split(self.path)))
