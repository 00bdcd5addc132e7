"""A provider as a WSGI application (PEP 3333), for gunicorn, uWSGI or mod_wsgi.

    gunicorn --workers 4 'fakeprovider.wsgi:application("provider.toml")'

Several workers, on one machine or many, are one provider when their configuration names the same `state`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, Final

from fakeprovider.cli.configuration import Configuration, IssuerConfig, read_configuration
from fakeprovider.cli.main import TOKEN_VARIABLE
from fakeprovider.cli.serve import begin, make
from fakeprovider.control.control import Control
from fakeprovider.dialect import Dialect
from fakeprovider.dialects import find_dialect
from fakeprovider.errors import SettingError
from fakeprovider.server.answer import Answer
from fakeprovider.server.request import Environ, Request

StartResponse = Callable[[str, list[tuple[str, str]]], object]

API_PATH: Final = "/api"
"""Where the protected resource is, below the issuer of a dialect that has it on an origin of its own."""


class Application:
    """Serve one or several providers through whatever calls it.

    There is no socket of ours: wire and TLS faults are refused as they are armed, and the control API has no event
    stream. The protected resource is on the provider's own origin.
    """

    def __init__(self, controls: list[Control]) -> None:
        self._first = controls[0].provider

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ.get("wsgi.multiprocess") and not self._first.backend.shared:
            answer = _problem(
                "several processes serve this provider, and none knows what the others do; "
                "set state = 'redis://...' in the configuration, or serve it in one process"
            )
        else:
            answer = self._first.answer(Request(environ))
        if answer.deliver is not None:
            answer = _problem("this answer needs a socket of the provider's own; use fakeprovider serve")
        start_response(_status(answer.status), _headers(answer))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]


def application(config: str = "", *, token: str = "", **arguments: Any) -> Application:
    """Return the application that a configuration file says, for `gunicorn 'fakeprovider.wsgi:application(FILE)'`.

    `arguments` are keywords of `Provider` and win over the file. `token` is that of the control API, by default the
    environment variable FAKEPROVIDER_CONTROL_TOKEN. Raises `SettingError` for what is not accepted, and where the
    origin or the token is missing.
    """
    configuration = read_configuration(config) if config else Configuration()
    configuration.first.arguments |= arguments
    token = token or os.environ.get(TOKEN_VARIABLE, "")
    if not token:
        raise SettingError(
            f"the control API needs a token that every process knows: set {TOKEN_VARIABLE}; whoever reaches the "
            "application could change the provider otherwise"
        )
    if not configuration.first.arguments.get("origin"):
        raise SettingError(
            "origin is missing: an application does not know its own address; say how clients reach it, as in "
            "origin = 'http://localhost:9400'"
        )
    for issuer in (configuration.first, *configuration.beside):
        issuer.arguments["dialect"] = _on_one_origin(issuer)
    controls = make(configuration, token)
    for control in controls:
        control.provider.socket = False
    begin(controls, configuration)
    return Application(controls)


def _on_one_origin(issuer: IssuerConfig) -> Dialect:
    """Return the dialect, with the protected resource below the issuer where it would have a socket of its own."""
    dialect = find_dialect(issuer.arguments.get("dialect", "rfc"))
    if dialect.api_path is not None:
        return dialect
    kind: type[Dialect] = type(type(dialect).__name__, (type(dialect),), {"api_path": API_PATH})
    return kind()


def _problem(story: str) -> Answer:
    return Answer.json({"error": "server_error", "error_description": story}, 500)


def _status(status: int) -> str:
    known = status in HTTPStatus.__members__.values()
    return f"{status} {HTTPStatus(status).phrase if known else 'Unknown'}"


def _headers(answer: Answer) -> list[tuple[str, str]]:
    """Return the header fields; how long the answer is, the connection adds elsewhere."""
    without_body = answer.status < 200 or answer.status in (204, 304)
    return answer.headers if without_body else [*answer.headers, ("Content-Length", str(len(answer.body)))]
