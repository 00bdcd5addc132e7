"""Fixtures: a real browser, without a screen, and somebody who sits at it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from tests.support.person import Person

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Browse = Callable[..., Person]


@pytest.fixture(scope="session")
def browse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browse]:
    """Sit somebody down at a browser, with or without JavaScript: one browser of each kind for all tests."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("no Chromium here; apt-get install --no-install-recommends chromium chromium-driver")
    with ExitStack() as stack:
        people: dict[bool, Person] = {}

        def browse(*, javascript: bool = True) -> Person:
            if javascript not in people:
                options = ChromeOptions()
                options.binary_location = chromium
                profile = tmp_path_factory.mktemp("profile")
                for flag in (*FLAGS, f"--user-data-dir={profile}", "--window-size=1280,900"):
                    options.add_argument(flag)
                blocked = 2  # as Chromium's settings count
                wanted = {} if javascript else {"profile.managed_default_content_settings.javascript": blocked}
                options.add_experimental_option("prefs", wanted)
                options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
                chrome = Chrome(options, Service(driver))
                stack.callback(chrome.quit)
                people[javascript] = Person(chrome, runs_scripts=javascript)
            person = people[javascript]
            person.complaints()
            return person

        yield browse
        for person in people.values():
            person.leave()


@pytest.fixture
def person(browse: Browse) -> Iterator[Person]:
    """Somebody at a browser, whose console stays silent: no broken script, nothing the page's policy forbids."""
    person = browse()
    yield person
    assert person.complaints() == []
    person.leave()


@pytest.fixture(params=[True, False], ids=["javascript", "no-javascript"])
def anybody(request: pytest.FixtureRequest, browse: Browse) -> Iterator[Person]:
    """Somebody at a browser with JavaScript, and somebody without."""
    person = browse(javascript=request.param)
    yield person
    person.leave()
