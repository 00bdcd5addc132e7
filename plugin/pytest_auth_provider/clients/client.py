"""The client under test, as scenarios hold it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from pytest_auth_provider.adapters.models import Adapter, Step
from pytest_auth_provider.adapters.vocabulary import did_you_mean
from pytest_auth_provider.clients.clock import ClientClock, ExpiredFor
from pytest_auth_provider.clients.contents import revealed
from pytest_auth_provider.clients.credentials import CREDENTIAL_KINDS, CredentialFile, find_credentials
from pytest_auth_provider.clients.disk import Disk
from pytest_auth_provider.clients.environment import ActionMonitor, Environment
from pytest_auth_provider.clients.policies import Policies
from pytest_auth_provider.clients.running import Running, kill_at_request, login_problem
from pytest_auth_provider.clients.sandbox import Sandbox
from pytest_auth_provider.clients.sign_ins import SignIns
from pytest_auth_provider.errors import ClientError, LoginFailed
from pytest_auth_provider.exposure import Exposure
from pytest_auth_provider.outcome.files import FileChanges
from pytest_auth_provider.outcome.outcome import Outcome, outcome_of
from pytest_auth_provider.processes.command_builder import CommandBuilder
from pytest_auth_provider.processes.program import find_program
from pytest_auth_provider.processes.runner import CommandResult
from pytest_auth_provider.profile import Profile
from pytest_auth_provider.runners import Runner, runner_for

if TYPE_CHECKING:
    from fakeprovider import Provider
    from pytest_auth_provider.browser import Browser
    from pytest_auth_provider.network.proxy import Contact, Stubbed


MOVED: Final = {
    "confined": "client.disk.confined(), or client.disk.full(action, largest)",
    "damage_store": "client.disk.damage(kind)",
    "expire_access_token": "client.login(expired=True), or client.clock.advance(provider.access_token_lifetime + 1)",
    "kill_while_writing": "client.disk.kill_while_writing(action)",
    "offers": "client.policies.offers(name, value)",
    "policy": "client.policies[name]",
    "remember_files": "client.disk.remember()",
    "restore_files": "client.disk.restore(saved)",
    "sleep": "client.clock.advance(seconds)",
    "switched": "client.policies.switched(name, value)",
    "time_means": "client.clock.strategy",
    "tokens_expire_at_once": "client.clock.let_tokens_expire()",
}
"""Member that `Client` had once -> what to write now."""


def moved_hint(name: str) -> str:
    """Return the end of an error message that tells what to write in the place of a former member; else nothing."""
    return f"; write {MOVED[name]}" if name in MOVED else ""


OnOutcome = Callable[[Outcome, "Client"], None]


class Client:
    """A command-line tool in a sandbox, pointed at a provider.

    run, start, kill_at, login, use ...   its actions
    credentials, disk                     the files it keeps its tokens in; copy, damage and limit them
    clock, policies                       move its clock; look up and switch the choices its adapter declares
    profile                               what it was seen to do before it was judged; empty outside of such runs
    browser, egress                       where it sent the person, whom it tried to reach
    exposure                              what put it to the test: the proof of a kept contract

    `on_outcome` is called with every outcome and the client, while the files are still as the action left them. Without
    an `environment` it has neither browser nor network. With `sign_ins`, `login` may put an earlier sign-in back.
    """

    def __init__(
        self,
        adapter: Adapter,
        sandbox: Sandbox,
        provider: Provider,
        on_outcome: OnOutcome | None = None,
        environment: Environment | None = None,
        exposure: Exposure | None = None,
        sign_ins: SignIns | None = None,
    ) -> None:
        self.adapter = adapter
        self.sandbox = sandbox
        self.provider = provider
        self.exposure = exposure or Exposure(provider)
        self._on_outcome = on_outcome
        self._environment = environment
        self._sign_ins = sign_ins
        self._commands = CommandBuilder(adapter, sandbox, provider)
        self._runner = runner_for(self._commands)
        self.profile = Profile(adapter.name)
        self.disk = Disk(self)
        self.policies = Policies(adapter, self._with)
        self.clock = ClientClock(self._commands, provider)

    def __repr__(self) -> str:
        return f"<Client {self.name} ({self.adapter.source})>"

    if not TYPE_CHECKING:  # a type checker knows best which members there are

        def __getattr__(self, name: str) -> object:
            message = f"{type(self).__name__!r} object has no attribute {name!r}{moved_hint(name)}"
            raise AttributeError(message, name=name, obj=self)

    @property
    def name(self) -> str:
        """The client's name in its adapter."""
        return self.adapter.name

    # -- actions ------------------------------------------------------------------------------------------------

    def can(self, action: str) -> bool:
        """Return whether the adapter says how to do this action."""
        return action in self.adapter.run

    def run(self, action: str, *extra: str, env: Mapping[str, str] | None = None) -> Outcome:
        """Run an action to its end, with `extra` arguments added; `env` adds variables or replaces them.

        Raises `ClientError` for an action the adapter does not have.
        """
        return self._start(action, extra, env, background=False).wait()

    def start(self, action: str, *extra: str, env: Mapping[str, str] | None = None) -> Running:
        """Start an action and leave it running; raises `ClientError` like `run`.

        Of several steps, all but the last have ended when this returns. One that does not end as it should is the last.
        """
        return self._start(action, extra, env, background=True)

    def kill_at(self, action: str, endpoint: str, *, grant: str = "", committed: bool = False) -> Outcome:
        """Run an action and kill it (SIGKILL, with its group) when its first such request has arrived at the provider.

        With `committed`, the provider does what was asked, but the answer is lost; otherwise it does nothing. Raises
        `FaultNotMet` when no such request comes.
        """
        start = partial(self.start, action)
        return kill_at_request(start, self.provider, endpoint, grant, committed, self.adapter.timeout)

    def login(self, *, expired: bool | ExpiredFor = False) -> Outcome:
        """Sign in. Raises `LoginFailed` where the client is not signed in afterwards.

        With `expired`, the access token it is left with has expired, its refresh token has not: for the client and at
        the API (True, or `"both"`), for the `"client"` alone, or at the `"api"` alone. Raises `ValueError` for
        anything else. See `client.clock.let_tokens_expire`.
        """
        whom: ExpiredFor = "both" if expired is True else expired or "both"
        if expired and whom != "api" and not self.clock.can_be_moved:
            return self._sign_in(whom)  # its token expires by real time, which is waited for once
        with self.clock.let_tokens_expire(whom) if expired else nullcontext():
            return self._sign_in("")

    def attempt_login(self) -> Outcome:
        """Try to sign in, and return the outcome whether or not that worked."""
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

    def restart(self) -> None:
        """End a process that lives on between two actions: the next action starts from what is stored."""
        self._runner.restart()

    # -- what surrounds it, what it keeps --------------------------------------------------------------------------

    @property
    def browser(self) -> Browser:
        """The person at the browser: `client.browser.denies()`, `client.browser.visits`."""
        return self._surroundings.browser

    @property
    def egress(self) -> list[Contact]:
        """Every host other than the provider that the client tried to reach through the proxy, in order."""
        return list(self._surroundings.contacts)

    @property
    def stubbed(self) -> list[Stubbed]:
        """Every request that the stubs of its adapter answered, or that none of them did, in order."""
        return list(self._surroundings.gateway.stubbed)

    @property
    def uses_proxy(self) -> bool:
        """Whether the client was seen to send requests through the proxy; some clients ignore it for loopback."""
        return self._surroundings.gateway.is_used

    def under(self, *wrapper: str, reported: bool = True, slowdown: float = 1.0) -> Client:
        """Return the same client, in the same sandbox, each command run by another program, as in `strace -o log`.

        Unless `reported`, its outcomes are not passed to `on_outcome`. A program that slows commands down says by how
        many times: they are given so much more time, for the client must not be blamed for what we do to it.
        """
        program, *leading = self.adapter.command
        found = find_program(self.adapter, self._commands.values.fill(program))
        kind = "process" if self.adapter.kind == "python" else self.adapter.kind
        slowed = self.adapter.slowed(slowdown)
        client = self._with(replace(slowed, command=(*wrapper, found, *leading), kind=kind, start="cold"))
        return client if reported else client.unreported()

    def at(self, provider: Provider) -> Client:
        """Return the same client, in the same sandbox, pointed at another provider, whose exchanges it sees.

        What it was told in the adapter's `[files]` stays as it is, and names the provider it was made for. Its waits
        are waited for: nobody knows what that provider has still to do.
        """
        surroundings = None if self._environment is None else self._environment.unhurried()
        return Client(self.adapter, self.sandbox, provider, self._on_outcome, surroundings, self.exposure)

    def within(self, seconds: float) -> Client:
        """Return the same client, in the same sandbox, whose commands are killed after `seconds`, not before."""
        run = {name: tuple(replace(step, timeout=None) for step in steps) for name, steps in self.adapter.run.items()}
        return self._with(replace(self.adapter, timeout=seconds, run=run), self._runner)

    def reading(self, action: str, text: str) -> Client:
        """Return the same client, in the same sandbox, whose `action` is given `text` on standard input."""
        *earlier, last = self._steps(action)
        steps = (*earlier, replace(last, stdin=text))
        return self._with(replace(self.adapter, run={**self.adapter.run, action: steps}))

    def unreported(self) -> Client:
        """Return the same client, in the same sandbox, whose outcomes are not passed to `on_outcome`.

        For a contract that looks for itself at what the passive checks would accuse of another one.
        """
        client = self._with(self.adapter, self._runner)
        client._on_outcome = None
        return client

    def in_project_of(self, stranger: Provider) -> Client:
        """Return the same client where somebody else's project files name `stranger`; they are written at once."""
        project = self.adapter.project
        values = replace(self._commands, provider=stranger).values
        for name, content in project.files.items():
            path = self.sandbox.cwd / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(values.fill(content), encoding="utf-8")
        return self._with(replace(self.adapter, env={**self.adapter.env, **project.env}))

    def credentials(self) -> list[CredentialFile]:
        """List the files that hold the client's credentials right now."""
        declared = [self._commands.path(path) for path in self.adapter.credentials]
        return find_credentials(self.sandbox, self.provider.secrets, declared, revealed(self._commands))

    @property
    def lives_on(self) -> bool:
        """Whether one process of the client does several actions, so that its memory may hide what is stored."""
        return self.adapter.kind == "stdio"

    def holds_credentials(self) -> bool:
        """Return whether any file holds credentials of the client."""
        return bool(self.credentials())

    # -- details ------------------------------------------------------------------------------------------------

    def _start(
        self, action: str, extra: tuple[str, ...], env: Mapping[str, str] | None, *, background: bool
    ) -> Running:
        before, mark = self.sandbox.snapshot(), self.provider.journal.mark()
        noise_before = len(self.provider.journal.noise)
        monitor = ActionMonitor(self.adapter, self.sandbox, self._environment)
        earlier: CommandResult | None = None
        steps = self._steps(action)
        for number, step in enumerate(steps, 1):
            last = number == len(steps)
            expected = self.adapter.exit_codes(action) if last else step.exit
            command = self._commands.build(step, extra if last else (), env)
            execution = self._runner.start(step, command, monitor.watched(command), background=background)
            if last or (ended := execution.wait()).timed_out or ended.exit_code not in expected:
                break
            earlier = ended.after(earlier)

        def finish(ended: CommandResult) -> Outcome:
            contacts = monitor.end()
            noise = dict.fromkeys(noise.what for noise in list(self.provider.journal.noise)[noise_before:])
            outcome = replace(
                outcome_of(action, command, ended.after(earlier), expected),
                exchanges=self.provider.journal.since(mark),
                files=FileChanges.between(before, self.sandbox.snapshot()),
                phrases=self.adapter.phrases,
                contacts=contacts,
                opened=monitor.opened,
                noise=tuple(noise),
                exposure=self.exposure,
            )
            return self._handed_over(outcome)

        return Running(execution, finish)

    def _handed_over(self, outcome: Outcome) -> Outcome:
        """Pass an outcome to who wants to hear of each, and return it."""
        if self._on_outcome is not None:
            self._on_outcome(outcome, self)
        return outcome

    def _sign_in(self, expired: ExpiredFor | Literal[""]) -> Outcome:
        """Sign in, or put an earlier sign-in back; its access token expires by real time for those `expired` says."""
        login = partial(self._log_in, expired)
        if self._sign_ins is None:
            return login()
        outcome = self._sign_ins.sign_in(self.adapter, self.sandbox, self.provider, login, expired)
        return self._handed_over(replace(outcome, exposure=self.exposure)) if outcome.earlier else outcome

    def _log_in(self, expired: ExpiredFor | Literal[""]) -> Outcome:
        """Sign in for real. Raises `LoginFailed` where the client is not signed in afterwards."""
        issued_before = self._credentials_issued()
        with self.clock.let_tokens_expire(expired) if expired else nullcontext():
            outcome = self.attempt_login()
        tokens_issued = self._credentials_issued() > issued_before
        problem = login_problem(outcome, self.adapter, self.provider.issuer, tokens_issued=tokens_issued)
        if problem:
            raise LoginFailed(f'the client "{self.name}" did not sign in: {problem}', outcome.describe())
        return outcome

    def _steps(self, action: str) -> tuple[Step, ...]:
        steps = self.adapter.run.get(action)
        if steps is None:
            raise ClientError(
                f'the client "{self.name}" has no action "{action}"{did_you_mean(action, self.adapter.run) or "."} '
                f"It has: {', '.join(self.adapter.run)} ({self.adapter.source})"
            )
        return steps

    def _with(self, adapter: Adapter, runner: Runner | None = None) -> Client:
        """Return the same client in the same sandbox, described by another adapter.

        With a `runner`, a program that lives on between two actions stays the same one.
        """
        surroundings = self._on_outcome, self._environment, self.exposure, self._sign_ins
        client = Client(adapter, self.sandbox, self.provider, *surroundings)
        client.profile = self.profile
        client._runner = runner or client._runner
        return client

    @property
    def _surroundings(self) -> Environment:
        if self._environment is None:
            raise ClientError(f'the client "{self.name}" was made without surroundings: no browser, no network')
        return self._environment

    def _credentials_issued(self) -> int:
        return sum(secret.kind in CREDENTIAL_KINDS for secret in self.provider.secrets)
