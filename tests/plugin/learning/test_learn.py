"""Learning real programs: each fact is what the program does, and one that cannot be had takes no other with it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_auth_provider.adapters.loader import load_adapter
from pytest_auth_provider.clients.factory import ClientFactory
from pytest_auth_provider.learning import learn
from pytest_auth_provider.profile import Profile

TOOL = """
import json, os, sys, time, urllib.parse, urllib.request
STORE = os.path.expanduser("~/session.json")

def ask(url, token=None, **form):
    bearer = {"Authorization": "Bearer " + token} if token else {}
    data = urllib.parse.urlencode(form).encode() or None
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, bearer)) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")

def tokens(**form):
    status, answer = ask(os.environ["TOOL_ISSUER"] + "/token", client_id="tool", **form)
    if status != 200:
        sys.exit("please sign in again: " + answer["error"])
    if STYLE != "forgetful":
        with open(STORE, "w") as file:
            json.dump({**answer, "until": time.time() + answer["expires_in"]}, file)
    return answer

def sign_in():
    issuer = os.environ["TOOL_ISSUER"]
    _, device = ask(issuer + "/device_authorization", client_id="tool", scope="openid offline_access")
    return tokens(grant_type="urn:ietf:params:oauth:grant-type:device_code", device_code=device["device_code"])

def use():
    try:
        stored = json.load(open(STORE))
    except OSError:
        sys.exit("not signed in")
    fresh = dict(grant_type="refresh_token", refresh_token=stored.get("refresh_token"))
    if STYLE == "early" and stored["until"] <= time.time():
        stored = tokens(**fresh)
    status, _ = ask(os.environ["TOOL_API"] + "/hello", stored["access_token"])
    if status == 401 and STYLE == "late":
        stored = tokens(**fresh)
        status, _ = ask(os.environ["TOOL_API"] + "/hello", stored["access_token"])
    if status == 401 and STYLE == "anew":
        stored = sign_in()
        status, _ = ask(os.environ["TOOL_API"] + "/hello", stored["access_token"])
    if status != 200:
        sys.exit("the API refused")

def logout():
    stored = json.load(open(STORE))
    os.remove(STORE)
    if STYLE == "early":
        ask(os.environ["TOOL_ISSUER"] + "/revoke", client_id="tool", token=stored["refresh_token"])

def broken():
    ask(os.environ["TOOL_ISSUER"] + "/.well-known/openid-configuration")
    sys.exit(7)

STYLE = os.environ["TOOL_STYLE"]
actions = {"version": lambda: print("tool 1.2"), "login": sign_in, "use": use, "logout": logout}
if STYLE == "lost" and sys.argv[1] == "login":
    sys.exit(0)
(broken if STYLE == "broken" and sys.argv[1] == "login" else actions[sys.argv[1]])()
"""
"""A client that signs in by device, and refreshes early, late or never, as its style says."""

ADAPTER = """
[clients.tool]
command = ["{python}", "{script}"]
version = "version"
env = {{ TOOL_ISSUER = "{{issuer}}", TOOL_API = "{{api}}", TOOL_STYLE = "{style}" }}
run = {{ login = "login", use = "use", logout = "logout" }}
{more}
"""

Learn = Callable[..., Profile]


@pytest.fixture
def learned(tmp_path: Path) -> Learn:
    """Learn the tool in one of its styles; `more` is what else its adapter says."""

    def learned(style: str, more: str = "") -> Profile:
        (tmp_path / "tool.py").write_text(TOOL)
        text = ADAPTER.format(python=sys.executable, script=tmp_path / "tool.py", style=style, more=more)
        (tmp_path / "auth-provider.toml").write_text(text)
        adapter = load_adapter("tool", tmp_path)
        return learn(adapter, ClientFactory(tmp_path / "factory"), tmp_path / "learning")

    return learned


def values(profile: Profile) -> dict[str, str]:
    """The values of all observations that were learned."""
    return {name: str(seen) for name, seen in profile.observations.items() if seen.learned}


def test_a_client_that_refreshes_before_the_expiry_and_revokes(learned: Learn) -> None:
    """Every fact is that of the program above; so is the version, and quiet commands were timed."""
    profile = learned("early")
    assert (profile.client, profile.version, profile.problem) == ("tool", "1.2", "")
    assert values(profile) == {
        "sign_in": "device",
        "registers": "no",
        "discovers": "never",
        "store": "access token, refresh token",
        "use": "calls",
        "logout": "revokes",
        "signed_out_use": "fails",
        "clock": "python",
        "expired": "refreshes",
        "rejected": "nothing",
        "refused": "asks",
        "zero_lifetime": "expired",
    }
    assert set(profile.seconds) == {"login", "use", "logout"}
    assert profile["expired"].seen == "with an expired token its `use` asked for token[refresh_token] (200), api (200)"


@pytest.mark.parametrize(
    ("style", "facts"),
    [
        (
            "late",
            {"expired": "after 401", "rejected": "refreshes", "refused": "asks", "zero_lifetime": "never expires"},
        ),
        ("anew", {"expired": "signs in", "rejected": "signs in", "zero_lifetime": "never expires"}),
        ("never", {"expired": "nothing", "rejected": "nothing", "zero_lifetime": "never expires"}),
    ],
)
def test_what_it_does_about_a_token_whose_time_is_over(learned: Learn, style: str, facts: dict[str, str]) -> None:
    """A refresh after a 401, another sign-in, and neither: three clients, told apart."""
    profile = learned(style, "time = 'tokens'" if style == "late" else "")
    asked = ("expired", "rejected", "refused", "zero_lifetime")
    assert {name: value for name, value in values(profile).items() if name in asked} == facts
    assert values(profile)["logout"] == "local"


def test_an_experiment_that_fails_harms_no_other(learned: Learn) -> None:
    """A client that stores nothing cannot use; what its login does is learned all the same."""
    profile = learned("forgetful")
    assert profile["sign_in"].values == ("device",)
    assert profile["store"].values == ("nothing",)
    assert profile["use"].seen.startswith("not learned: the first `use` after the login failed: ")
    assert profile["refused"].seen == "not learned: it was not seen to refresh"


def test_a_policy_that_is_declared_and_was_not_seen_is_told(learned: Learn) -> None:
    """In a sentence, with what was seen."""
    (told,) = learned("never", "policies = { logout = 'revokes' }").contradictions
    assert told.startswith("tool declares logout = 'revokes' and was seen otherwise: its `logout` asked the provider")


@pytest.mark.parametrize(
    ("style", "problem"),
    [
        ("lost", "did not sign in: the login never reached the provider"),
        ("broken", "did not sign in: expected exit code 0, got 7 - twice"),
    ],
)
def test_a_client_that_cannot_sign_in_has_a_problem_and_nothing_else(learned: Learn, style: str, problem: str) -> None:
    """The problem tells what the login did."""
    profile = learned(style)
    assert problem in profile.problem
    assert (" login\nexit code" in profile.problem, profile.observations) == (True, {})
