"""The browser of one client: the pages it is sent to, and what the person does there."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Literal

from pytest_auth_provider.browser.http import PageFetcher, origin_of
from pytest_auth_provider.browser.navigation import Navigation
from pytest_auth_provider.browser.shim import Shim
from pytest_auth_provider.browser.url_detector import UrlDetector
from pytest_auth_provider.browser.visit import AuthorizationRequest, Decision, Stray, Visit
from pytest_auth_provider.processes.command_builder import SandboxLike

if TYPE_CHECKING:
    from fakeprovider import Provider


Mode = Literal["both", "shim", "printed", "none"]
MODES: tuple[Mode, ...] = ("both", "shim", "printed", "none")
"""Which URLs are visited: those a client opens, those it prints, both or none."""

SETTLE_SECONDS = 2.0
"""Seconds that the end of a command waits for the last answer of a visit it caused."""

Drive = Callable[[Visit, Decision], bool]
"""Another way to visit a page, such as a real browser; it returns False to leave the visit to `Navigation`."""


class Browser:
    """Replace every browser in the sandbox, and visit the pages that are opened or printed as the person decides.

    Programs that open a page return at once; the visit goes on in a thread of this process. Pages that are neither on
    this machine nor on an impersonated host are recorded and never visited, and so are the provider's own pages other
    than a sign-in: device codes are approved by `provider.user`. Of printed URLs, only authorization requests to the
    provider are visited.

    `opened` holds every URL that was opened, `visits` every visit, in order.
    """

    def __init__(
        self, sandbox: SandboxLike, provider: Provider, mode: Mode = "both", fetcher: PageFetcher | None = None
    ) -> None:
        self.opened: list[str] = []
        self._openings: list[tuple[str, str]] = []
        self.visits: list[Visit] = []
        self._provider = provider
        self._mode = mode
        self._fetcher = fetcher or PageFetcher(provider.ca_file)
        self._decision = Decision()
        self._drive: Drive | None = None
        self._detector: UrlDetector | None = None
        self._lock = threading.Lock()
        self._shim = Shim(sandbox.bin, sandbox.root / "browser", self._on_opened)
        sandbox.variables["BROWSER"] = str(self._shim.program)

    # -- what the person does -------------------------------------------------------------------------------------

    def approves(self) -> None:
        """Approve every request from now on, and drop every other decision, such as `late` or `tampers`."""
        self._provider.user.approves()
        self._decision = Decision()

    def denies(self) -> None:
        """Deny every request from now on (RFC 6749 4.1.2.1, `access_denied`)."""
        self._provider.user.denies()

    def tampers(self, **changes: str) -> None:
        """Change the authorization response on its way to the client from now on: `tampers(state="wrong")`.

        `missing` removes a parameter, `wrong` and `other` replace it by another value of its kind (`iss="other"`), and
        anything else is its new value: `tampers(code="missing", error="server_error")`.
        """
        self._decision = replace(self._decision, tampering=changes)

    def duplicates_callback(self) -> None:
        """Request the callback twice at the same time from now on."""
        self._decision = replace(self._decision, duplicate=True)

    def stray_request_first(self, path: str = "/favicon.ico", method: str = "GET") -> None:
        """Request `path` of the client's loopback server before the callback from now on; each call adds a request."""
        self._decision = replace(self._decision, strays=(*self._decision.strays, Stray(path, method)))

    def forged_callback_first(self, **changes: str) -> None:
        """Request the callback with these changes before the true one from now on, as for `tampers`."""
        self._decision = replace(self._decision, strays=(*self._decision.strays, Stray(changes=changes)))

    def idle_connection_first(self, sent: bytes = b"") -> None:
        """Open a connection to the loopback server before the callback from now on, and send no more than `sent`.

        Browsers do so to be fast; a connection that they do not need after all stays open for minutes.
        """
        self._decision = replace(self._decision, idle=sent)

    def keeps_connection(self) -> None:
        """Keep the connection of the callback open from now on, until the command has ended."""
        self._decision = replace(self._decision, keeps_open=True)

    def late(self, until: float | threading.Event) -> None:
        """Visit each page only after some seconds, or once an event is set, from now on."""
        self._decision = replace(self._decision, delay=until)

    def never(self) -> None:
        """Visit no page from now on, until `approves` is called."""
        self._decision = replace(self._decision, never=True)

    def shows_nothing(self) -> None:
        """Visit no page that is opened from now on, as where there is no display; programs that open one succeed."""
        self._decision = replace(self._decision, shows_nothing=True)

    def stays(self) -> None:
        """Let programs that open a page not return from now on, as a browser that has to be closed first."""
        self._shim.stay()

    def is_missing(self) -> None:
        """Remove the browser from the sandbox: programs that open one fail. URLs that are printed are still visited."""
        self._shim.close()

    # -- what happened --------------------------------------------------------------------------------------------

    @property
    def last(self) -> Visit:
        """The latest visit. Raises `LookupError` where there was none, saying what was opened instead."""
        if self.visits:
            return self.visits[-1]
        seen = f"it opened {', '.join(self.opened)}" if self.opened else "it opened nothing"
        raise LookupError(f"the client sent the person to no page: {seen}, and printed no authorization request")

    def wait_for_visit(self, number: int = 1, seconds: float = 10.0) -> Visit:
        """Wait at most `seconds` for visit `number` (1 is the first) to begin. Raises `LookupError` like `last`."""
        until = time.monotonic() + seconds
        while len(self.visits) < number and time.monotonic() < until:
            time.sleep(0.005)
        return self.visits[number - 1] if len(self.visits) >= number else self.last

    def opened_by(self, marks: Collection[str]) -> tuple[str, ...]:
        """Return the URLs that were opened by the commands with these markers, in order."""
        return tuple(url for mark, url in self._openings if mark in marks)

    # -- what is opened and printed -------------------------------------------------------------------------------

    def listen(self, mark: str) -> UrlDetector:
        """Return a detector for URLs in the output of the command with this marker."""
        detector = UrlDetector(lambda url: self._on_printed(mark, url))
        self._detector = detector
        return detector

    def settle(self, mark: str) -> None:
        """End the visits of the command with this marker, which has ended; those that still wait are given up."""
        self._shim.collect()
        until = time.monotonic() + SETTLE_SECONDS
        visits = [visit for visit in self.visits if visit.command in (mark, "")]
        for visit in visits:
            visit.give_up()
        for visit in visits:
            visit.wait(until - time.monotonic())
            visit.connections.close()

    @property
    def ports(self) -> tuple[int, ...]:
        """No port: a browser is asked for pages by nobody."""
        return ()

    def due_in(self) -> float:
        """Return in how many seconds the person does something: 0.0 while they read or visit a page, else infinite."""
        self._shim.collect()
        reads = self._detector is not None and self._detector.waits
        return 0.0 if reads or not all(visit.done for visit in tuple(self.visits)) else math.inf

    def skip(self, seconds: float) -> None:
        """Do nothing: nobody waits here."""

    def drive_with(self, drive: Drive) -> None:
        """Visit pages with `drive` from now on."""
        self._drive = drive

    def close(self) -> None:
        """Remove the programs, give up every visit and close the connections."""
        self._shim.close()
        for visit in self.visits:
            visit.give_up()
            visit.connections.close()
        self._fetcher.close()

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    # -- details --------------------------------------------------------------------------------------------------

    def _on_opened(self, mark: str, url: str) -> None:
        self.opened.append(url)
        self._openings.append((mark, url))
        request = AuthorizationRequest.from_url(url)
        shown = self._mode in ("both", "shim") and not self._decision.shows_nothing
        if shown and (request or not self._is_provider(url)):
            self._visit(Visit(url, "opened", request, mark))

    def _on_printed(self, mark: str, url: str) -> None:
        request = AuthorizationRequest.from_url(url)
        if self._mode in ("both", "printed") and request is not None and self._is_provider(url):
            self._visit(Visit(url, "printed", request, mark))

    def _visit(self, visit: Visit) -> None:
        """Begin a visit, unless the same command has caused it already: many open a page and print it, too."""
        with self._lock:
            if any(one.url == visit.url and _same_command(one, visit) for one in self.visits):
                return
            self.visits.append(visit)
        decision = self._decision
        if decision.never:
            visit.end("the person never looked at it")
            return
        threading.Thread(target=self._navigate, args=(visit, decision), name="browser-visit", daemon=True).start()

    def _navigate(self, visit: Visit, decision: Decision) -> None:
        if self._drive is None or not self._drive(visit, decision):
            Navigation(visit, decision, self._fetcher, self._provider_origins()).run()

    def _is_provider(self, url: str) -> bool:
        return origin_of(url) in self._provider_origins()

    def _provider_origins(self) -> frozenset[str]:
        """Return the origins of the provider, asked for each time: port numbers are known once it serves."""
        return frozenset(
            {origin_of(self._provider.origin), origin_of(self._provider.issuer), *self._fetcher.provider_origins}
        )


def _same_command(one: Visit, other: Visit) -> bool:
    """Return whether two visits may be of the same command; a program without our marker may be of any."""
    return one.command == other.command or not (one.command and other.command)
