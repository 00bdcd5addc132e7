"""The client under test, as scenarios hold it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_auth_provider.adapters.models import Adapter, Step
from pytest_auth_provider.adapters.placeholders import placeholders_in
from pytest_auth_provider.adapters.vocabulary import ENDPOINT_PLACEHOLDERS, USUAL_POLICIES, did_you_mean
from pytest_auth_provider.clients import confine
from pytest_auth_provider.clients.credentials import CREDENTIAL_KINDS, CredentialFile, find_credentials
from pytest_auth_provider.clients.disruption import Damage, kill_at, while_writing
from pytest_auth_provider.clients.environment import Watch
from pytest_auth_provider.clients.files import FileChanges, SavedFiles
from pytest_auth_provider.clients.outcome import Outcome, outcome_of
from pytest_auth_provider.clients.running import Running
from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.clock.clock import Clock
from pytest_auth_provider.errors import ClientError, LoginFailed
from pytest_auth_provider.processes.command_builder import CommandBuilder
from pytest_auth_provider.processes.program import find_program
from pytest_auth_provider.processes.runner import CommandResult
from pytest_auth_provider.runners import runner_for

if TYPE_CHECKING:
    from fakeprovider import Provider
    from pytest_auth_provider.browser import Browser
    from pytest_auth_provider.clients.environment import Surroundings
    from pytest_auth_provider.network.contacts import Contact


LEEWAY = 60.0
"""Seconds for which the provider's own resources accept the expired token of `login(expired=True)`."""

OnOutcome = Callable[[Outcome, "Client"], None]


class Client:
    """A command-line tool in a sandbox, pointed at a provider.

    `on_outcome` is called with every outcome at once, while the files are as the action left them. `surroundings` are
    the browser and the network around it; without them it has neither.
    """

    def __init__(
        self,
        adapter: Adapter,
        sandbox: Sandbox,
        provider: Provider,
        on_outcome: OnOutcome | None = None,
        surroundings: Surroundings | None = None,
    ) -> None:
        self.adapter = adapter
        self.sandbox = sandbox
        self.provider = provider
        self._on_outcome = on_outcome
        self._surroundings = surroundings
        self._commands = CommandBuilder(adapter, sandbox, provider)
        self._runner = runner_for(self._commands)
        self._clock = Clock(self._commands)

    def __repr__(self) -> str:
        return f"<Client {self.name} ({self.adapter.source})>"

    @property
    def name(self) -> str:
        """The client's name in its adapter."""
        return self.adapter.name

    # -- actions ------------------------------------------------------------------------------------------------

    def run(self, action: str, *extra: str, env: Mapping[str, str] | None = None) -> Outcome:
        """Run an action to its end, `extra` arguments added; `env` adds variables or replaces them."""
        return self._start(action, extra, env, background=False).wait()

    def start(self, action: str, *extra: str, env: Mapping[str, str] | None = None) -> Running:
        """Start an action and leave it running. Of several steps, all but the last have ended by then.

        A step that does not end as it should is the last one. Raises `ClientError` for an action there is not.
        """
        return self._start(action, extra, env, background=True)

    def _start(
        self, action: str, extra: tuple[str, ...], env: Mapping[str, str] | None, *, background: bool
    ) -> Running:
        before, mark = self.sandbox.snapshot(), self.provider.journal.mark()
        watch = Watch(self.adapter, self.sandbox, self._surroundings)
        earlier: CommandResult | None = None
        steps = self._steps(action)
        for number, step in enumerate(steps, 1):
            last = number == len(steps)
            expected = self.adapter.exit_codes(action) if last else step.exit
            command = self._commands.build(step, extra if last else (), env)
            execution = self._runner.start(step, command, watch.over(command), background=background)
            if last or (ended := execution.wait()).timed_out or ended.exit_code not in expected:
                break
            earlier = ended.after(earlier)

        def finish(ended: CommandResult) -> Outcome:
            files = FileChanges.between(before, self.sandbox.snapshot())
            contacts = watch.end()
            exchanges = self.provider.journal.since(mark)
            outcome = outcome_of(
                action, command, ended.after(earlier), expected, exchanges, files, self.adapter.phrases, contacts
            )
            if self._on_outcome is not None:
                self._on_outcome(outcome, self)
            return outcome

        return Running(execution, finish)

    def login(self, *, expired: bool = False) -> Outcome:
        """Sign in, and make sure of it: `LoginFailed` where the client is not signed in afterwards.

        With `expired`, the access token it is left with has expired already (its refresh token has not). The
        provider's own resources accept it for another minute, so that a login that uses it at once succeeds.
        """
        minted = self._credentials_minted()
        if expired:
            with self.tokens_expire_at_once():
                outcome = self.attempt_login()
        else:
            outcome = self.attempt_login()
        problem = self._login_problem(outcome, minted)
        if problem:
            raise LoginFailed(f'the client "{self.name}" did not sign in: {problem}', outcome.describe())
        return outcome

    def attempt_login(self) -> Outcome:
        """Try to sign in; how it went is in the outcome."""
        return self.run("login")

    def use(self) -> Outcome:
        """Call the API once with the token."""
        return self.run("use")

    def use_cached(self) -> Outcome:
        """Call the API once with a token that comes from a cache."""
        return self.run("use_cached")

    def status(self) -> Outcome:
        """Ask who is signed in, offline."""
        return self.run("status")

    def token(self) -> Outcome:
        """Print the access token for another program."""
        return self.run("token")

    def logout(self) -> Outcome:
        """Sign out."""
        return self.run("logout")

    def doctor(self) -> Outcome:
        """Let the client check itself, locally."""
        return self.run("doctor")

    def doctor_server(self) -> Outcome:
        """Let the client check itself and ask the provider about its session."""
        return self.run("doctor_server")

    def expire_access_token(self) -> None:
        """Leave the client with an access token that has expired and a refresh token that has not.

        Lets its lifetime pass where the client's clock can be moved; elsewhere this signs in anew, to a token that
        expires at once.
        """
        if self.time_means == "tokens" or not self.holds_credentials():
            self.login(expired=True)
        else:
            self.sleep(self.provider.access_token_lifetime + 1)

    @contextmanager
    def tokens_expire_at_once(self) -> Iterator[None]:
        """For the time of a block, every access token that is issued has expired at once; afterwards all have.

        The provider's own resources accept it for another minute, so that a command that uses it at once succeeds.
        Waits, for a second and no longer, where tokens had to be issued for one.
        """
        before = self.provider.access_token_lifetime, self.provider.leeway
        self.provider.access_token_lifetime, self.provider.leeway = self._no_time, LEEWAY
        try:
            yield
        finally:
            self.provider.access_token_lifetime, self.provider.leeway = before
        time.sleep(self._no_time)  # what is left of it is time to use a token that could not be refreshed

    # -- time and mishaps -----------------------------------------------------------------------------------------

    @property
    def time_means(self) -> str:
        """How its clock is moved: by `freezegun`, the `python` shim, `faketime`; or not at all, `tokens`."""
        return self._clock.strategy.name

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass for the client and the provider, without waiting.

        A contract that needs this does not apply to a client whose clock cannot be moved: `NotApplicable`.
        """
        self._clock.advance(seconds, self.provider)

    def kill_at(self, action: str, endpoint: str, *, grant: str = "", committed: bool = False) -> Outcome:
        """Run an action and kill it (SIGKILL) when its first such request has arrived at the provider.

        With `committed`, the provider still does what was asked, and nobody hears the answer. Raises `FaultNotMet`.
        """
        return kill_at(self, action, endpoint, grant=grant, committed=committed)

    def kill_while_writing(self, action: str) -> Outcome:
        """Run an action and kill it at its first write to a credential file, or as it moves another in its place.

        It lives where it writes none, and where there is no `strace`.
        """
        from pytest_auth_provider.strace.file_modes import strace  # imported late: it knows this class

        program = strace()
        if program is None:
            return self.run(action)
        client = self.under(*while_writing(program, [file.path for file in self.credentials()]))
        client._on_outcome = None  # such an end is no crash of its own
        return client.run(action)

    def damage_store(self, kind: str) -> Damage:
        """Damage its credential files: `truncated`, `empty`, `foreign` or `read_only`; the result can be undone.

        Raises `ClientError` where there are none.
        """
        return Damage.do(kind, [file.path for file in self.credentials()])

    def confined(self, largest_file: int | None = None) -> Client:
        """The same client, for whom permission bits hold even if it is root, and no file grows beyond so many bytes."""
        limit = "-" if largest_file is None else str(largest_file)
        return self.under(sys.executable, "-I", "-S", confine.__file__, limit)

    def restart(self) -> None:
        """End what lives on between two actions: the next one starts from what is stored."""
        self._runner.restart()

    # -- what it can do -----------------------------------------------------------------------------------------

    def can(self, action: str) -> bool:
        """Does the adapter say how to do this?"""
        return action in self.adapter.run

    def policy(self, name: str) -> str:
        """The side of a policy that the client is on; empty where it declares none and there is no usual one."""
        return self.adapter.policies.get(name, USUAL_POLICIES.get(name, ""))

    def offers(self, policy: str, value: str) -> bool:
        """Is the client on this side of a policy, or can it be put there?"""
        return self.adapter.offers(policy, value)

    def switched(self, policy: str, value: str) -> Client:
        """The same client, in the same sandbox, on this side of a policy. `AdapterError` if there is no way."""
        return self._with(self.adapter.switched(policy, value))

    def under(self, *wrapper: str) -> Client:
        """The same client, in the same sandbox, each command run by another program, as in `strace -o log`."""
        program, *leading = self.adapter.command
        found = find_program(self.adapter, self._commands.values.fill(program))
        kind = "process" if self.adapter.kind == "python" else self.adapter.kind
        adapter = replace(self.adapter, command=(*wrapper, found, *leading), kind=kind)
        return self._with(adapter)

    # -- its world ----------------------------------------------------------------------------------------------

    @property
    def browser(self) -> Browser:
        """The person at the browser: `client.browser.denies()`, `client.browser.visits`."""
        return self._world.browser

    @property
    def egress(self) -> list[Contact]:
        """Every host other than the provider that it tried to reach through the proxy, in order."""
        return list(self._world.gateway.contacts)

    # -- what it keeps ------------------------------------------------------------------------------------------

    def credentials(self) -> list[CredentialFile]:
        """The files that hold its credentials right now."""
        declared = [self._commands.path(path) for path in self.adapter.credentials]
        return find_credentials(self.sandbox, self.provider.secrets, declared)

    def holds_credentials(self) -> bool:
        """Is there any file with credentials?"""
        return bool(self.credentials())

    def remember_files(self) -> SavedFiles:
        """Copy the credential files, to put them back later with `restore_files`."""
        return SavedFiles.of(file.path for file in self.credentials())

    def restore_files(self, saved: SavedFiles) -> None:
        """Make the credential files what they were: another process wrote them, or an old copy came back.

        Credential files that were not there are removed.
        """
        for file in self.credentials():
            if file.path not in saved.contents:
                file.path.unlink(missing_ok=True)
        saved.put_back()

    @property
    def _no_time(self) -> float:
        """A lifetime in seconds that leaves the client no time to use a token.

        0 stands for a token without an end in `golang.org/x/oauth2` and its like, so clients that declare a grace
        period get one second.
        """
        return 1 if int(self.policy("cache_grace") or 0) > 1 else 0

    # -- details ------------------------------------------------------------------------------------------------

    def _with(self, adapter: Adapter) -> Client:
        """The same client in the same world, told about by another adapter."""
        return Client(adapter, self.sandbox, self.provider, self._on_outcome, self._surroundings)

    @property
    def _world(self) -> Surroundings:
        if self._surroundings is None:
            raise ClientError(f'the client "{self.name}" was made without surroundings: no browser, no network')
        return self._surroundings

    def _steps(self, action: str) -> tuple[Step, ...]:
        steps = self.adapter.run.get(action)
        if steps is None:
            raise ClientError(
                f'the client "{self.name}" has no action "{action}"{did_you_mean(action, self.adapter.run) or "."} '
                f"It has: {', '.join(self.adapter.run)} ({self.adapter.source})"
            )
        return steps

    def _credentials_minted(self) -> int:
        return sum(secret.kind in CREDENTIAL_KINDS for secret in self.provider.secrets)

    def _login_problem(self, outcome: Outcome, minted: int) -> str:
        """Why this login did not leave the client signed in; empty where it did."""
        if outcome.timed_out:
            return "the login did not end in time"
        if outcome.exit_code not in outcome.expected:
            codes = " or ".join(str(code) for code in sorted(outcome.expected))
            return f"expected exit code {codes}, got {outcome.exit_code}"
        if not outcome.exchanges:
            return f"the login never reached the provider: {self._pointing_hint()}"
        if self._credentials_minted() == minted:
            return "the login reached the provider, but no token was issued"
        return ""

    def _pointing_hint(self) -> str:
        addresses = {"issuer", "api", *ENDPOINT_PLACEHOLDERS}
        pointing = [name for name, value in self.adapter.env.items() if addresses & set(placeholders_in(value))]
        if not pointing:
            return f"does {self.adapter.source} point it at {self.provider.issuer}?"
        verb = "is" if len(pointing) == 1 else "are"
        return f"{verb} {' and '.join(pointing)} pointed at {self.provider.issuer}?"
