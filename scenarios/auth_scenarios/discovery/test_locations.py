"""Where the metadata of a provider are looked for (RFC 8414 3, OpenID Connect Discovery 4), also if not at first."""

from __future__ import annotations

import pytest

from auth_scenarios.verify import applies_only, exposed, must, must_succeed, requests
from fakeprovider import Provider
from fakeprovider.context import Call
from fakeprovider.faults import ErrorAnswer, Fault, HtmlPage
from pytest_auth_provider import Client, Outcome, scenario

NOT_FOUND = ErrorAnswer("not_found", status=404)


@scenario(
    "RFC 8414 3.1",
    'If the issuer identifier value contains a path component, any terminating "/" MUST be removed before inserting '
    '"/.well-known/" and the well-known URI suffix between the host component and the path component.',
    harm="At a provider whose issuer ends in a slash, the sign-in fails with a 404 that nobody understands.",
    provider={"path": "/tenant", "trailing_slash": True},
    signs_in=True,
)
def test_well_known_url_has_one_slash(auth_client: Client) -> None:
    """The slash at the end of an issuer is taken away before the well-known path is put there."""
    outcome = auth_client.attempt_login()
    _applies_to_discovery(auth_client, outcome)
    exposed(
        auth_client,
        any("/tenant" in e.path for e in outcome.exchanges),
        "and below the path of the issuer",
        "it lost the path",
    )
    doubled = [e.path for e in outcome.exchanges if "//" in e.path.partition("?")[0]]
    must(not doubled, "no address with two slashes in a row", f"it asked for {', '.join(doubled)}")


@scenario(
    "RFC 8414 3",
    "Authorization servers supporting metadata MUST make a JSON document containing metadata as specified in Section 2 "
    "available at a path formed by inserting a well-known URI string into the authorization server's issuer identifier "
    "between the host component and the path component, if any. [...] In our words: or at the one that OpenID Connect "
    "Discovery forms by appending; never at one without the path of the issuer.",
    harm="At a provider with several tenants, each below a path of its own, nobody can sign in.",
    level="SHOULD",
    provider={"path": "/tenant"},
    signs_in=True,
)
def test_path_issuer_location(auth_client: Client) -> None:
    """The metadata of an issuer with a path are found where they are, inserted or appended."""
    outcome = auth_client.attempt_login()
    _applies_to_discovery(auth_client, outcome)
    asked = {e.path.partition("?")[0]: e.status for e in outcome.exchanges if "/.well-known/" in e.path}
    found = [path for path, status in asked.items() if status == 200 and "/tenant" in path]
    must(found, "the metadata of the issuer are found, whose path is /tenant", f"it asked for {', '.join(asked)}")
    must_succeed(outcome)


@scenario(
    "custom among command-line tools",
    "In our words: a client that knows several well-known locations asks the next where the first has none, whether "
    "that is said by a 404, by a 401 or 403 of what stands in front, or by a page.",
    harm="A gateway that guards one of two paths keeps everybody from signing in, although the other one is open.",
    level="SHOULD",
    signs_in=True,
)
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(ErrorAnswer("unauthorized", status=401), id="401"),
        pytest.param(ErrorAnswer("forbidden", status=403), id="403"),
        pytest.param(HtmlPage(200), id="html-200"),
    ],
)
def test_fallback_between_well_knowns(auth_provider: Provider, auth_client: Client, answer: Fault) -> None:
    """Where the first well-known location answers with something else, the next one is asked."""
    first = _sign_in_without_the_first(auth_provider, auth_client, NOT_FOUND)
    _applies_to_discovery(auth_client, first)
    locations = {exchange.path for exchange in requests(first, "discovery")}
    applies_only(len(locations) > 1, f"{auth_client.name} knows one location of metadata, which is {locations}")
    must_succeed(first)
    must_succeed(_sign_in_without_the_first(auth_provider, auth_client, answer))


def _sign_in_without_the_first(provider: Provider, client: Client, answer: Fault) -> Outcome:
    """Try to sign in while the location of the metadata that is asked first has this `answer`."""
    first: list[str] = []

    def is_first(call: Call) -> bool:
        first.append(call.request.path)
        return call.request.path == first[0]

    with provider.failing(answer, at="discovery", when=is_first, optional=True):
        return client.attempt_login()


def _applies_to_discovery(client: Client, outcome: Outcome) -> None:
    """Skip the contract for a client whose login asks for no metadata; note that this one did."""
    asked = [exchange for exchange in outcome.exchanges if "/.well-known/" in exchange.path]
    applies_only(bool(asked), f"{client.name} does not discover its provider as it signs in")
    exposed(client, asked, f"its login asked for {asked[0].path if asked else ''}", "it asked for no metadata")
