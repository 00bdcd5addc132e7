"""Callbacks that somebody else has made: any page in the browser can send a request to the loopback interface.

Each comes before the true callback. Whether a client gives up then, or waits on for the true one, is its own business,
except where it was not meant at all; but it does not take what was forged.
"""

from __future__ import annotations

import pytest

from auth_scenarios.browser.sign_ins import (
    BROWSER,
    FORGED,
    authorization_requests,
    must_reject_forged,
    sign_in,
)
from auth_scenarios.verify import applies_only, must, must_not_say, requests
from pytest_auth_provider import Client, scenario


@scenario(
    "RFC 8252 8.9",
    'it is similarly RECOMMENDED that native apps include a high-entropy secure random number in the "state" parameter '
    "of the authorization request and reject any incoming authorization responses without a state value that matches a "
    "pending outgoing authorization request.",
    harm="Any web page can sign the tool in with the account of a stranger, who then reads what the user uploads.",
    level="SHOULD",
    policy=BROWSER,
)
def test_wrong_state(auth_client: Client) -> None:
    """A callback with another state than that of the request is not exchanged."""
    auth_client.browser.forged_callback_first(state="wrong", code=FORGED)
    outcome = sign_in(auth_client)
    sent = authorization_requests(outcome)[0]
    must(sent.get("state"), "a state in the authorization request", "there was none")
    must_reject_forged(auth_client, outcome)


@scenario(
    "RFC 8252 8.9",
    "reject any incoming authorization responses without a state value that matches a pending outgoing authorization "
    "request.",
    harm="A link in a mail is enough to sign the tool in with an account that belongs to somebody else.",
    level="SHOULD",
    policy=BROWSER,
)
def test_missing_state(auth_client: Client) -> None:
    """A callback without a state is not exchanged, where the request had one."""
    auth_client.browser.forged_callback_first(state="missing", code=FORGED)
    outcome = sign_in(auth_client)
    sent = authorization_requests(outcome)[0]
    applies_only(bool(sent.get("state")), f"{auth_client.name} sends no state, which browser/wrong-state tells")
    must_reject_forged(auth_client, outcome)


@scenario(
    "RFC 9207 2.4",
    "If the value does not match the expected issuer identifier, clients MUST reject the authorization response and "
    "MUST NOT proceed with the authorization grant. [...] Clients MUST reject authorization responses without the iss "
    "parameter from authorization servers that do support the parameter according to the client's configuration. "
    "In our words: a MUST for clients that support it, which they declare with `missing_iss`.",
    harm="A user who signs in at one provider hands the code for another one, where they matter more, to a thief.",
    level="SHOULD",
    policy=BROWSER,
    promised_by={"missing_iss": "refused"},
)
@pytest.mark.parametrize("iss", ["other", "missing"])
def test_wrong_iss(auth_client: Client, iss: str) -> None:
    """A callback of another issuer is not exchanged, nor one of no issuer where the metadata promise its name."""
    refuses = auth_client.policies["missing_iss"] == "refused"
    applies_only(iss == "other" or refuses, f"{auth_client.name} does not declare that it refuses a missing iss")
    auth_client.browser.forged_callback_first(iss=iss, code=FORGED)
    outcome = sign_in(auth_client)
    applies_only(bool(requests(outcome, "discovery")), f"{auth_client.name} reads no metadata to compare with")
    must_reject_forged(auth_client, outcome)


@scenario(
    "RFC 6749 4.1.3",
    "REQUIRED. The authorization code received from the authorization server. In our words: whoever has received none "
    "has nothing to exchange.",
    harm="The tool asks for tokens with nothing in its hands, and shows the user an error that is not theirs.",
    policy=BROWSER,
)
def test_missing_code(auth_client: Client) -> None:
    """A callback with neither code nor error leads to no token request."""
    auth_client.browser.forged_callback_first(code="missing")
    outcome = sign_in(auth_client)
    codes = [e.form.get("code", "") for e in requests(outcome, "token", grant="authorization_code")]
    must(all(codes), "every token request has a code", "one had none")
    must_reject_forged(auth_client, outcome)


@scenario(
    "RFC 8252 8.9",
    "reject any incoming authorization responses without a state value that matches a pending outgoing authorization "
    "request. In our words: an error that was not meant for the sign-in is not believed, whether it goes on or not.",
    harm="Any web page, or anybody on the same machine, can make every sign-in fail before it is finished.",
    level="SHOULD",
    policy=BROWSER,
)
@pytest.mark.parametrize("state", ["missing", "wrong"])
def test_error_without_state_is_ignored(auth_client: Client, state: str) -> None:
    """An error that comes without the state of the request is not taken for the answer of the person."""
    auth_client.browser.forged_callback_first(state=state, code="missing", error="access_denied")
    outcome = sign_in(auth_client)
    sent = authorization_requests(outcome)[0]
    applies_only(bool(sent.get("state")), f"{auth_client.name} sends no state, which browser/wrong-state tells")
    must_reject_forged(auth_client, outcome)
    must_not_say(outcome, "denied")


@scenario(
    "RFC 9700 2.1.2",
    'clients SHOULD NOT use the implicit grant (response type "token") or other response types issuing access tokens '
    "in the authorization response, unless access token injection in the authorization response is prevented and the "
    "aforementioned token leakage vectors are mitigated.",
    harm="The token stands in the history of the browser, and a link can plant the token of somebody else.",
    level="SHOULD",
    policy=BROWSER,
)
def test_no_token_in_the_redirect_url(auth_client: Client) -> None:
    """No token travels through the browser: none is asked for there, and one that comes that way is not taken."""
    names = ("access_token", "token", "id_token")
    auth_client.browser.forged_callback_first(code="missing", **dict.fromkeys(names, "token-of-another"))
    outcome = sign_in(auth_client)
    asked = authorization_requests(outcome)[0].get("response_type", "")
    must("token" not in asked.split(), "a response type without tokens", f"response_type is {asked!r}")
    must_reject_forged(auth_client, outcome)
    exchanged = requests(outcome, "token", grant="authorization_code")
    must(exchanged or not outcome.ok, "no sign-in with the token of the forged callback", "it succeeded")
