"""What real tools were once accused of and had not done: it stays forgiven."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from auth_scenarios.verify import applies_where_told, must_end, must_not_crash, must_work_or_ask_to_sign_in
from fakeprovider import Provider
from pytest_auth_provider import catalogue
from pytest_auth_provider.adapters.vocabulary import ACTIONS
from pytest_auth_provider.clients import Adapter, Client, Outcome, Sandbox
from pytest_auth_provider.exposure import LeftOpen
from pytest_auth_provider.scenario import NotApplicable, why_not
from tests.presets.conftest import preset


@pytest.mark.parametrize("name", ["osa", "codex"])
def test_a_benign_409_is_not_for_clients_that_never_meet_one(name: str) -> None:
    """Only one family of providers answers it; everybody else may take it for an error like any other."""
    contract = catalogue.find("refresh/replay-409-same-token-on-disk")
    assert "declares no policy 'replay'" in why_not(contract, preset(name))
    assert why_not(contract, preset("spec-kitty")) == ""


def test_a_crash_in_time_is_no_hang() -> None:
    """Osa ends with a traceback when the API is silent for 30 seconds: that is another contract's business."""
    outcome = Outcome(
        "use", ("osa",), exit_code=1, stderr="Traceback (most recent call last)", crash="Python traceback"
    )
    must_end(outcome)
    must_not_crash(outcome)
    with pytest.raises(LeftOpen, match="which hygiene/no-traceback tells"):
        outcome.exposure.require()


@pytest.mark.parametrize("code", ["slow_down", "access_denied"])
def test_nobody_has_to_heed_what_they_are_not_told(code: str, tmp_path: Path) -> None:
    """Codex polls an endpoint that has no word for it, so it cannot slow down, nor tell a denial from an error."""
    with Provider("chatgpt") as chatgpt, Provider("rfc") as rfc, Sandbox(tmp_path / "sandbox") as sandbox:
        with pytest.raises(NotApplicable, match=f"codex is never told '{code}'"):
            applies_where_told(chatgpt, Client(preset("codex"), sandbox, chatgpt), code)
        applies_where_told(rfc, Client(preset("reference"), sandbox, rfc), code)


def test_who_is_told_to_try_again_may_say_so() -> None:
    """Spec-kitty, killed in the middle of a refresh, meets a benign 409: it is right not to ask for a sign-in yet."""
    adapter = preset("spec-kitty")
    with Provider("spec_kitty") as provider:
        spent = provider.issue("cli_native", scope="offline_access").refresh_token
        form = {"grant_type": "refresh_token", "client_id": "cli_native", "refresh_token": spent}
        accepted, replayed = (httpx.post(provider.url("token"), data=form).status_code for _ in range(2))
        seen = tuple(provider.journal)
    assert (accepted, replayed) == (200, 409)
    printed = "Refresh token replay detected. Run `spec-kitty auth login` if this persists."
    told = Outcome("use", ("spec-kitty",), 1, printed, exchanges=seen, phrases=adapter.phrases)
    must_work_or_ask_to_sign_in(told)
    with pytest.raises(AssertionError, match="says 'sign_in_again'"):
        must_work_or_ask_to_sign_in(replace(told, exchanges=seen[:1]))


@pytest.mark.parametrize("name", ["rclone", "neonctl"])
def test_no_time_at_all_is_not_said_as_a_token_without_an_end(name: str, tmp_path: Path) -> None:
    """What rclone is built on takes `expires_in: 0` for a token that never expires, and would never refresh it."""
    with Provider() as provider, Sandbox(tmp_path / "sandbox") as sandbox:
        client = Client(unmovable(name), sandbox, provider)
        with client.clock.let_tokens_expire():
            assert provider.issue().members["expires_in"] == 1
        assert provider.access_token_lifetime == 3600


def test_a_rejected_token_is_the_apis_word() -> None:
    """Codecarbon shows what the API answered; that it does not tell to sign in again is no fault of it."""
    printed = "API request failed. (error: 401 Client Error: Unauthorized for url: http://127.0.0.1:1/organizations)"
    outcome = Outcome("use", ("codecarbon",), exit_code=1, stdout=printed, phrases=preset("codecarbon").phrases)
    assert outcome.says("rejected")
    assert not outcome.says("sign_in_again")


FOR_WHO_NEVER_REFRESHES = ["refresh/second-client-does-not-refresh"]
ABOUT_REFRESHING = [contract for contract in catalogue.ids() if contract.startswith("refresh/")]
ABOUT_REFRESHING = [contract for contract in ABOUT_REFRESHING if contract not in FOR_WHO_NEVER_REFRESHES]
ABOUT_REFRESHING += ["cache/near-expiry-is-not-served", "storage/atomic-write"]


@pytest.mark.parametrize("contract", ABOUT_REFRESHING)
def test_who_never_refreshes_need_not_refresh_well(contract: str) -> None:
    """The tokens of gh do not expire: it was accused of serving them shortly before they would have.

    That it has no `status`, or knows no benign 409, is not what spares it: a client with all of it is spared as well.
    """
    scenario, gh = catalogue.find(contract), preset("gh")
    assert why_not(scenario, gh)
    able = replace(gh, run=dict.fromkeys(ACTIONS, ()), policies={**gh.policies, "replay": "benign_409"})
    assert "declares refresh = 'never'" in why_not(scenario, able)
    assert why_not(scenario, preset("reference")) == ""


@pytest.mark.parametrize("contract", ["cache/near-expiry-is-not-served", "cache/warm-cache-makes-no-auth-requests"])
@pytest.mark.parametrize("name", ["osa", "codecarbon"])
def test_who_has_no_cache_need_not_keep_a_warm_one(name: str, contract: str) -> None:
    """Osa refreshes before every request and codecarbon looks for keys before every one, as they were built to."""
    assert f"{name} has no `use_cached`" in why_not(catalogue.find(contract), preset(name))
    assert why_not(catalogue.find(contract), preset("reference")) == ""


@pytest.mark.parametrize("name", ["aws", "neonctl"])
def test_nobody_has_time_left_to_fall_back_on(name: str, tmp_path: Path) -> None:
    """Aws, when a refresh failed, used what was left of a token that had been issued for a second, and rightly so.

    Whether it was in time depended on how busy the machine was.
    """
    with Provider() as provider, Sandbox(tmp_path / "sandbox") as sandbox:
        with Client(unmovable(name), sandbox, provider).clock.let_tokens_expire():
            issued = provider.issue()
            told = issued.expires_at
        assert time.time() >= told
        headers = {"Authorization": f"Bearer {issued.access_token}"}
        assert httpx.get(provider.url("userinfo"), headers=headers).status_code == 401


def unmovable(name: str) -> Adapter:
    """A preset whose client has a clock that cannot be moved, whether or not its program is there to be tried."""
    return replace(preset(name), time="tokens")
