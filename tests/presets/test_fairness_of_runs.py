"""What real tools were once accused of, told by small clients that do the same before the real contracts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from auth_scenarios.cache import test_near_expiry_is_not_served as near_expiry
from auth_scenarios.cache import test_warm_cache_makes_no_auth_requests as warm_cache
from auth_scenarios.device import test_poll_non_json as poll_non_json
from auth_scenarios.storage import test_corrupt_file as corrupt_file
from fakeprovider import Provider
from fakeprovider.faults import HtmlPage
from pytest_auth_provider.applicability import NotApplicable
from pytest_auth_provider.clients import Adapter, Client, Sandbox, Step

SCRIPT = """
import sys, urllib.error, urllib.parse, urllib.request

def ask(url, token="", **form):
    headers = {"Authorization": "Bearer " + token} if token else {}
    request = urllib.request.Request(url, urllib.parse.urlencode(form).encode() or None, headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        if error.code == 401 and not token:
            return error.read()
        sys.exit(f"the API says {error.code}: sign in again")
"""
"""What all of them do alike: ask, and give up with a message where that is refused."""

BROWSER = """
import webbrowser
ask(sys.argv[2])
sys.exit("nobody came back from the browser: sign in again")
"""
"""Signs in through the browser, and in no other way."""

FETCHING = """
import json, time
action, endpoint, api = sys.argv[1:]

def fetch():
    form = dict(grant_type="client_credentials", client_id="acme", client_secret="secret")
    answer = json.loads(ask(endpoint, **form))
    with open("token", "w") as file:
        file.write(answer["access_token"] + " " + str(time.time() + answer["expires_in"]))
    return answer["access_token"]

if action == "login":
    sys.exit(fetch() and 0)
"""
"""Fetches a token where it is told to sign in, and keeps it in a file."""

TWICE = """
held, until = open("token").read().split()
token = held if float(until) - time.time() > 5 else fetch()
for resource in ("/users/me", "/projects"):
    ask(api + resource, token)
"""
"""Asks the API for two things in one command, with a token that has some life left."""

TRUSTING = """
held = open("token", errors="replace").read().split()
ask(api + "/users/me", held[0] if held else "")
if not held:
    sys.exit("nobody is signed in: sign in again")
"""
"""Does not look at what it has stored: it shows the API whatever is there, or asks without."""

Make = Callable[..., Client]


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Whom they ask."""
    with Provider() as provider:
        yield provider


@pytest.fixture
def make(provider: Provider, tmp_path: Path) -> Iterator[Make]:
    """Makes a client of a script; its actions have these arguments."""
    with Sandbox(tmp_path / "sandbox") as sandbox:

        def make(script: str, **actions: tuple[str, ...]) -> Client:
            run = {name: (Step((name, *arguments)),) for name, arguments in actions.items()}
            adapter = Adapter("acme", (sys.executable, "-S", "-c", SCRIPT + script), run)
            return Client(adapter, sandbox, provider)

        yield make


def test_who_signs_in_by_browser_has_no_device_flow_to_break(provider: Provider, make: Make) -> None:
    """Neonctl never polls: it was accused of not reading a page that a poll is answered with."""
    client = make(BROWSER, login=("{authorization}",))
    with pytest.raises(NotApplicable, match="acme signs in through the browser, not by the device flow"):
        poll_non_json.test_a_page_instead_of_json_is_a_message(provider, client, HtmlPage(200))


ASKING = ("{token}", "{api}")


def test_one_command_may_ask_the_api_for_several_things(make: Make) -> None:
    """Neonctl does: a warm cache means that nobody but the API is asked, however often."""
    warm_cache.test_a_warm_cache_makes_no_auth_requests(make(FETCHING + TWICE, login=ASKING, use_cached=ASKING))


def test_every_request_of_a_command_may_carry_the_new_token(provider: Provider, make: Make) -> None:
    """Neonctl renews a token that is about to expire, and uses the new one for all that its command asks."""
    client = make(FETCHING + TWICE, login=ASKING, use_cached=ASKING)
    near_expiry.test_a_token_about_to_expire_is_not_served(provider, client)
    assert len(provider.journal.where(endpoint="api")) >= 4


def test_a_token_about_to_expire_is_noticed_in_any_request(provider: Provider, make: Make) -> None:
    """The same client without its grace period is still accused."""
    client = make(FETCHING + TWICE.replace("> 5", "> 0"), login=ASKING, use_cached=ASKING)
    with pytest.raises(AssertionError, match="Actual:   the cached one"):
        near_expiry.test_a_token_about_to_expire_is_not_served(provider, client)


@pytest.mark.parametrize("damage", ["truncated", "empty", "foreign"])
def test_what_no_longer_is_a_token_may_go_to_the_api(provider: Provider, make: Make, damage: str) -> None:
    """Gh cannot know what its token looks like: it shows the API what is there, and says that this was refused."""
    client = make(FETCHING + TRUSTING, login=ASKING, use=ASKING)
    corrupt_file.test_a_damaged_store_is_a_clear_error(provider, client, damage)
