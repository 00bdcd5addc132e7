"""From the page a client sends the person to, along every redirect, back to the client."""

from __future__ import annotations

import threading
from html.parser import HTMLParser
from urllib.parse import urljoin

from pytest_auth_provider.browser.http import RETRY_SECONDS, Page, PageFetcher, origin_of
from pytest_auth_provider.browser.visit import Decision, Visit, tamper_parameters, tamper_url

NO_PAGE = Page(0, "", "")
"""Stands for an answer that did not come."""
MAX_REDIRECTS = 20
"""Redirects that a browser follows before it says that there are too many."""


class Navigation:
    """Make one visit. `providers` are the origins of the provider: what it redirects to elsewhere is a client."""

    def __init__(self, visit: Visit, decision: Decision, fetcher: PageFetcher, providers: frozenset[str]) -> None:
        self._visit = visit
        self._decision = decision
        self._fetcher = fetcher
        self._providers = providers

    def run(self) -> None:
        """Request the page and follow it to the end; what happens is recorded in the visit, and nothing is raised."""
        import httpx  # imported late: most tests never visit a page

        try:
            self._visit.end(self._follow())
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as problem:
            where = self._visit.callback or self._visit.url
            self._visit.end(f"{where.partition('?')[0]}: {type(problem).__name__}: {problem}")
        except RuntimeError:  # the browser was closed, and its httpx client with it
            self._visit.end("the browser was closed")

    def _follow(self) -> str:
        """Follow redirects and self-submitting forms; return why that ended early, or an empty string."""
        if not self._delay():
            return "nobody waited for it any more"
        url, form = self._visit.url, None
        for _redirect in range(MAX_REDIRECTS):
            if not self._fetcher.may_visit(url):
                return f"not visited: {origin_of(url)} is not on this machine"
            page = self._request(url, form)
            location, form = page.location, None
            to_post = _self_submitting_form(page.text) if self._is_provider(url) and not location else None
            if to_post is not None:
                location, form = to_post
            if not location:
                return ""
            came_from, url = url, urljoin(url, location)
            if self._is_provider(came_from) and not self._is_provider(url):
                url, form = self._callback(url, form)
        return f"more than {MAX_REDIRECTS} redirects"

    def _delay(self) -> bool:
        """Wait as the decision says; return False when the visit was given up meanwhile."""
        delay, given_up = self._decision.delay, self._visit.given_up
        if isinstance(delay, threading.Event):
            while not delay.wait(RETRY_SECONDS):
                if given_up.is_set():
                    return False
            return True
        return not (delay and given_up.wait(delay))

    def _callback(self, url: str, form: dict[str, str] | None) -> tuple[str, dict[str, str] | None]:
        """Return the callback request, tampered with as decided; make the stray and the repeated request, too."""
        if form is None:
            url = tamper_url(url, self._decision.tampering) if self._decision.tampering else url
        else:
            form = tamper_parameters(form, self._decision.tampering)
        self._visit.callback = url
        if self._fetcher.may_visit(url):
            self._go_ahead(url)
            if self._decision.duplicate:
                self._repeat(url, form)
        return url, form

    def _go_ahead(self, callback: str) -> None:
        """Make what comes before the callback: an idle connection, and the stray requests one after the other."""
        import httpx  # imported late, as above

        if self._decision.idle is not None:
            self._visit.connections.connect(callback, self._decision.idle)
        for stray in self._decision.strays:
            try:
                page = self._fetch(stray.url(callback), None, stray.method)
            except httpx.HTTPError:
                page = NO_PAGE  # the client hung up, or listens no more
            self._visit.strays.append(page)

    def _repeat(self, url: str, form: dict[str, str] | None) -> None:
        """Request the callback a second time, at the same time as the first."""
        import httpx  # imported late, as above

        def repeat() -> None:
            try:
                self._visit.repeated_status = self._fetch(url, form).status
            except (httpx.HTTPError, RuntimeError):
                self._visit.repeated_status = 0  # a client may stop listening after the first one

        threading.Thread(target=repeat, name="browser-again", daemon=True).start()

    def _request(self, url: str, form: dict[str, str] | None) -> Page:
        """Fetch a page and record it in the visit."""
        is_callback = url == self._visit.callback and form is None
        keeps_open = self._decision.keeps_open and is_callback and url.startswith("http:")
        page = self._visit.connections.fetch(url) if keeps_open else self._fetch(url, form)
        self._visit.hops.append((url, page.status))
        self._visit.status, self._visit.page, self._visit.content_type = page.status, page.text, page.content_type
        return page

    def _fetch(self, url: str, form: dict[str, str] | None, method: str = "") -> Page:
        return self._fetcher.fetch(
            url,
            form,
            trusted=self._is_provider(url),
            given_up=self._visit.given_up,
            method=method,
            on_refused=self._visit.note_refusal,
        )

    def _is_provider(self, url: str) -> bool:
        return origin_of(url) in self._providers


class _FormParser(HTMLParser):
    """Read the first form with method POST: its action, its hidden inputs, and whether it has controls for a person."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.parameters: dict[str, str] = {}
        self.has_controls = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.action and found.get("method", "").lower() == "post":
            self.action = found.get("action", "")
        elif tag == "input" and self.action and found.get("type") == "hidden":
            self.parameters[found.get("name", "")] = found.get("value", "")
        elif tag in ("input", "button", "select") and self.action and found.get("name"):
            self.has_controls = True


def _self_submitting_form(page: str) -> tuple[str, dict[str, str]] | None:
    """Return the action and the parameters of a form that leaves a person nothing to fill in; None for other pages.

    Such a page submits itself (OAuth 2.0 Form Post Response Mode): a script in a real browser would do it.
    """
    form = _FormParser()
    form.feed(page)
    return (form.action, form.parameters) if form.action and form.parameters and not form.has_controls else None
