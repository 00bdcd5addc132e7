"""One origin and the providers behind it, which are told apart by the paths of their issuers."""

from __future__ import annotations

import re
import ssl
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import SplitResult, urlsplit

from fakeprovider.errors import SettingError
from fakeprovider.server import Answer, Limits, OnError, OnNoise, Server
from fakeprovider.server.request import Request
from fakeprovider.validation import Amount, check_value

if TYPE_CHECKING:
    from fakeprovider.app import App
    from fakeprovider.server.certificates import Certificates


CONTROL: Final = "/_control"
"""The path of a provider's control API, below the path of its issuer."""


class ControlApi(Protocol):
    """The control API of one provider (`fakeprovider.control`), as the provider and its socket see it."""

    token: str
    """What clients have to present as `Authorization: Bearer`, "" where they need not."""

    @property
    def url(self) -> str:
        """The base URL of the control API."""

    def begin(self) -> None:
        """Take the snapshot that `reset` restores, unless one was taken before."""

    def end(self) -> None:
        """Disarm every fault and cancel all timers."""

    def handle(self, request: Request) -> Answer:
        """Answer one request below `/_control`."""


_PATH: Final = re.compile(r"(/[A-Za-z0-9._~!$&'()*+,;=:@-]+)+")


class VirtualHosts:
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
        limits: Limits | None = None,
    ) -> None:
        self.certificates = certificates
        self.known_as = known_as
        self._limits = limits
        try:
            self.server = Server(self.handle, host, port, self._context, limits, on_error=on_error, on_noise=on_noise)
        except (TypeError, ValueError) as error:
            raise SettingError(f"provider setting {error}") from None
        self._own_origin = self._origin_of(self.server)
        self._on_error = on_error
        self._on_noise = on_noise
        self._apps: dict[str, App] = {}
        self.controls: dict[str, ControlApi] = {}

    @property
    def origin(self) -> str:
        """Scheme, host and port, as clients reach it."""
        return self.known_as or self._own_origin

    def join(self, path: str, app: App) -> None:
        """Serve `app` below `path`. Raises `SettingError` where another one is served there already."""
        if path in self._apps:
            raise SettingError(f"path: another provider is at {path or '/'!r} of this socket; choose another path")
        self._apps[path] = app

    def leave(self, path: str) -> None:
        """Stop serving the app and the control API below `path`."""
        self._apps.pop(path, None)
        self.controls.pop(path, None)

    def start(self) -> None:
        """Start to serve; do nothing where it serves already."""
        if self.server.running:
            return
        if self.certificates is not None:
            self.certificates.open()
        self.server.start()
        self._own_origin = self._origin_of(self.server)  # the port is known now

    def stop(self) -> None:
        """Stop serving and remove the certificate file."""
        self.server.stop()
        if self.certificates is not None:
            self.certificates.close()

    def open_api(self, app: App, port: int = 0) -> tuple[Server, str]:
        """Return a further origin on the same host, for the protected resource of `app`: its server and its address."""
        host, context = self.server.host, self._context
        hooks: Any = {"on_error": self._on_error, "on_noise": self._on_noise}
        server = Server(app.handle_api, host, port, context, self._limits, **hooks)
        server.start()
        if not self.known_as:
            return server, self._origin_of(server)
        known = urlsplit(self.known_as)
        return server, known._replace(netloc=f"{known.netloc.removesuffix(f':{known.port}')}:{server.port}").geturl()

    def handle(self, request: Request) -> Answer:
        """Answer with the control API or the app that the path of the request belongs to."""
        if self.controls and (control := self._control_of(request.path)) is not None:
            return control.handle(request)
        return self._app_of(request.path).handle(request)

    def _app_of(self, path: str) -> App:
        """Return the app nearest to `path`; where there is none, the first app, which answers 404 and records it."""
        apps = self._apps.copy()  # others may join and leave meanwhile
        if len(apps) > 1:
            path = _without_well_known(path)
            below = [prefix for prefix in apps if path == prefix or path.startswith(f"{prefix}/")]
            if below:
                return apps[max(below, key=len)]
        return next(iter(apps.values()))

    def _control_of(self, path: str) -> ControlApi | None:
        """Return the control API at `path`, if one is: right below the socket it is that of the first provider."""
        below, found, rest = path.partition(CONTROL)
        if not found or rest[:1] not in ("", "/"):
            return None
        return self.controls.get(below) or (None if below else next(iter(self.controls.values())))

    def _origin_of(self, server: Server) -> str:
        host = f"[{server.host}]" if ":" in server.host else server.host
        return f"{'https' if self.certificates else 'http'}://{host}:{server.port}"

    @property
    def _context(self) -> ssl.SSLContext | None:
        return self.certificates.context if self.certificates else None


def _without_well_known(path: str) -> str:
    """Return the path that a well-known one was put in front of (RFC 8414 3.1), which says whom it concerns."""
    parts = path.split("/", 3)
    return f"/{parts[3]}" if parts[:2] == ["", ".well-known"] and len(parts) > 3 else path


def check_path(path: object) -> str:
    """Return the path of an issuer without a slash at its end; raise `SettingError` for what is no path."""
    trimmed = path.rstrip("/") if isinstance(path, str) else None
    if trimmed is None or (trimmed and not _PATH.fullmatch(trimmed)):
        raise SettingError(f"provider setting 'path': expected '' or a path such as '/realms/demo', got {path!r}")
    return trimmed


def check_port(name: str, port: object) -> int:
    """Return `port` if it can be one (0: any free one), else raise `SettingError`."""
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535:
        raise SettingError(f"provider setting {name!r}: expected a port from 0 (any free one) to 65535, got {port!r}")
    return port


def check_connection_limit(limit: object) -> int:
    """Return `limit` if it can be the most connections at once, else raise `SettingError`."""
    return int(check_value("provider setting 'connection_limit'", Amount, limit))


def check_origin(origin: object) -> str:
    """Return the origin a provider is known as; raise `SettingError` for what is none."""
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
