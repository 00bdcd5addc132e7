"""Directories that somebody else has prepared: a cloned repository may hold settings of the tool."""

from __future__ import annotations

from urllib.parse import urlsplit

from auth_scenarios.verify import applies_only, exposed, must
from fakeprovider import Exchange, Provider
from pytest_auth_provider import Client, Outcome, scenario
from pytest_auth_provider.checks.secrets import watched
from pytest_auth_provider.clients.credentials import find_secrets


@scenario(
    "RFC 6819 4.6.4",
    "Clients should not make authenticated requests with an access token to unfamiliar resource servers, regardless of "
    "the presence of a secure channel. In our words: and a file in the working directory makes none familiar: stored "
    "credentials go to whom they were issued for, unless the user is asked.",
    harm="Running the tool once in a cloned repository sends the user's tokens to whoever has prepared it.",
    level="SHOULD",
    needs={"use"},
)
def test_project_file_cannot_redirect_credentials(auth_provider: Provider, auth_client: Client) -> None:
    """A project file that names another provider or API takes no stored credential there."""
    applies_only(bool(auth_client.adapter.project.files), f"{auth_client.name} declares no project file ([project])")
    auth_client.login()
    with Provider(auth_provider.dialect.name, device_interval=0) as stranger:
        visitor = auth_client.in_project_of(stranger)
        outcomes = [visitor.run(action) for action in ("use", "status", "logout") if visitor.can(action)]
        sent = [exchange.headline for exchange in stranger.journal if _credentials_in(auth_provider, exchange)]
        told = f"the stranger was sent a credential: {'; '.join(sent)}"
        must(not sent, "no stored credential goes to whom a project file names", told)
        exposed(
            auth_client,
            len(stranger.journal) or any(_names(outcome, stranger) for outcome in outcomes),
            "the project file was read: the client asked the stranger, or named it",
            "nothing shows that the client reads the project file: it neither asked nor named the stranger",
        )


def _credentials_in(provider: Provider, exchange: Exchange) -> bool:
    """Return whether a request to somebody else holds a secret that the provider has issued."""
    headers = " ".join(value for _name, value in exchange.request_headers)
    said = f"{exchange.path} {headers} ".encode() + exchange.request_body
    return bool(find_secrets(said, watched(provider.secrets)))


def _names(outcome: Outcome, stranger: Provider) -> bool:
    """Return whether the output names the address of the stranger's provider or API."""
    places = {urlsplit(url).netloc for url in (stranger.issuer, stranger.api)}
    return any(place in outcome.output for place in places)
