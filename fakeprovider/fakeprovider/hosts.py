"""The socket of one provider, or of several that are told apart by path."""

from __future__ import annotations

import re
import ssl
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import SplitResult, urlsplit

from werkzeug.wrappers import Request

from fakeprovider.errors import SettingError
from fakeprovider.server import OnError, OnNoise, Server

if TYPE_CHECKING:
    from fakeprovider.app import App
    from fakeprovider.server.answer import Answer
    from fakeprovider.server.certificates import Certificates


CONTROL: Final = "/_control"
"""Where the control API of a provider is, below the provider's path."""


class ControlApi(Protocol):
    """The control API of one provider, `fakeprovider.control.control.Control`, as the layers below it know it.

    `token` is what clients have to present as `Authorization: Bearer`, "" where none is needed.
    """

    token: str

    @property
    def url(self) -> str:
        """The base URL of the API."""

    def begin(self) -> None:
        """Remember the provider as it is when it begins to serve, for a reset."""

    def end(self) -> None:
        """Disarm every fault that was armed over the API, and cancel all timers."""

    def handle(self, request: Request) -> Answer:
        """Answer one request below `/_control`."""


_PATH: Final = re.compile(r"(/[A-Za-z0-9._~!$&'()*+,;=:@-]+)+")


class Front:
    """One origin: a server, its certificates where it speaks https, and the apps behind it, each below its path."""

    def __init__(
        self,
        host: str,
        port: int,
        certificates: Certificates | None,
        *,
        on_error: OnError,
        on_noise: OnNoise,
        known_as: str = "",
    ) -> None:
        self.certificates = certificates
        self.known_as = known_as
        try:
            self.server = Server(self.handle, host, port, self._context, on_error=on_error, on_noise=on_noise)
        except (TypeError, ValueError) as error:
            raise SettingError(f"provider setting {error}") from None
        self._on_error = on_error
        self._apps: dict[str, App] = {}
        self.controls: dict[str, ControlApi] = {}

    @property
    def origin(self) -> str:
        """Scheme, host and port, as clients reach it."""
        return self.known_as or self._origin(self.server)

    def join(self, path: str, app: App) -> None:
        """Put `app` behind the socket, below `path`; `SettingError` where another one is already."""
        if path in self._apps:
            raise SettingError(f"path: another provider is at {path or '/'!r} of this socket; choose another path")
        self._apps[path] = app

    def leave(self, path: str) -> None:
        """Take away what is below `path`."""
        self._apps.pop(path, None)
        self.controls.pop(path, None)

    def start(self) -> None:
        """Serve, unless it does already."""
        if self.server.running:
            return
        if self.certificates is not None:
            self.certificates.open()
        self.server.start()

    def stop(self) -> None:
        """Stop serving and let go of the certificates."""
        self.server.stop()
        if self.certificates is not None:
            self.certificates.close()

    def open_api(self, app: App, port: int = 0) -> tuple[Server, str]:
        """A further origin on the same host, for the protected resource of `app`: its server and its address."""
        server = Server(app.handle_api, self.server.host, port, self._context, on_error=self._on_error)
        server.start()
        if not self.known_as:
            return server, self._origin(server)
        known = urlsplit(self.known_as)
        return server, known._replace(netloc=f"{known.netloc.removesuffix(f':{known.port}')}:{server.port}").geturl()

    def handle(self, request: Request) -> Answer:
        """Let the app answer whose path it is."""
        if self.controls and (control := self._control_of(request.path)) is not None:
            return control.handle(request)
        return self._app_of(request.path).handle(request)

    def _app_of(self, path: str) -> App:
        """The app nearest to `path`; where nobody is, the first one says so and writes it down."""
        apps = self._apps.copy()  # others may join and leave meanwhile
        if len(apps) > 1:
            path = _without_well_known(path)
            below = [prefix for prefix in apps if path == prefix or path.startswith(f"{prefix}/")]
            if below:
                return apps[max(below, key=len)]
        return next(iter(apps.values()))

    def _control_of(self, path: str) -> ControlApi | None:
        """The control API at `path`, if one is: right below the socket it is that of the first provider."""
        below, found, rest = path.partition(CONTROL)
        if not found or rest[:1] not in ("", "/"):
            return None
        return self.controls.get(below) or (None if below else next(iter(self.controls.values())))

    def _origin(self, server: Server) -> str:
        host = f"[{server.host}]" if ":" in server.host else server.host
        return f"{'https' if self.certificates else 'http'}://{host}:{server.port}"

    @property
    def _context(self) -> ssl.SSLContext | None:
        return self.certificates.context if self.certificates else None


def _without_well_known(path: str) -> str:
    """The path that a well-known one was put in front of (RFC 8414 3.1), which says whom it concerns."""
    parts = path.split("/", 3)
    return f"/{parts[3]}" if parts[:2] == ["", ".well-known"] and len(parts) > 3 else path


def check_path(path: object) -> str:
    """The path of an issuer without a slash at its end, or `SettingError` for what is no path."""
    trimmed = path.rstrip("/") if isinstance(path, str) else None
    if trimmed is None or (trimmed and not _PATH.fullmatch(trimmed)):
        raise SettingError(f"provider setting 'path': expected '' or a path such as '/realms/demo', got {path!r}")
    return trimmed


def check_port(name: str, port: object) -> int:
    """`port` if it can be one (0: any free one), else `SettingError`."""
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535:
        raise SettingError(f"provider setting {name!r}: expected a port from 0 (any free one) to 65535, got {port!r}")
    return port


def check_origin(origin: object) -> str:
    """The origin a provider is known as, or `SettingError` for what is none."""
    parts = urlsplit(origin) if isinstance(origin, str) else None
    if origin != "" and (parts is None or not _is_origin(parts)):
        raise SettingError(f"provider setting 'origin': expected one such as 'http://localhost:9400', got {origin!r}")
    return str(origin)


def _is_origin(parts: SplitResult) -> bool:
    try:
        _ = parts.port
    except ValueError:
        return False
    plain = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    return plain and parts.geturl() == f"{parts.scheme}://{parts.netloc}"
