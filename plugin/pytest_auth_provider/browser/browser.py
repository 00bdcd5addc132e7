"""The browser of one client: where the client sends the person, and what the person does there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Literal

from pytest_auth_provider.browser.decision import Decision
from pytest_auth_provider.browser.http import Reach, origin_of
from pytest_auth_provider.browser.navigation import Walk
from pytest_auth_provider.browser.shim import Shim
from pytest_auth_provider.browser.url_detector import Ears
from pytest_auth_provider.browser.visit import Asked, Visit

if TYPE_CHECKING:
    from fakeprovider import Provider
    from pytest_auth_provider.clients.sandbox import Sandbox


Mode = Literal["both", "shim", "printed", "none"]
MODES: tuple[Mode, ...] = ("both", "shim", "printed", "none")
"""Which URLs are visited: those a client opens, those it prints, both or none."""

SETTLE_SECONDS = 2.0
"""How long the end of a command waits for the last answer of a visit it caused."""

Drive = Callable[[Visit, Decision], bool]
"""Another way to visit a page, such as a real browser; false leaves the visit to us."""


class Browser:
    """Stands in the sandbox in the place of every browser, and visits as the person decides.

    Programs that open a page are answered at once; the visit goes on in a thread of this process. Pages elsewhere
    than on this machine (or on hosts we impersonate) are written down and never visited, and so are the provider's own
    pages other than a sign-in: device codes are approved by `provider.user`. Of what is printed, only authorization
    requests to the provider are visited.

    `opened` holds every URL that was opened, `visits` every visit, in order.
    """

    def __init__(self, sandbox: Sandbox, provider: Provider, mode: Mode = "both", reach: Reach | None = None) -> None:
        self.opened: list[str] = []
        self.visits: list[Visit] = []
        self._provider = provider
        self._mode = mode
        self._reach = reach or Reach(provider.ca_file)
        self._decision = Decision()
        self._drive: Drive | None = None
        self._lock = threading.Lock()
        self._shim = Shim(sandbox.bin, sandbox.root / "browser", self._on_opened)
        sandbox.variables["BROWSER"] = str(self._shim.program)

    # -- what the person does -----------------------------------------------------------------------------------

    def approves(self) -> None:
        """From now on the person approves, and nothing odd happens."""
        self._provider.user.approves()
        self._decision = Decision()

    def denies(self) -> None:
        """From now on the person denies (RFC 6749 4.1.2.1, `access_denied`)."""
        self._provider.user.denies()

    def tampers(self, **changes: str) -> None:
        """From now on the answer is changed on its way to the client: `tampers(state="wrong")`.

        `missing` takes a parameter away, `wrong` and `other` make it another of its kind (`iss="other"`), anything else
        stands in its place: `tampers(code="missing", error="server_error")`.
        """
        self._decision = replace(self._decision, tampering=changes)

    def duplicates_callback(self) -> None:
        """From now on the callback is requested twice, at the same time."""
        self._decision = replace(self._decision, duplicate=True)

    def stray_request_first(self, path: str = "/favicon.ico") -> None:
        """From now on the client's loopback server is asked for `path` before it gets the callback."""
        self._decision = replace(self._decision, stray=path)

    def late(self, until: float | threading.Event) -> None:
        """From now on the person takes their time: seconds, or until an event is set."""
        self._decision = replace(self._decision, delay=until)

    def never(self) -> None:
        """From now on the person looks at no page, until they approve."""
        self._decision = replace(self._decision, never=True)

    def is_missing(self) -> None:
        """From now on there is no browser in the sandbox: programs that open one fail. What is printed is visited."""
        self._shim.close()

    # -- what happened ------------------------------------------------------------------------------------------

    @property
    def last(self) -> Visit:
        """The latest visit. Raises `LookupError` where there was none, saying what was opened instead."""
        if self.visits:
            return self.visits[-1]
        seen = f"it opened {', '.join(self.opened)}" if self.opened else "it opened nothing"
        raise LookupError(f"the client sent the person to no page: {seen}, and printed no authorization request")

    def wait_for_visit(self, number: int = 1, seconds: float = 10.0) -> Visit:
        """The visit with this number, as soon as it has begun. Raises `LookupError` like `last`."""
        until = time.monotonic() + seconds
        while len(self.visits) < number and time.monotonic() < until:
            time.sleep(0.005)
        return self.visits[number - 1] if len(self.visits) >= number else self.last

    # -- what the client's world tells --------------------------------------------------------------------------

    def listen(self, mark: str) -> Ears:
        """What is to hear the output of the command with this mark."""
        return Ears(lambda url: self._on_printed(mark, url))

    def settle(self, mark: str) -> None:
        """The command with this mark has ended: let its visits come to their end, and give up those that wait."""
        self._shim.collect()
        until = time.monotonic() + SETTLE_SECONDS
        visits = [visit for visit in self.visits if visit.command in (mark, "")]
        for visit in visits:
            visit.give_up()
        for visit in visits:
            visit.wait(until - time.monotonic())

    def close(self) -> None:
        """Open and visit nothing more."""
        self._shim.close()
        for visit in self.visits:
            visit.give_up()
        self._reach.close()

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    # -- details ------------------------------------------------------------------------------------------------

    def drive_with(self, drive: Drive) -> None:
        """Let another browser visit what is visited."""
        self._drive = drive

    def _on_opened(self, mark: str, url: str) -> None:
        self.opened.append(url)
        asked = Asked.in_url(url)
        if self._mode in ("both", "shim") and (asked or not self._is_provider(url)):
            self._visit(Visit(url, "opened", asked, mark))

    def _on_printed(self, mark: str, url: str) -> None:
        asked = Asked.in_url(url)
        if self._mode in ("both", "printed") and asked is not None and self._is_provider(url):
            self._visit(Visit(url, "printed", asked, mark))

    def _visit(self, visit: Visit) -> None:
        """Begin a visit, unless the command has sent the person there already: many open a page and print it, too."""
        with self._lock:
            if any(one.url == visit.url and _same_command(one, visit) for one in self.visits):
                return
            self.visits.append(visit)
        decision = self._decision
        if decision.never:
            visit.end("the person never looked at it")
            return
        threading.Thread(target=self._walk, args=(visit, decision), name="browser-visit", daemon=True).start()

    def _walk(self, visit: Visit, decision: Decision) -> None:
        if self._drive is None or not self._drive(visit, decision):
            Walk(visit, decision, self._reach, self._origins()).run()

    def _is_provider(self, url: str) -> bool:
        return origin_of(url) in self._origins()

    def _origins(self) -> frozenset[str]:
        """Where the provider is found; port numbers are known once it serves."""
        return frozenset({origin_of(self._provider.origin), origin_of(self._provider.issuer), *self._reach.providers})


def _same_command(one: Visit, other: Visit) -> bool:
    """A program that was started with an environment of its own does not know whose it is."""
    return one.command == other.command or not (one.command and other.command)
