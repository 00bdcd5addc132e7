"""What was seen of a login, for a person and for a first adapter."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pytest_auth_provider.clients.client import Client
from pytest_auth_provider.clients.running import login_problem
from pytest_auth_provider.learning.exchanges import asked, is_loopback, parameters
from pytest_auth_provider.outcome.outcome import Outcome
from pytest_auth_provider.printable import in_one_line, printable


@dataclass(frozen=True)
class Sighting:
    """What was seen of a login.

    `problem` tells why it did not sign in, "" where it did. `endpoints` are the endpoints it asked, by name (or path,
    where that is none), `client_ids` the ids it sent, `callback_ports` the ports to which it had the browser come back.
    `stores` are the files that hold an issued token, each with its mode: relative to HOME, or beginning with a
    placeholder; `written` are other files that it wrote. `elsewhere` are the hosts that it tried to reach besides,
    `person` the texts that stand for who signed in, `noise` what reached the provider and was no request.
    """

    outcome: Outcome
    problem: str = ""
    endpoints: tuple[str, ...] = ()
    client_ids: tuple[str, ...] = ()
    callback_ports: frozenset[int] = frozenset()
    stores: tuple[tuple[str, int], ...] = ()
    written: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    noise: tuple[str, ...] = ()

    @property
    def signed_in(self) -> bool:
        """Whether the login ended well, and tokens were issued."""
        return not self.problem

    @property
    def came(self) -> bool:
        """Whether the tool reached the provider at all."""
        return bool(self.outcome.exchanges)

    @classmethod
    def of(cls, client: Client, outcome: Outcome) -> Sighting:
        """Return what the outcome of a login shows; call it while the sandbox has its files."""
        credentials = client.credentials()
        issued = any(secret.kind in ("access_token", "refresh_token") for secret in client.provider.secrets)
        stored = {file.path for file in credentials}
        registers = asked(outcome.exchanges, "registration")
        somebody = client.provider.user.person
        return cls(
            outcome,
            problem=login_problem(outcome, client.adapter, client.provider.issuer, tokens_issued=issued),
            endpoints=tuple(dict.fromkeys(e.endpoint or in_one_line(e.path) for e in outcome.exchanges)),
            client_ids=() if registers else tuple(dict.fromkeys(e.client_id for e in outcome.exchanges if e.client_id)),
            callback_ports=callback_ports(outcome),
            stores=tuple((_shown(client, file.path), file.mode) for file in credentials),
            written=tuple(_shown(client, path) for path in outcome.files.written if path not in stored),
            elsewhere=tuple(dict.fromkeys(contact.host for contact in outcome.contacts)),
            person=tuple(claim for claim in somebody.claims().values() if isinstance(claim, str)),
            noise=outcome.noise,
        )

    def summary(self) -> str:
        """Describe it in a few lines, for a person."""
        stores = ", ".join(f"{in_one_line(path)} (mode {mode:04o})" for path, mode in self.stores)
        return "\n".join(
            [
                "signed in" if self.signed_in else f"did not sign in: {self.problem}",
                f"asked for: {', '.join(self.endpoints) or 'nothing'}",
                *(f"reached the provider: {printable(noise)}" for noise in self.noise),
                *(f"tried to reach {in_one_line(host)}, and was refused" for host in self.elsewhere),
                f"keeps its tokens in: {stores or 'no file that shows them (a keyring, or encrypted?)'}",
            ]
        )


def callback_ports(outcome: Outcome) -> frozenset[int]:
    """Return the ports of this machine to which the login of this outcome had the browser come back."""
    requests = [parameters(one) for one in outcome.exchanges if one.endpoint == "authorization"]
    uris = [uri for uri in (request.get("redirect_uri", "") for request in requests) if is_loopback(uri)]
    return frozenset(port for port in map(_port, uris) if port)


def _port(uri: str) -> int:
    try:
        return urlsplit(uri).port or 0
    except ValueError:
        return 0


def _shown(client: Client, path: Path) -> str:
    """Return a path in the sandbox as an adapter names it: relative to HOME, or beginning with a placeholder."""
    sandbox = client.sandbox
    if path.is_relative_to(sandbox.home):
        return str(path.relative_to(sandbox.home))
    for name in ("config", "cache", "data", "state", "tmp", "cwd"):
        folder: Path = getattr(sandbox, name)
        if path.is_relative_to(folder):
            return f"{{{name}}}/{path.relative_to(folder)}"
    return str(path)
