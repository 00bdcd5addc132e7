"""A real browser, where one is installed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fakeprovider import Provider
from pytest_auth_provider.browser.chromium import PROGRAMS
from pytest_auth_provider.clients import ClientError
from tests.support.sandboxed import Make


@pytest.mark.skipif(not any(map(shutil.which, PROGRAMS)), reason="Chromium is not installed")
def test_a_real_browser_signs_in(make: Make, provider: Provider) -> None:
    """It runs scripts, too: a form post needs one. The visit has the page it ended on."""
    client = make("open", real_browser=True)
    client.login()
    visit = client.browser.last
    assert "Return to the terminal." in visit.page
    assert (visit.done, visit.hops) == (True, [])
    exchange = next(exchange for exchange in provider.journal if exchange.endpoint == "authorization")
    assert "Chrome" in dict(exchange.request_headers)["User-Agent"]
    assert client.egress == []


def test_a_missing_browser_is_explained(make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What to install, or to leave out."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ClientError, match=r"needs one of chromium, .* install chromium, or leave the key out"):
        make("open", real_browser=True)
