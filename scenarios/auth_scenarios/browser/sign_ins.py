"""Sign-ins through the browser, as contracts about them begin, look at and end them."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from auth_scenarios.verify import ContractBroken, exposed, must, must_request_at_most, requests
from pytest_auth_provider import Client, Outcome
from pytest_auth_provider.browser import Visit
from pytest_auth_provider.clients import Running
from pytest_auth_provider.exposure import NotExposed
from pytest_auth_provider.network.listening import addresses_of

BROWSER: Final = {"sign_in": "browser"}
"""The side of the policy on which a client is that signs in through the browser."""
FORGED: Final = "code-of-another-sign-in"
"""The code in callbacks that the provider never made."""
LISTENS_WITHIN: Final = 5.0
"""Seconds that a client has to listen, once it has sent the person to a page."""
PATIENCE: Final = 15.0
"""Seconds after the last thing that a command waited for: it has ended by then, also on a busy machine."""


@dataclass(frozen=True)
class Listening:
    """Where the browser was to come back to, at which addresses the client listened then, and how the sign-in ended."""

    host: str
    port: int
    at: list[str]
    outcome: Outcome


def in_the_browser(client: Client) -> Client:
    """Return the client so that it signs in through the browser, where it can do otherwise."""
    return client.policies.switched("sign_in", "browser") if client.policies.offers("sign_in", "browser") else client


def sign_in(client: Client) -> Outcome:
    """Try to sign in through the browser, and return the outcome."""
    return in_the_browser(client).attempt_login()


def authorization_requests(outcome: Outcome) -> list[Mapping[str, str]]:
    """Return the parameters of the authorization requests that the provider received, in order.

    What was pushed before (RFC 9126) is part of each. Raises `NotExposed` where there was none: nothing had begun.
    """
    pushed = {name: value for e in requests(outcome, "pushed_authorization_request") for name, value in e.form.items()}
    asked: list[Mapping[str, str]] = [
        {**pushed, **dict(parse_qsl(e.path.partition("?")[2], keep_blank_values=True)), **e.form}
        for e in requests(outcome, "authorization")
    ]
    if not asked:
        raise NotExposed("the person was sent to no sign-in page of the provider")
    return asked


def begin(client: Client) -> tuple[Running, Visit]:
    """Start a sign-in, and return it with the visit that it caused. Raises `NotExposed` where it caused none."""
    before = len(client.browser.visits)
    running = in_the_browser(client).start("login")
    try:
        return running, client.browser.wait_for_visit(before + 1, client.adapter.timeout)
    except LookupError as nothing:
        running.kill()
        running.wait()
        raise NotExposed(str(nothing)) from nothing


def end(running: Running, seconds: float = PATIENCE) -> tuple[Outcome, bool]:
    """Return the outcome of a sign-in that has no more to wait for, and whether it ended by itself within `seconds`."""
    until = time.monotonic() + seconds
    while running.running and time.monotonic() < until:
        time.sleep(0.01)
    by_itself = not running.running
    if not by_itself:
        running.kill()
    outcome = running.wait()
    return outcome, by_itself and not outcome.timed_out


def listening_during_sign_in(client: Client) -> Listening:
    """Sign in, and return where the client listened before the browser came back."""
    visited = threading.Event()
    client.browser.late(visited)
    running, visit = begin(client)
    back = urlsplit((visit.request.redirect_uri if visit.request else "") or visit.url)
    port = (back.port or 0) if back.scheme == "http" else 0
    found = addresses_of(port, running.pid, client.sandbox.id, LISTENS_WITHIN) if port else []
    visited.set()
    outcome, _by_itself = end(running, client.adapter.timeout)
    return Listening(back.hostname or "", port, found, outcome)


def must_reject_forged(client: Client, outcome: Outcome) -> None:
    """Require that no code of a forged callback was exchanged, and that the client had such a callback before it.

    It has answered it, or the sign-in ended there: how well it ended is the business of other contracts.
    """
    answers = [page.status for visit in client.browser.visits for page in visit.strays]
    fate = f"was answered with the status {max(answers)}" if any(answers) else "ended the sign-in"
    met = any(answers) or (answers and not outcome.ok)
    told = f"a forged callback came before the true one, and {fate}"
    exposed(client, met, told, "the client answered no forged callback")
    sent = [e.line for e in requests(outcome, "token") if e.form.get("code") == FORGED]
    if sent:
        raise ContractBroken("the code of the forged callback is not exchanged", "\n  ".join(["it was:", *sent]))
    must_request_at_most(outcome, "token", grant="authorization_code")


def answered(visit: Visit) -> int:
    """Return the status with which the client answered the callback; 0 where it did not."""
    return next((status for url, status in visit.hops if url == visit.callback), 0)


def must_be_answered(client: Client, visit: Visit) -> None:
    """Require proof that the callback was answered by the client, and note it."""
    exposed(
        client,
        answered(visit),
        "the browser came back to the client and was answered",
        f"the browser did not come back to the client ({visit.problem or 'no callback'})",
    )


def must_be_signed_in(outcome: Outcome, visit: Visit, although: str) -> None:
    """Require that the sign-in succeeded `although` something came about on its way."""
    must(outcome.ok, f"the sign-in succeeds although {although}", f"it ended with {outcome.exit_code}; {visit.problem}")
