"""Actions that run while the scenario goes on, how they are interrupted, and whether a login succeeded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.adapters.placeholders import placeholders_in
from pytest_auth_provider.adapters.vocabulary import ENDPOINT_PLACEHOLDERS
from pytest_auth_provider.exposure import NotExposed
from pytest_auth_provider.outcome.outcome import Outcome
from pytest_auth_provider.processes.runner import CommandResult
from pytest_auth_provider.runners import Execution

if TYPE_CHECKING:
    from fakeprovider import Exchange, Provider

HANG_UP = 5.0
"""Seconds within which the connection of a process that was killed is seen to be closed."""


class Running:
    """An action that was started. Wait for its outcome, interrupt it or kill it; its time limit ends it at the latest.

    `finish` makes the outcome of how the last command ended; it is called once.
    """

    def __init__(self, execution: Execution, finish: Callable[[CommandResult], Outcome]) -> None:
        self._execution = execution
        self._finish = finish
        self._outcome: Outcome | None = None

    @property
    def pid(self) -> int:
        """The process id of the command."""
        return self._execution.pid

    @property
    def running(self) -> bool:
        """Whether the command still runs."""
        return self._execution.running

    def interrupt(self) -> None:
        """Send SIGINT to the command and its group, as Ctrl-C does. A command that has ended is left alone."""
        self._execution.interrupt()

    def kill(self) -> None:
        """Send SIGKILL to the command and its group. A command that has ended is left alone."""
        self._execution.kill()

    def wait(self) -> Outcome:
        """Wait for the end of the action and return its outcome, the same one each time."""
        if self._outcome is None:
            try:
                self._outcome = self._finish(self._execution.wait())
            except BaseException:  # Ctrl-C on pytest must not leave the client behind
                self._execution.kill()
                raise
        return self._outcome


def kill_at_request(
    start: Callable[[], Running], provider: Provider, endpoint: str, grant: str, committed: bool, timeout: float
) -> Outcome:
    """Start an action and kill it when its first request for `endpoint` (with `grant`, if any) reaches the provider.

    With `committed`, the provider then does what was asked (a refresh token is spent) and nobody hears the answer;
    otherwise it does nothing. Raises `FaultNotMet` when no such request comes within `timeout` seconds, and
    `NotExposed` where the process that made the request survives: one that dies hangs up.
    """
    from fakeprovider.faults import Hold, LostAnswer, Reset  # imported late: plugin code is loaded by every pytest run

    hold, mark = Hold(seconds=timeout), provider.journal.mark()
    fate = LostAnswer() if committed else Reset()

    def is_over(exchange: Exchange) -> bool:
        return exchange.number > mark and exchange.endpoint == endpoint and grant in ("", exchange.grant)

    with provider.failing(hold, fate, at=endpoint, grant=grant, times=1):
        running = start()
        try:
            arrived = hold.wait_for_arrival(timeout)
        finally:
            running.kill()
        died = arrived and hold.wait_for_hang_up(HANG_UP)
        hold.release()
        if arrived:
            provider.journal.wait_for(is_over)
        outcome = running.wait()
    if not died:
        raise NotExposed(
            f"The command was killed, but not what sent the request to {endpoint}: its connection stayed open for "
            f"{HANG_UP:.0f} s. Another process does the work."
        )
    return outcome


def login_problem(outcome: Outcome, adapter: Adapter, issuer: str, *, tokens_issued: bool) -> str:
    """Return why a login did not sign the client in; an empty string where it did.

    `issuer` is the provider's, `tokens_issued` tells whether it issued any token meanwhile.
    """
    if outcome.timed_out:
        return "the login did not end in time"
    if outcome.exit_code not in outcome.expected:
        codes = " or ".join(str(code) for code in sorted(outcome.expected))
        return f"expected exit code {codes}, got {outcome.exit_code}"
    if not outcome.exchanges and outcome.noise:
        hint = f"a client that insists on https needs a host of its own in [hosts] of {adapter.source}"
        return f"the login sent no request to {issuer}, but {' and '.join(outcome.noise)}; {hint}"
    if not outcome.exchanges:
        return f"the login never reached the provider: {_pointing_hint(adapter, issuer)}"
    if not tokens_issued:
        return "the login reached the provider, but no token was issued"
    return ""


def _pointing_hint(adapter: Adapter, issuer: str) -> str:
    """Return a question that names the variables with which the adapter points the client at the provider."""
    addresses = {"issuer", "api", *ENDPOINT_PLACEHOLDERS}
    pointing = [name for name, value in adapter.env.items() if addresses & set(placeholders_in(value))]
    if not pointing:
        return f"does {adapter.source} point it at {issuer}?"
    verb = "is" if len(pointing) == 1 else "are"
    return f"{verb} {' and '.join(pointing)} pointed at {issuer}?"
