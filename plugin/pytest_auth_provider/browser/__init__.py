"""The person at the browser, as a client in its sandbox meets them.

Shim            programs that stand in for every browser           shim.py
UrlDetector     finds URLs in what a client prints                 url_detector.py
Browser         what the person does, and what happened            browser.py
  Navigation    from the page along every redirect to the client   navigation.py
    PageFetcher requests one page                                  http.py
  Connections   those that a browser does not close at once        connections.py
  Visit         what is to happen in one visit, and its record     visit.py
Chromium        a real browser, for pages with scripts             chromium.py
"""

from __future__ import annotations

from pytest_auth_provider.browser.browser import MODES, Browser, Mode
from pytest_auth_provider.browser.http import PageFetcher
from pytest_auth_provider.browser.visit import AuthorizationRequest, Visit

__all__ = ["MODES", "AuthorizationRequest", "Browser", "Mode", "PageFetcher", "Visit"]
