"""What real tools were once accused of, told by small clients that do the same before the real contracts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from auth_scenarios.cache import test_cached_token as cached_token
from auth_scenarios.hygiene import test_silence as silence
from auth_scenarios.storage import test_credential_file as credential_file
from auth_scenarios.storage import test_damaged_store as damaged_store
from auth_scenarios.storage.disk_troubles import Trouble
from auth_scenarios.verify import CannotTell, ContractBroken, must_recover
from fakeprovider import Provider
from pytest_auth_provider.adapters.messages import Message, StdioPlan
from pytest_auth_provider.adapters.phrases import Phrase
from pytest_auth_provider.clients import Client, ClientGroup, Outcome, Step
from pytest_auth_provider.clients.factory import ClientFactory
from pytest_auth_provider.scenario import NotApplicable
from tests.presets.small_clients import FETCHING, Make

TWICE = """
held, until = open("token").read().split()
token = held if float(until) - time.time() > 5 else fetch()
for resource in ("/users/me", "/projects"):
    ask(api + resource, token)
"""
"""Asks the API for two things in one command, with a token that has some life left."""

CURT = """
def silently(url, token):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, None, {"Authorization": "Bearer " + token})):
            pass
    except urllib.error.HTTPError as error:
        sys.exit(f"The API refused the request with the status {error.code}.")
"""
"""Says what happened, and not what to do."""

HIDING = FETCHING.replace('answer["access_token"] +', 'answer["access_token"][::-1] +')
"""Stores its token so that nobody who looks for it finds it."""

CONFIGURED = """
if sys.argv[1] == "login":
    with open("settings", "w") as file:
        file.write("colours = on")
if open("settings").read() != "colours = on":
    raise ValueError("these are not my settings")
"""
"""Has written a file of its own that holds no token, and goes to pieces where that is not what it was."""

TRUSTING = """
held = open("token", errors="replace").read().split()
ask(api + "/users/me", held[0] if held else "")
if not held:
    sys.exit("nobody is signed in: sign in again")
"""
"""Does not look at what it has stored: it shows the API whatever is there, or asks without."""

LIVING = """
held = ""
for line in sys.stdin:
    message = json.loads(line)
    if message["method"] == "login":
        held = fetch()
    else:
        held = held or open("token").read().split()[0]
        ask(api + "/users/me", held)
    print(json.dumps({"id": message["id"], "result": {}}), flush=True)
"""
"""Lives on between two actions, and looks at its store where it does not know its token yet."""


class Paced(Client):
    """A client whose commands come so many seconds after one another, as the contract sees it; nobody waits."""

    pace = 0.0
    ran = 0

    @classmethod
    def of(cls, client: Client, pace: float) -> Paced:
        """This client, at a pace in seconds."""
        paced = cls(client.adapter, client.sandbox, client.provider)
        paced.pace = pace
        return paced

    def run(self, action: str, *extra: str, env: Mapping[str, str] | None = None) -> Outcome:
        """Run it, and say that it was at its turn."""
        outcome = super().run(action, *extra, env=env)
        self.ran += 1
        at = self.ran * self.pace
        return replace(outcome, exchanges=tuple(seen._replace(monotonic=at) for seen in outcome.exchanges))


def test_a_variant_of_a_message_that_is_never_given_is_not_missed(provider: Provider, make: Make) -> None:
    """Osa never tells anybody to sign in: it was accused of that by each contract in which a session ends."""
    made = make(CURT + FETCHING + TRUSTING.replace("ask(api", "silently(api"), login=ASKING, use=ASKING)
    declared = replace(made.adapter, says={"sign_in_again": Phrase(any=(re.compile("sign in again"),))})
    client = Client(declared, made.sandbox, provider)
    client.login()
    provider.end_sessions("an administrator ended it")
    with pytest.raises(NotApplicable, match="see session/expired-is-explained"):
        must_recover(client)


ASKING = ("{token}", "{api}")


def test_one_command_may_ask_the_api_for_several_things(make: Make) -> None:
    """Neonctl does: a warm cache means that nobody but the API is asked, however often."""
    cached_token.test_warm_cache_makes_no_auth_requests(make(FETCHING + TWICE, login=ASKING, use_cached=ASKING))


def test_every_request_of_a_command_may_carry_the_new_token(provider: Provider, make: Make) -> None:
    """Neonctl renews a token that is about to expire, and uses the new one for all that its command asks."""
    client = make(FETCHING + TWICE, login=ASKING, use_cached=ASKING)
    cached_token.test_near_expiry_is_not_served(provider, client)
    assert len(provider.journal.where(endpoint="api")) >= 4


def test_a_token_about_to_expire_is_noticed_in_any_request(provider: Provider, make: Make) -> None:
    """The same client without its grace period is still accused."""
    script = FETCHING + TWICE.replace("> 5", "> 0")
    client = make(script, {"cache_grace": "5"}, login=ASKING, use_cached=ASKING)
    with pytest.raises(AssertionError, match="Actual:   the cached one"):
        cached_token.test_near_expiry_is_not_served(provider, client)


@pytest.mark.parametrize("grace", ["0", "1"])
def test_who_has_no_grace_period_need_not_keep_one(provider: Provider, make: Make, grace: str) -> None:
    """A client that says that it uses a token to its end was accused of doing so; after its end it has to stop."""
    script = FETCHING + TWICE.replace("> 5", "> 0")
    client = make(script, {"cache_grace": grace}, login=ASKING, use_cached=ASKING)
    cached_token.test_near_expiry_is_not_served(provider, client)
    assert any(fact.startswith("a cached token had expired") for fact in client.exposure.facts)


def test_a_grace_period_is_as_long_as_it_is_declared(provider: Provider, make: Make) -> None:
    """Three seconds before the end are enough for a client that says so: five are nobody's law."""
    script = FETCHING + TWICE.replace("> 5", "> 3")
    client = make(script, {"cache_grace": "3"}, login=ASKING, use_cached=ASKING)
    cached_token.test_near_expiry_is_not_served(provider, Paced.of(client, 0.0))


def test_before_its_grace_period_a_slow_client_may_use_what_it_has(provider: Provider, make: Make) -> None:
    """Spec-kitty takes seconds for a command: the token that is made for that is not about to expire when it looks."""
    script = FETCHING + TWICE.replace("> 5", "> 2")
    client = make(script, {"cache_grace": "2"}, login=ASKING, use_cached=ASKING)
    with pytest.raises(CannotTell, match="perhaps before its grace period began"):
        cached_token.test_near_expiry_is_not_served(provider, Paced.of(client, 60.0))


@pytest.mark.parametrize("damage", ["truncated", "empty", "foreign"])
def test_what_no_longer_is_a_token_may_go_to_the_api(provider: Provider, make: Make, damage: str) -> None:
    """Gh cannot know what its token looks like: it shows the API what is there, and says that this was refused."""
    client = make(FETCHING + TRUSTING, login=ASKING, use=ASKING)
    damaged_store.test_corrupt_file(provider, client, damage)


@pytest.mark.parametrize("damage", ["truncated", "empty", "foreign"])
def test_only_the_store_itself_is_damaged(provider: Provider, make: Make, damage: str) -> None:
    """What a client has written besides its tokens is no store, and that it needs it is no defect."""
    client = make(CONFIGURED + FETCHING + TRUSTING, login=ASKING, use=ASKING)
    damaged_store.test_corrupt_file(provider, client, damage)


def test_who_lives_on_need_not_look_at_its_store_again(provider: Provider, make: Make) -> None:
    """Codex's app-server knows its session: that it works while its store is damaged is no failure to notice."""
    run = {action: (Step(send=(Message(action),)),) for action in ("login", "use")}
    client = make(FETCHING + LIVING)
    adapter = replace(client.adapter, kind="stdio", run=run, stdio=StdioPlan(args=("lives", *ASKING)))
    living = Client(adapter, client.sandbox, provider)
    damaged_store.test_corrupt_file(provider, living, "truncated")
    living.restart()


def test_who_stores_nothing_that_can_be_found_is_not_judged_by_it(provider: Provider, make: Make) -> None:
    """Tokens in a keyring, or where nobody finds them: there is no file to damage, and another one is not taken."""
    client = make(CONFIGURED + HIDING, login=ASKING, use=ASKING)
    with pytest.raises(CannotTell, match="no file holds an issued token"):
        damaged_store.test_corrupt_file(provider, client, "truncated")


def test_half_of_what_nobody_can_read_is_not_told_from_the_whole(make: Make) -> None:
    """Spec-kitty encrypts its store: whether it holds the old session, the new one or half of one does not show."""
    refreshing = "try:\n    fetch()\nexcept OSError:\n    sys.exit('the token cannot be stored: sign in again')\n"
    client = make(HIDING + refreshing, login=ASKING, use=ASKING)
    encrypted = Client(replace(client.adapter, credentials=("{cwd}/token",)), client.sandbox, client.provider)
    credential_file.test_atomic_write(encrypted, Trouble(lambda tool, action: tool.disk.read_only(action), ""))
    assert any("its bytes are the same as before" in fact for fact in encrypted.exposure.facts)


def test_who_never_refreshes_asks_nobody_who_could_be_silent(make: Make, tmp_path: Path) -> None:
    """Gh has nothing to refresh: it cannot be accused of waiting for an answer to that."""
    client = make(FETCHING + TRUSTING, {"refresh": "never"}, login=ASKING, use=ASKING)
    with ClientGroup(client.adapter, ClientFactory(tmp_path), tmp_path) as group:
        asked = {case.session for case in silence.CASES if case.applies_to(group)}
    assert asked == {"signed in", "signed out"}


def test_patience_is_no_hang(make: Make, tmp_path: Path) -> None:
    """A client that waits longer for the API than we let a command run elsewhere ends all the same, by itself."""
    waiting = "import socket\nsocket.setdefaulttimeout(4)\n"
    client = make(waiting + FETCHING + TRUSTING, {"refresh": "never"}, login=ASKING, use=ASKING)
    slow = replace(client.adapter, timeout=2)
    with ClientGroup(slow, ClientFactory(tmp_path / "factory"), tmp_path / "clients") as group:
        silence.test_bounded_time(group)
    assert [fact.rpartition(" ended after ")[0] for fact in group.exposure.facts] == [
        "`use` while the API was silent:",
        "`login` while the whole provider was silent:",
    ]
    group.exposure.require()


def test_whose_silence_it_was_is_told(make: Make, tmp_path: Path) -> None:
    """A client without a time limit of its own, which declares one: where it waits for ever is said."""
    declared = {"refresh": "never", "ends_within": "2"}
    client = make(FETCHING + TRUSTING, declared, login=ASKING, use=ASKING)
    factory = ClientFactory(tmp_path / "factory")
    with ClientGroup(client.adapter, factory, tmp_path / "clients") as group, pytest.raises(ContractBroken) as broken:
        silence.test_bounded_time(group)
    assert broken.value.expected == "every command ends within 2 s"
    assert "`use` while the API was silent: did not end within 2 s" in broken.value.actual
    assert broken.value.confirmed
