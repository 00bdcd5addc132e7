"""What was observed of a client, as a value, and what it means for the contracts that apply."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pytest_auth_provider import scenario
from pytest_auth_provider.adapters.loader import load_adapter
from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.profile import Observation, Profile, contradictions
from pytest_auth_provider.scenario import Scenario, why_not


def profile(**observations: str) -> Profile:
    """A profile with one value for each of these observations; the sentence is its name."""
    return Profile("toy", "1", "", {name: Observation.of(value, name) for name, value in observations.items()})


@pytest.fixture
def toy(tmp_path: Path) -> Adapter:
    """A client of which little is declared."""
    (tmp_path / "auth-provider.toml").write_text('[clients.toy]\ncommand = "true"\nrun = { login = "in", use = "use" }')
    return load_adapter("toy", tmp_path)


def contract(policy: dict[str, str] | None = None, seen: dict[str, str] | None = None) -> Scenario:
    """A contract for clients on these sides, that were seen to do this."""
    return Scenario("house/x", "X.", "House rules", "Be polite.", policy=policy or {}, profile=seen or {})


def test_it_survives_json() -> None:
    """All of it comes back, its types included."""
    known = profile(sign_in="device", store="access_token")
    known = replace(known, seconds={"login": 0.5}, contradictions=("it says otherwise",), learned_in=1.5, problem="p")
    assert Profile.from_text(known.as_text()) == known


def test_what_was_not_learned_has_no_values_and_a_reason() -> None:
    """An observation that was never made can be looked up; one that does not exist cannot."""
    assert "device" not in profile()["sign_in"]
    assert not profile()["sign_in"].learned
    assert Observation.not_learned("no port").seen == "not learned: no port"
    with pytest.raises(KeyError, match="no observation 'flow'"):
        profile()["flow"]


def test_the_slowest_quiet_command_counts() -> None:
    """And nothing where none was run."""
    assert replace(profile(), seconds={"login": 0.5, "use": 2.0}).quiet_seconds == 2.0
    assert profile().quiet_seconds == 0


@pytest.mark.parametrize(
    ("asked", "problem"),
    [({"flow": "device"}, "no observation 'flow'"), ({"sign_in": "pigeon"}, "sign_in is never 'pigeon'")],
)
def test_a_contract_asks_for_what_can_be_observed(asked: dict[str, str], problem: str) -> None:
    """Anything else is refused where the contract is written."""
    with pytest.raises(ValueError, match=problem):
        scenario("House rules", "Be polite.", profile=asked)


def test_a_flow_the_client_was_not_seen_in_does_not_apply(toy: Adapter) -> None:
    """The observation is the reason; what was not learned is held against nobody."""
    device = contract(seen={"sign_in": "device"})
    assert why_not(device, toy, profile(sign_in="browser")) == "toy was seen otherwise: sign_in"
    assert why_not(device, toy, profile(sign_in="device")) == ""
    unlearned = Profile("toy", observations={"sign_in": Observation.not_learned("why")})
    assert why_not(device, toy, unlearned) == why_not(device, toy) == ""


@pytest.mark.parametrize(
    ("seen", "applies"),
    [
        ({"expired": "refreshes", "rejected": "nothing"}, True),
        ({"expired": "after_401", "rejected": "refreshes"}, True),
        ({"expired": "nothing", "rejected": "refreshes"}, True),
        ({"expired": "nothing", "rejected": "nothing"}, False),
        ({"expired": "signs_in", "rejected": "nothing"}, False),
        ({"expired": "nothing"}, True),  # half of it does not prove that it never refreshes
        ({}, True),
    ],
)
def test_refreshing_takes_one_sight_and_never_refreshing_two(
    toy: Adapter, seen: dict[str, str], *, applies: bool
) -> None:
    """Where the adapter says nothing, the profile decides, and what is usual where the profile is silent."""
    reason = why_not(contract(policy={"refresh": "refreshes"}), toy, profile(**seen))
    assert reason == ("" if applies else "toy was seen otherwise: expired; rejected")


def test_what_is_declared_is_believed_and_the_contradiction_told(toy: Adapter) -> None:
    """A client that is said to revoke, and was not seen to, is asked for it."""
    declared = replace(toy, policies={"logout": "revokes"})
    revokes, local = contract(policy={"logout": "revokes"}), profile(logout="local")
    assert why_not(revokes, toy, local) == "toy was seen otherwise: logout"
    assert why_not(revokes, declared, local) == ""
    assert why_not(revokes, toy, profile(logout="revokes")) == ""
    assert "declares no policy 'logout'" in why_not(revokes, toy)
    (told,) = contradictions(declared, local)
    assert told.startswith("toy declares logout = 'revokes' and was seen otherwise: logout. It is judged as declared")
    assert list(contradictions(declared, profile(logout="revokes"))) == []
    assert list(contradictions(toy, local)) == []
