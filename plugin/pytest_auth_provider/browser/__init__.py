"""The person at the browser, as a client in its sandbox meets them.

Shim      programs in the place of every browser     shim.py
Ears      URLs in what a client prints               ears.py, printed.py
Browser   what the person does, and what happened    browser.py, decision.py
  Walk    from the page back to the client           walk.py, reach.py, forms.py
  Visit   one of them, written down                  visit.py, asked.py
"""

from __future__ import annotations

from pytest_auth_provider.browser.browser import MODES, Browser, Mode
from pytest_auth_provider.browser.http import Reach
from pytest_auth_provider.browser.visit import Asked, Visit

__all__ = ["MODES", "Asked", "Browser", "Mode", "Reach", "Visit"]
