"""A provider that does not know the client (any more): what was registered is made anew, what was configured stays."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from auth_scenarios.verify import applies_only, exposed, must, must_succeed, requests
from fakeprovider import Exchange, Provider
from fakeprovider.faults import ErrorAnswer
from pytest_auth_provider import Client, Outcome, scenario

NAMED_AT = ("token", "device_authorization", "authorization")
"""Where a client says who it is."""


@scenario(
    "RFC 6749 5.2",
    "Client authentication failed (e.g., unknown client, no client authentication included, or unsupported "
    "authentication method). In our words: a client that registered itself and is told so registers anew, once, and "
    "the login works; at the latest the one after it.",
    harm="The provider lost its registrations, and nobody can sign in again before they find the file to delete.",
    level="SHOULD",
)
def test_lost_client_registers_again(auth_provider: Provider, auth_client: Client) -> None:
    """A client whose registration the provider has forgotten registers once more, and signs in."""
    registers = auth_client.policies.offers("registration", "registers")
    client = auth_client.policies.switched("registration", "registers") if registers else auth_client
    applies_only(bool(requests(client.login(), "registration")), f"{client.name} does not register itself")
    auth_provider.clients.forget()
    auth_provider.registered_clients_only = True
    outcomes = [client.attempt_login()]
    told = [e for e in outcomes[0].exchanges if _is_unknown(e)]
    exposed(client, told, f"told invalid_client: {told[:1] and told[0].headline}", "it was never told invalid_client")
    if not outcomes[0].ok:
        outcomes.append(client.attempt_login())
    must_succeed(outcomes[-1])
    made = [e for outcome in outcomes for e in requests(outcome, "registration") if e.status < 400]
    must(len(made) == 1, "one new registration", f"it registered {len(made)} times")


@scenario(
    "custom among command-line tools",
    "In our words: a client id that somebody has configured stays where it is when it is refused: the client "
    "registers no other one in its place.",
    harm="One hiccup of a provider replaces the client that an administrator set up, and access is gone.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
def test_configured_client_is_never_wiped(auth_provider: Provider, auth_client: Client) -> None:
    """A configured client that is told `invalid_client` is the same client at the next login."""
    begun = auth_client.login(expired=True)
    applies_only(not requests(begun, "registration"), f"{auth_client.name} registers itself: nothing is configured")
    known = _names(begun)
    applies_only(bool(known), f"{auth_client.name} sends no client id")
    refused = ErrorAnswer("invalid_client", 401)
    with auth_provider.failing(refused, at="token", grant="refresh_token", optional=True) as armed:
        outcome = auth_client.use()
    applies_only(bool(armed.fired), f"{auth_client.name} asks for no refresh")
    again = auth_client.attempt_login()
    registered = requests(outcome, "registration") + requests(again, "registration")
    must(not registered, "no other client is registered", f"it made {len(registered)} registration request(s)")
    named = _names(outcome) | _names(again)
    others = named - known
    must(not others, "the client is who it was configured to be", f"it called itself {', '.join(sorted(others))}")
    exposed(auth_client, named, "it named itself again after invalid_client", "it never named itself again")


def _is_unknown(exchange: Exchange) -> bool:
    """Return whether the answer tells that the client is unknown, in whichever spelling."""
    refused = exchange.status in (400, 401, 403)
    return refused and b"invalidclient" in exchange.response_body.lower().replace(b"_", b"")


def _names(outcome: Outcome) -> set[str]:
    """Return the client ids that the action named itself by."""
    return {exchange.client_id for exchange in requests(outcome, *NAMED_AT) if _names_itself(exchange)}


def _names_itself(exchange: Exchange) -> bool:
    """Return whether a request says whose it is; some families of providers have one client only, and need not ask."""
    query = dict(parse_qsl(urlsplit(exchange.path).query))
    in_header = exchange.header("Authorization").lower().startswith("basic ")
    return bool(exchange.form.get("client_id") or query.get("client_id") or in_header)
