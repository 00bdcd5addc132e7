"""A life without any fault: how the client signs in, what it stores, what `use` asks for, whether `logout` revokes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from pytest_auth_provider.clients.client import Client
from pytest_auth_provider.learning.bench import Bench
from pytest_auth_provider.learning.exchanges import asked, calls, is_loopback, parameters, refreshes, sign_ins, told
from pytest_auth_provider.outcome.outcome import Outcome, exit_name
from pytest_auth_provider.profile import Observation

if TYPE_CHECKING:
    from fakeprovider import Exchange

UNDISTURBED: Final = ("sign_in", "registers", "store", "discovers", "use", "logout")
"""The observations that are made here of every client."""
AUTHORIZATION: Final = ("authorization", "pushed_authorization_request")
"""The endpoints that take an authorization request (RFC 6749 4.1.1, RFC 9126)."""
FLOWS: Final = {"device_code": "device", "authorization_code": "browser", "client_credentials": "client_credentials"}
"""Grant -> how one signs in by it; any other grant is `other`."""


def live_undisturbed(bench: Bench) -> dict[str, Observation]:
    """Sign in, use the token and sign out, and return what was seen. Raises `LoginFailed`."""
    with bench.client() as client:
        signed_in = client.login()
        found = dict(_of_login(signed_in.exchanges))
        found["store"] = _store(client)
        used = client.use() if client.can("use") else None
        ended = client.logout() if client.can("logout") else None
        bench.uses_proxy = client.uses_proxy
    outcomes = [outcome for outcome in (signed_in, used, ended) if outcome is not None]
    bench.seconds |= {outcome.action: round(outcome.seconds, 3) for outcome in outcomes}
    found["discovers"] = _discovers(outcomes)
    if used is not None:
        bench.refreshes_at_every_use = bool(refreshes(used.exchanges))
        found["use"] = _use(used)
    if ended is not None:
        found["logout"] = _logout(ended)
    return found


def _of_login(exchanges: Sequence[Exchange]) -> Iterator[tuple[str, Observation]]:
    """Yield what the requests of a login tell."""
    yield "sign_in", sign_in_of(exchanges)
    authorization = [parameters(one) for one in exchanges if one.endpoint in AUTHORIZATION]
    if authorization:
        yield "pkce", _pkce(authorization)
    if asked(exchanges, "registration"):
        yield "registers", Observation.of("yes", "its login registers the client")
    else:
        yield "registers", Observation.of("no", "its login does not register the client")


def _pkce(requests: Sequence[Mapping[str, str]]) -> Observation:
    """Return whether authorization requests have a challenge (RFC 7636 4.3), and of which kind."""
    methods = [one.get("code_challenge_method", "plain") for one in requests if one.get("code_challenge")]
    if not methods:
        return Observation.of("no", "its authorization request has no code_challenge")
    method = "S256" if methods[0] == "S256" else "plain"
    return Observation.of(method, f"its authorization request has a code_challenge of the method {method}")


def sign_in_of(exchanges: Sequence[Exchange]) -> Observation:
    """Return how the client signed in, by the grants that gave it tokens and what led to them."""
    seen = f"its login {told(exchanges)}"
    if asked(exchanges, "device_authorization") and not asked(exchanges, *AUTHORIZATION):
        return Observation.of("device", seen)
    grants = [one.grant for one in exchanges if one.endpoint == "token" and one.status == 200]
    flows = [FLOWS.get(grant, "other") for grant in grants if grant != "refresh_token"]
    if not _comes_back(exchanges):
        flows = ["pasted" if flow == "browser" else flow for flow in flows]
    return Observation(tuple(dict.fromkeys(flows)) or ("none",), seen)


def _comes_back(exchanges: Sequence[Exchange]) -> bool:
    """Return whether the browser brings the code back to this machine; else a person has to paste it."""
    targets = [parameters(one).get("redirect_uri", "") for one in exchanges if one.endpoint in AUTHORIZATION]
    return any(map(is_loopback, targets))


def _store(client: Client) -> Observation:
    """Return what shows in the files after a login."""
    files = client.credentials()
    kinds = tuple(sorted({kind for file in files for kind in file.kinds}))
    names = ", ".join(str(file.path.relative_to(client.sandbox.root)) for file in files)
    if kinds:
        shown = " and ".join(kind.replace("_", " ") for kind in kinds)
        return Observation(kinds, f"after the login, {shown} can be read in {names}")
    if files:
        return Observation.of("unreadable", f"no token can be read in {names}: encrypted, or stored elsewhere")
    return Observation.of("nothing", "no token can be read in any file of its sandbox")


def _discovers(outcomes: Sequence[Outcome]) -> Observation:
    """Return with which actions the client asked for the discovery document."""
    actions = [outcome.action for outcome in outcomes if asked(outcome.exchanges, "discovery")]
    values = tuple(action for action in actions if action in ("login", "use"))
    if not actions:
        return Observation.of("never", "it never asked for the discovery document")
    return Observation(values or ("never",), f"it asked for the discovery document with {', '.join(actions)}")


def _use(outcome: Outcome) -> Observation:
    """Return what a `use` with a good token does."""
    if not outcome.ok:
        return Observation.not_learned(f"the first `use` after the login failed: {outcome.ending()}")
    always = "; it refreshes at every `use`" if refreshes(outcome.exchanges) else ""
    again = "; it signs in again for every `use`" if sign_ins(outcome.exchanges) else ""
    value = "calls" if calls(outcome.exchanges) else "polls"
    return Observation.of(value, f"its `use` {told(outcome.exchanges)}{always}{again}")


def _logout(outcome: Outcome) -> Observation:
    """Return what `logout` asks of the provider."""
    seen = f"its `logout` {told(outcome.exchanges)}"
    if asked(outcome.exchanges, "revocation"):
        return Observation.of("revokes", seen)
    if asked(outcome.exchanges, "end_session"):
        return Observation.of("ends_session", seen)
    if not outcome.ok:
        return Observation.not_learned(f"`logout` failed with {exit_name(outcome.exit_code)}")
    return Observation.of("local", seen)
