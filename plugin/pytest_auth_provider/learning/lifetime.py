"""What the client does about tokens whose time is over: expired, rejected, not to be refreshed, or never alive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from pytest_auth_provider.clients.client import Client
from pytest_auth_provider.errors import LoginFailed
from pytest_auth_provider.learning.bench import Bench, NotLearned
from pytest_auth_provider.learning.exchanges import asked, calls, members, refreshes, sign_ins, told
from pytest_auth_provider.outcome.outcome import Outcome, exit_name
from pytest_auth_provider.profile import Observation

if TYPE_CHECKING:
    from fakeprovider import Exchange

LEEWAY: Final = 60.0
"""Seconds for which the provider's resources accept an expired token while the client signs in."""


@contextmanager
def expired_client(bench: Bench) -> Iterator[Client]:
    """Yield a signed-in client whose access token has expired, by its own clock and at the API.

    Its clock is moved where it can be; otherwise the token is a short-lived one, and has died.
    """
    with bench.client() as client:
        client.login(expired=True)
        yield client


def observe_expired(bench: Bench) -> dict[str, Observation]:
    """Let the access token expire, and use it: `expired`, whether it discovers as it refreshes, and its clock."""
    bench.require("use")
    with expired_client(bench) as client:
        found = {"clock": _clock(client)}
        outcome = client.use()
        issued = {secret.kind for secret in client.provider.secrets}
    found["expired"] = _expired(outcome, has_refresh_token="refresh_token" in issued)
    known = bench.known.get("discovers")
    if known is not None and refreshes(outcome.exchanges) and asked(outcome.exchanges, "discovery"):
        values = tuple(value for value in (*known.values, "refresh") if value != "never")
        found["discovers"] = Observation(values, f"{known.seen}, and as it refreshes")
    return found


def _clock(client: Client) -> Observation:
    strategy = client.clock.strategy
    seen = "its clock cannot be moved" if strategy == "tokens" else f"its clock is moved by {strategy}"
    return Observation.of(strategy, seen)


def _expired(outcome: Outcome, *, has_refresh_token: bool) -> Observation:
    if outcome.timed_out or outcome.crash:
        raise NotLearned(f"`use` with an expired token ended so: {outcome.ending()}")
    seen = f"with an expired token its `use` {told(outcome.exchanges)}"
    asked_again = refreshes(outcome.exchanges)
    if asked_again:
        rejected = [one for one in calls(outcome.exchanges) if one.status == 401]
        late = bool(rejected) and rejected[0].number < asked_again[0].number
        return Observation.of("after_401" if late else "refreshes", seen)
    if sign_ins(outcome.exchanges):
        return Observation.of("signs_in", seen)
    without = "" if has_refresh_token else "; it was never given a refresh token"
    return Observation.of("nothing", seen + without)


@contextmanager
def rejected_client(bench: Bench) -> Iterator[Client]:
    """Yield a signed-in client whose access token is good by its own clock, and no longer accepted by the API."""
    with bench.client() as client:
        client.login(expired="api")
        yield client


def observe_rejected(bench: Bench) -> dict[str, Observation]:
    """Let the API reject the access token while the client believes in it: `rejected`."""
    bench.require("use")
    if bench.seen_as("use", "polls"):
        raise NotLearned("its `use` does not call the API")
    if bench.refreshes_at_every_use:
        raise NotLearned("it refreshes at every `use`, so the API never rejects its token")
    with rejected_client(bench) as client:
        outcome = client.use()
    if outcome.timed_out or outcome.crash:
        raise NotLearned(f"`use` with a rejected token ended so: {outcome.ending()}")
    rejected = [one for one in calls(outcome.exchanges) if one.status == 401]
    seen = f"with a token that the API rejects its `use` {told(outcome.exchanges)}"
    if not rejected:
        raise NotLearned(seen)
    later = [one for one in outcome.exchanges if one.number > rejected[0].number]
    value = "refreshes" if refreshes(later) else "signs_in" if sign_ins(later) else "nothing"
    return {"rejected": Observation.of(value, seen)}


def observe_refused(bench: Bench) -> dict[str, Observation]:
    """Refuse every refresh with `invalid_grant` (RFC 6749 5.2): whether it signs in again by itself, or asks to."""
    from fakeprovider.faults import ErrorAnswer  # imported late: plugin code is loaded by every pytest run

    bench.require("use")
    if bench.seen_as("expired", "refreshes", "after_401"):
        stale = expired_client(bench)
    elif bench.seen_as("rejected", "refreshes"):
        stale = rejected_client(bench)
    else:
        raise NotLearned("it was not seen to refresh")
    with stale as client:
        refusing = client.provider.failing(
            ErrorAnswer("invalid_grant"), at="token", grant="refresh_token", optional=True
        )
        with refusing:
            outcome = client.use()
    tried = refreshes(outcome.exchanges)
    seen = f"each refresh refused with invalid_grant, its `use` {told(outcome.exchanges)}"
    if outcome.timed_out or not tried:
        raise NotLearned(f"{seen}; it ended so: {outcome.ending()}")
    return {
        "refused": _refused(outcome, seen, later=[one for one in outcome.exchanges if one.number > tried[0].number])
    }


def _refused(outcome: Outcome, seen: str, later: Sequence[Exchange]) -> Observation:
    """Return what a refusal led to; `later` are the requests behind it."""
    if sign_ins(later):
        return Observation.of("signs_in", seen)
    if outcome.ok:
        return Observation.of("goes_on", f"{seen} and ended well")
    if outcome.says("sign_in_again"):
        return Observation.of("asks", f"{seen} and told the person to sign in again")
    return Observation.of("fails", f"{seen} and ended with {exit_name(outcome.exit_code)}")


def observe_zero_lifetime(bench: Bench) -> dict[str, Observation]:
    """Issue tokens with `expires_in: 0`: whether they count as expired, as never expiring, or are refused."""
    bench.require("use")
    if bench.refreshes_at_every_use:
        raise NotLearned("it refreshes at every `use`, whatever the lifetime")
    with bench.client(access_token_lifetime=0, leeway=LEEWAY) as client:
        try:
            signed_in = client.login()
        except LoginFailed as failed:
            return {"zero_lifetime": Observation.of("fails", f"given expires_in: 0, {failed.summary}")}
        if not any(_lives_for_no_time(members(one)) for one in sign_ins(signed_in.exchanges)):
            raise NotLearned("its provider does not tell the lifetime of a token")
        used = client.use()
    seen = f"given expires_in: 0, its `use` {told(used.exchanges)}"
    if refreshes(signed_in.exchanges + used.exchanges) or sign_ins(used.exchanges):
        return {"zero_lifetime": Observation.of("expired", seen)}
    if calls(used.exchanges):
        return {"zero_lifetime": Observation.of("never_expires", seen)}
    if used.ok:
        raise NotLearned(seen)
    value = "expired" if used.says("sign_in_again") else "fails"
    return {"zero_lifetime": Observation.of(value, f"{seen} and ended with {exit_name(used.exit_code)}")}


def _lives_for_no_time(answer: object) -> bool:
    """Return whether a token response says that its access token lives for 0 seconds."""
    return isinstance(answer, dict) and 0 in (answer.get("expires_in"), answer.get("expiresIn"))
