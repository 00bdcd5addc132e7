"""From the page a client sends the person to, along every redirect, back to the client."""

from __future__ import annotations

import threading
import time
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pytest_auth_provider.browser.decision import Decision, tampered, tampered_members
from pytest_auth_provider.browser.http import READ_SECONDS, Reach, origin_of
from pytest_auth_provider.browser.visit import Visit

if TYPE_CHECKING:
    import httpx


# FROM plugin/pytest_auth_provider/browser/forms.py: A page that submits itself (OAuth 2.0 Form Post Response Mode): what a script in a real browser would do.


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.members: dict[str, str] = {}
        self.others = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the first form and its hidden inputs."""
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.action and found.get("method", "").lower() == "post":
            self.action = found.get("action", "")
        elif tag == "input" and self.action and found.get("type") == "hidden":
            self.members[found.get("name", "")] = found.get("value", "")
        elif tag in ("input", "button", "select") and self.action and found.get("name"):
            self.others = True


def submitted(page: str) -> tuple[str, dict[str, str]] | None:
    """Address and members of a form that leaves a person nothing to fill in or choose; None for any other page."""
    form = _Form()
    form.feed(page)
    return (form.action, form.members) if form.action and form.members and not form.others else None


HOPS = 20
"""Redirects that a browser follows before it says that there are too many."""

PAGE = 65536
"""Bytes of a page that are read."""

CONNECT_SECONDS = 5.0
"""How long a refused connection is tried again: many clients open the browser first and listen then."""

_PAUSE = 0.02


class Walk:
    """One visit on its way. `providers` are the origins of the provider: what it redirects to elsewhere is a client."""

    def __init__(self, visit: Visit, decision: Decision, reach: Reach, providers: frozenset[str]) -> None:
        self._visit = visit
        self._decision = decision
        self._reach = reach
        self._providers = providers

    def run(self) -> None:
        """Go all the way; what happens is written down in the visit, and nothing is raised."""
        import httpx  # imported late: most tests never visit a page

        try:
            self._visit.end(self._walk())
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as problem:
            where = self._visit.callback or self._visit.url
            self._visit.end(f"{where.partition('?')[0]}: {type(problem).__name__}: {problem}")
        except RuntimeError:  # the browser was closed, and its httpx client with it
            self._visit.end("the browser was closed")

    def _walk(self) -> str:
        """Follow the way; why it ended early, or nothing."""
        if not self._hesitate():
            return "nobody waited for it any more"
        url, form = self._visit.url, None
        for _hop in range(HOPS):
            if not self._reach.leads_to(url):
                return f"not visited: {origin_of(url)} is not on this machine"
            page, location = self._request(url, form)
            form = None
            to_post = submitted(page) if self._is_provider(url) and not location else None
            if to_post is not None:
                location, form = to_post
            if not location:
                return ""
            came_from, url = url, urljoin(url, location)
            if self._is_provider(came_from) and not self._is_provider(url):
                url, form = self._back_to_client(url, form)
        return f"more than {HOPS} redirects"

    def _hesitate(self) -> bool:
        """Wait as the decision says; False when the visit was given up meanwhile."""
        delay, given_up = self._decision.delay, self._visit.given_up
        if isinstance(delay, threading.Event):
            while not delay.wait(_PAUSE):
                if given_up.is_set():
                    return False
            return True
        return not (delay and given_up.wait(delay))

    def _back_to_client(self, url: str, form: dict[str, str] | None) -> tuple[str, dict[str, str] | None]:
        """The callback, as the decision has it; what comes before it is done."""
        if form is None:
            url = tampered(url, self._decision.tampering) if self._decision.tampering else url
        else:
            form = tampered_members(form, self._decision.tampering)
        self._visit.callback = url
        if self._decision.stray and self._reach.leads_to(url):
            self._visit.stray_status, _page, _location = self._fetch(urljoin(url, self._decision.stray), None)
        if self._decision.duplicate and self._reach.leads_to(url):
            self._repeat(url, form)
        return url, form

    def _repeat(self, url: str, form: dict[str, str] | None) -> None:
        """Request the callback a second time, at the same time as the first."""
        import httpx  # imported late, as above

        def repeat() -> None:
            try:
                self._visit.repeated_status, _page, _location = self._fetch(url, form)
            except (httpx.HTTPError, RuntimeError):
                self._visit.repeated_status = 0  # a client may stop listening after the first one

        threading.Thread(target=repeat, name="browser-again", daemon=True).start()

    def _request(self, url: str, form: dict[str, str] | None) -> tuple[str, str]:
        status, page, location = self._fetch(url, form)
        self._visit.hops.append((url, status))
        self._visit.status, self._visit.page = status, page
        return page, location

    def _fetch(self, url: str, form: dict[str, str] | None) -> tuple[int, str, str]:
        """Status, page and where it redirects to. A refused connection is tried again for a while."""
        import httpx  # imported late, as above

        client = self._reach.client(url, trusted=self._is_provider(url))
        until = time.monotonic() + CONNECT_SECONDS
        while True:
            try:
                with client.stream("GET" if form is None else "POST", url, data=form) as answer:
                    location = answer.headers.get("Location", "") if answer.is_redirect else ""
                    return answer.status_code, _start_of(answer), location
            except httpx.ConnectError:
                if self._is_provider(url) or time.monotonic() > until or self._visit.given_up.wait(_PAUSE):
                    raise

    def _is_provider(self, url: str) -> bool:
        return origin_of(url) in self._providers


def _start_of(answer: httpx.Response) -> str:
    """The text of a page, cut where it is long or where it drips in for longer than a person waits."""
    import httpx  # imported late, as above

    text, until = "", time.monotonic() + READ_SECONDS
    try:
        for chunk in answer.iter_text():
            text += chunk
            if len(text) > PAGE or time.monotonic() > until:
                break
    except httpx.HTTPError:
        return text[:PAGE]  # the client closed early: what is there is what the person sees
    return text[:PAGE]
