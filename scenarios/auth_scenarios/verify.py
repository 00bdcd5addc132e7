"""The verbs scenarios assert with. Each raises `ContractBroken`, an `AssertionError` with what was expected and met.

    must                                    anything else, in words of your own
    must_succeed, must_fail, must_end, ...  how an action ended
    must_say, must_not_say, must_tell, must_explain   what it printed
    must_request, must_not_request, ...     what it asked the provider
    exposed                                 what put the client to the test: without it, or a fault, nothing is kept

What is stored has verbs of its own in `auth_scenarios.stored`, the end of a session in `auth_scenarios.sessions`.

A failed assertion accuses the client, and nothing else does. Where the adapter does not tell how the client says
something, and it says nothing that usually means it, `CannotTell` is raised: that is not a verdict.

One cause, one accusation. A crash is told by `hygiene/no-traceback` and a command that does not end by
`hygiene/bounded-time`, whatever the scenario is about. So the verbs do not accuse of either again: what a crash leaves
open of a contract is left open, and the contract goes on with what can be judged all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.vocabulary import RESOURCES as RESOURCES  # one call to any of them is "the API call" of a `use`
from pytest_auth_provider import Client, Outcome
from pytest_auth_provider.adapters.phrases import DEFAULT_PHRASES
from pytest_auth_provider.errors import Explained
from pytest_auth_provider.exposure import NotExposed
from pytest_auth_provider.outcome.outcome import exit_name
from pytest_auth_provider.scenario import NotApplicable
from pytest_auth_provider.verdict import ContractBroken as ContractBroken  # for contracts that raise it themselves

if TYPE_CHECKING:
    from fakeprovider import Exchange, Provider

AUTH_ENDPOINTS = ("discovery", "jwks", "token", "authorization", "device_authorization", "revocation", "introspection")
"""What a client asks in order to have a good token, as opposed to using it."""

REASONS = ("sign_in_again", "not_signed_in", "rejected", "denied", "expired", "try_again", "unverified")
"""The sayings that tell why a command failed."""

REFRESH_TRIES = 5
"""How often one command may present a refresh token at most while no answer comes of which it could make anything.

A lost answer, a reset, a page of a gateway and a 503 look alike to a client, so they have the same bound. It is that of
the most patient among the usual libraries, which try a request five times in all (botocore's default; urllib3 and most
others three or four times, golang.org/x/oauth2 once). A client beyond that repeats without end, or has two layers that
multiply each other's tries: that is how refresh storms begin.
"""


class CannotTell(Explained):
    """No verdict can be given, as where the adapter does not say how the client expresses something."""


def must(condition: object, expected: str, actual: str) -> None:
    """Require that `condition` is true; `expected` and `actual` say in words what it asks for and what is the case."""
    if not condition:
        raise ContractBroken(expected, actual)


def applies_only(condition: bool, otherwise: str) -> None:
    """Skip the contract (or this variant) as not applicable unless `condition`; `otherwise` says why in words."""
    if not condition:
        raise NotApplicable(otherwise)


def applies_to_people(client: Client) -> None:
    """Skip a contract about what a person sees at a terminal, and scripts by the exit code, for a client without any.

    What speaks to programs answers in messages, and it is the program's business what becomes of them.
    """
    applies_only(client.adapter.kind != "stdio", f"{client.name} speaks to programs, in messages")


def sign_in_by_device(client: Client, *, pending: int = 0) -> Outcome:
    """Try to sign in, for contracts about the device flow (RFC 8628), and return the outcome.

    The person decides at once, or after so many `pending` polls: whoever judges what a client shows has to let it show
    something first, which some do after their first poll. The contract does not apply to a client that signs in through
    the browser.
    """
    if pending:
        client.provider.user.script(*["pending"] * pending, "approve")
    outcome = client.attempt_login()
    begun = bool(requests(outcome, "device_authorization")) or not requests(outcome, "authorization")
    applies_only(begun, f"{client.name} signs in through the browser, not by the device flow")
    return outcome


def run_the_rest(client: Client) -> list[str]:
    """Run what a signed-in client can do besides, signing out last; return the names of these actions."""
    actions = [action for action in ("use", "status", "doctor", "logout") if client.can(action)]
    for action in actions:
        client.run(action)
    return actions


def applies_where_told(provider: Provider, client: Client, code: str) -> None:
    """Skip a contract about the error `code` (RFC 6749 5.2, RFC 8628 3.5) where real providers never send that code.

    Dialects of some provider families have another code for it, or none.
    """
    said = provider.dialect.code_of(code)
    family = provider.dialect.name
    applies_only(said == code, f"{client.name} is never told {code!r}: a provider of the family {family} says {said!r}")


def applies_where_changed(provider: Provider, client: Client, changed: object, member: str) -> None:
    """Skip a contract about a `member` that no answer of this provider's family has: `changed` says that it has it."""
    family = provider.dialect.name
    applies_only(bool(changed), f"{client.name} is told no {member!r} by a provider of the family {family}")


def exposed(client: Client, condition: object, fact: str, otherwise: str) -> None:
    """Require proof that the client was in a position to break the contract, and note it.

    `fact` says what put it to the test, as in "killed as it renamed its store". Raises `NotExposed` with `otherwise`
    unless `condition`: then nothing was tested, and the contract is unchecked.
    """
    if not condition:
        raise NotExposed(otherwise)
    client.exposure.add(fact)


def must_succeed(outcome: Outcome) -> None:
    """Require that the action ended by itself with a declared exit code.

    A crash breaks the promise as well, unless the exit code says that all went well.
    """
    _must_have_ended(outcome)
    if outcome.exit_code not in outcome.expected:
        raise ContractBroken(f"`{outcome.action}` succeeds ({_codes(outcome)})", _ending(outcome))


def must_fail(outcome: Outcome) -> None:
    """Require that the action ended by itself, and not with exit code 0; a crash is a failure, too."""
    _must_have_ended(outcome)
    if outcome.exit_code == 0:
        raise ContractBroken(f"`{outcome.action}` fails with an exit code other than 0", _ending(outcome))


def must_end(outcome: Outcome) -> None:
    """Require that the action ended by itself, in time; how is another matter."""
    if outcome.timed_out:
        raise ContractBroken(f"`{outcome.action}` ends by itself", _ending(outcome))


def must_not_crash(outcome: Outcome) -> None:
    """Require that the action ended by itself: without a traceback, a panic or a signal.

    A crash accuses of `hygiene/no-traceback`, under every contract; the contract that asks is left open by it.
    """
    _must_have_ended(outcome)
    _left_open_by_crash(outcome, "ends in order")


def must_explain(outcome: Outcome) -> None:
    """Require that the action failed and told the person why, in a sentence; a crash leaves this open.

    A sentence of the provider that it passes on is one. A dumped answer, the name of an exception, a code, a key or an
    id is none; but what the adapter declares to mean something does, as with programs that speak to programs.
    """
    must_fail(outcome)
    told = outcome.explains() or _says_as_declared(outcome)
    if not _left_open_by_crash(outcome, "says why it failed") and not told:
        raise ContractBroken(f"`{outcome.action}` says in a sentence for a person why it failed", _printed(outcome))


def _says_as_declared(outcome: Outcome) -> bool:
    """Return whether the output says why the action failed in words that the adapter gives for it."""
    declared = [name for name in REASONS if outcome.phrases[name] is not DEFAULT_PHRASES[name]]
    return any(outcome.phrases[name].said_in(outcome.stdout, outcome.stderr) for name in declared)


def must_work_or_ask_to_sign_in(outcome: Outcome) -> None:
    """Require that the action succeeded, or failed and told the person to sign in again.

    To try again is good advice as well where the provider has given it, by calling a replay benign.
    """
    _must_have_ended(outcome)
    if outcome.exit_code not in outcome.expected:
        must_explain(outcome)
        if not (_told_to_try_again(outcome) and outcome.says("try_again")):
            must_say(outcome, "sign_in_again")


def must_recover(client: Client) -> Outcome:
    """Require that the next `use` succeeds, or tells the person to sign in again, and return its outcome.

    A provider that calls a replay benign tells the client to try again. It does so for a while, after which the client
    has to say what everybody else says at once. The contract does not apply to a client that never tells anybody to
    sign in: session/expired-is-explained accuses it of that, and one defect is one accusation.
    """
    outcome = client.use()
    _must_work_or_ask_as_ever(client, outcome)
    if _told_to_try_again(outcome):
        client.provider.clock.advance(client.provider.reuse_grace + 1)
        _must_work_or_ask_as_ever(client, client.use())
    return outcome


def _must_work_or_ask_as_ever(client: Client, outcome: Outcome) -> None:
    try:
        must_work_or_ask_to_sign_in(outcome)
    except ContractBroken:
        if outcome.explains():
            asks = _asks_when_a_session_was_ended(client)
            applies_only(asks, f"{client.name} never asks to sign in again: see session/expired-is-explained")
        raise


def _asks_when_a_session_was_ended(client: Client) -> bool:
    """Return whether a client asks to sign in after the plainest end of a session; true where it cannot sign in now."""
    if not client.attempt_login().ok:
        return True
    client.provider.end_sessions("an administrator ended it")
    told = client.use()
    return told.ok or told.says("sign_in_again")


def _told_to_try_again(outcome: Outcome) -> bool:
    """Return whether the last refresh was answered as a benign replay (409, review of spec-kitty, D3)."""
    refreshes = requests(outcome, "token", grant="refresh_token")
    return not outcome.ok and bool(refreshes) and refreshes[-1].status == 409


def must_end_as_declared(outcome: Outcome) -> None:
    """Require that the action ended with an exit code the adapter declares for it; a crash leaves this open."""
    _must_have_ended(outcome)
    if not _left_open_by_crash(outcome, f"ends with {_codes(outcome)}") and outcome.exit_code not in outcome.expected:
        raise ContractBroken(f"`{outcome.action}` ends with {_codes(outcome)}", _ending(outcome))


def must_say(outcome: Outcome, saying: str) -> None:
    """Require that the output says this in words of its own, as in `sign_in_again`; a crash instead leaves it open.

    Raises `CannotTell` where the words are in an answer that it repeats, which need not mean that it knows; and where
    they are nowhere and the adapter does not declare how the client says it: then only the usual ones were looked for.
    Raises it as well for a command that was killed for its time.
    """
    _must_have_ended(outcome)
    if outcome.says(saying) or _left_open_by_crash(outcome, f"says {saying!r}"):
        return
    if outcome.repeats(saying):
        raise CannotTell(
            f"`{outcome.action}` printed words for {saying!r} only as it repeated what the provider had answered, "
            f"which is not its own statement. If it says so itself, give its own words to the adapter, as in [says] "
            f"{saying} = '...'.",
            outcome.describe(),
        )
    if outcome.phrases[saying] is DEFAULT_PHRASES.get(saying):
        raise CannotTell(
            f"`{outcome.action}` printed nothing that usually means {saying!r}. If it means that, give its words to "
            f"the adapter, as in [says] {saying} = '...'; if it does not, the contract is broken.",
            outcome.describe(),
        )
    raise ContractBroken(f"`{outcome.action}` says {saying!r}, as the adapter declares it", _printed(outcome))


def must_tell(outcome: Outcome, saying: str) -> None:
    """Require that the person learns this, in words of the client or in a message of the provider that it passes on.

    For what the provider knows best, as `denied`; where the client has to understand it, `must_say` asks for its own
    words. Otherwise like `must_say`.
    """
    if not outcome.passes_on(saying):
        must_say(outcome, saying)


def must_not_say(outcome: Outcome, *sayings: str) -> None:
    """Require that the output says none of these in words of its own, as in `revoked`."""
    for saying in sayings:
        if outcome.says(saying):
            raise ContractBroken(f"`{outcome.action}` does not say {saying!r}", _printed(outcome))


def must_request(outcome: Outcome, *endpoints: str, grant: str = "", times: int = 1) -> tuple[Exchange, ...]:
    """Require exactly `times` requests of the action to these endpoints (of this grant), and return them."""
    made = requests(outcome, *endpoints, grant=grant)
    if len(made) != times:
        raise ContractBroken(f"exactly {times} request(s) to {_aim(endpoints, grant)}", _received(outcome, made))
    return made


def must_not_request(outcome: Outcome, *endpoints: str, grant: str = "") -> None:
    """Require that the action made no request to these endpoints (of this grant)."""
    must_request(outcome, *endpoints, grant=grant, times=0)


def must_request_at_most(outcome: Outcome, *endpoints: str, grant: str = "", times: int = 1) -> tuple[Exchange, ...]:
    """Require no more than `times` requests of the action to these endpoints (of this grant), and return them."""
    made = requests(outcome, *endpoints, grant=grant)
    if len(made) > times:
        raise ContractBroken(f"at most {times} request(s) to {_aim(endpoints, grant)}", _received(outcome, made))
    return made


def requests(outcome: Outcome, *endpoints: str, grant: str = "") -> tuple[Exchange, ...]:
    """Return the requests the action made to these endpoints (of this grant), in order."""
    return tuple(e for e in outcome.exchanges if e.endpoint in endpoints and grant in ("", e.grant))


def is_granted(exchange: Exchange) -> bool:
    """Return whether tokens came of a request to the token endpoint. Some families of providers refuse with a 200."""
    return exchange.status == 200 and not exchange.note


def _must_have_ended(outcome: Outcome) -> None:
    """Raise `CannotTell` where the command was killed for its time: that says nothing about any other contract."""
    if outcome.timed_out:
        raise CannotTell(
            f"`{outcome.action}` did not end within {outcome.seconds:.0f} s and was killed, so this contract cannot be "
            "judged. If the client is only slow, raise the adapter's `timeout`; whether it ends at all is judged by "
            "hygiene/bounded-time.",
            outcome.describe(),
        )


def _left_open_by_crash(outcome: Outcome, promise: str) -> bool:
    """Return whether the action crashed; then note that it cannot be told whether it keeps this promise otherwise."""
    if outcome.crash is None:
        return False
    outcome.exposure.leave_open(
        f"`{outcome.action}` crashed ({outcome.crash}), which hygiene/no-traceback tells; so it is open whether it "
        f"{promise}."
    )
    return True


def _codes(outcome: Outcome) -> str:
    return "exit code " + " or ".join(map(str, sorted(outcome.expected)))


def _ending(outcome: Outcome) -> str:
    if outcome.timed_out:
        return f"it did not end within {outcome.seconds:.0f} s and was killed with its children"
    crash = f", {outcome.crash}" if outcome.crash else ""
    return f"{exit_name(outcome.exit_code)}{crash}; {_printed(outcome)}"


def _printed(outcome: Outcome) -> str:
    text = " / ".join(line.strip() for line in outcome.output.splitlines() if line.strip())
    return f"it printed {text[:400]!r}" if text else "it printed nothing"


def _aim(endpoints: tuple[str, ...], grant: str) -> str:
    return " or ".join(endpoints) + (f"[{grant}]" if grant else "")


def _received(outcome: Outcome, made: tuple[Exchange, ...]) -> str:
    lines = "".join(f"\n  {exchange.line}" for exchange in outcome.exchanges) or " nothing"
    return f"{len(made)} such request(s); during `{outcome.action}` the provider received:{lines}"
