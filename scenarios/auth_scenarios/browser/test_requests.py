"""What a sign-in through the browser asks for: proof keys, values that nobody can guess, and the way back."""

from __future__ import annotations

import base64
import hashlib
from ipaddress import ip_address

from auth_scenarios.browser.sign_ins import BROWSER, authorization_requests, listening_during_sign_in, sign_in
from auth_scenarios.verify import applies_only, exposed, must, must_succeed, requests
from fakeprovider import Exchange
from pytest_auth_provider import Client, scenario

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@scenario(
    "RFC 8252 6; RFC 7636 4.2",
    "Public native app clients MUST implement the Proof Key for Code Exchange (PKCE [RFC7636]) extension to OAuth, "
    '[...] If the client is capable of using "S256", it MUST use "S256", as "S256" is Mandatory To Implement (MTI) on '
    "the server.",
    harm="Another program on the machine that sees the code gets the tokens with it.",
    policy=BROWSER,
)
def test_pkce_s256(auth_client: Client) -> None:
    """The code is bound to the client that asked for it: with S256, and the verifier that belongs to the challenge."""
    outcome = sign_in(auth_client)
    secret = any(has_secret(e) for e in requests(outcome, "token"))
    applies_only(not secret, f"{auth_client.name} has a secret; a confidential client is only recommended to use PKCE")
    asked = authorization_requests(outcome)[0]
    must(asked.get("code_challenge"), "a code_challenge in the authorization request", "there was none")
    method = asked.get("code_challenge_method", "plain")
    must(method == "S256", "the method S256", f"code_challenge_method is {method!r}")
    exchanged = requests(outcome, "token", grant="authorization_code")
    exposed(auth_client, exchanged, "the code was exchanged", "the code was not exchanged")
    digest = hashlib.sha256(exchanged[0].form.get("code_verifier", "").encode()).digest()
    fits = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"].rstrip("=")
    must(fits, "the verifier of the challenge in the token request", "another one, or none")


def has_secret(request: Exchange) -> bool:
    """Return whether a token request has a secret of the client, in its form or in HTTP Basic; an empty one is none."""
    scheme, _, encoded = request.header("Authorization").partition(" ")
    shown = base64.b64decode(f"{encoded}==").partition(b":")[2] if scheme.lower() == "basic" else b""
    return bool(shown or request.form.get("client_secret"))


@scenario(
    "RFC 7636 4.1",
    'The client first creates a code verifier, "code_verifier", for each OAuth 2.0 [RFC6749] Authorization Request, '
    "[...] In our words: and a state, and a nonce; what is used twice can be known.",
    harm="Whoever has seen one sign-in of the tool can finish the next one in the place of the user.",
    policy=BROWSER,
)
def test_verifier_and_state_unique_per_run(auth_client: Client) -> None:
    """Every sign-in has a verifier, a state and a nonce of its own."""
    asked = [authorization_requests(sign_in(auth_client))[0] for _ in range(2)]
    exposed(auth_client, len(asked) == 2, "two sign-ins were begun", "there was no second sign-in")
    for name in ("code_challenge", "state", "nonce"):
        first, second = (one.get(name, "") for one in asked)
        must(not first or first != second, f"another {name} in every sign-in", "it was the same twice")


@scenario(
    "RFC 8252 8.3",
    "Specifying a redirect URI with the loopback IP literal rather than localhost avoids inadvertently listening on "
    "network interfaces other than the loopback interface. In our words: or who says localhost listens at each address "
    "of that name.",
    harm="After the sign-in the browser says that the site cannot be reached, on some machines and some days.",
    level="SHOULD",
    policy=BROWSER,
)
def test_callback_on_every_loopback_family(auth_client: Client) -> None:
    """The callback goes to an address that the client listens at, or to a name with both of its addresses."""
    listened = listening_during_sign_in(auth_client)
    host, found = listened.host, listened.at
    applies_only(host in LOOPBACK, f"{auth_client.name} is not called back on the loopback interface")
    exposed(auth_client, found, f"redirected to {host}, it listened at {', '.join(found)}", "it listened nowhere")
    needed = ["127.0.0.1", "::1"] if host == "localhost" else [host]
    wide = {"127.0.0.1": {"0.0.0.0", "::"}, "::1": {"::"}}  # nosec B104  # noqa: S104 - compared, not bound
    missing = [one for one in needed if not {one, *wide[one]} & {*found}]
    must(not missing, f"a listener at {' and '.join(needed)}", f"it listened at {', '.join(found)}")
    must_succeed(listened.outcome)


@scenario(
    "RFC 8252 8.3",
    "Clients should listen on the loopback network interface only, in order to avoid interference by other network "
    "actors.",
    harm="Anybody in the same network, as in a train, can answer or cancel the sign-in.",
    level="SHOULD",
    policy=BROWSER,
)
def test_callback_only_on_loopback(auth_client: Client) -> None:
    """Nobody outside of this machine can reach the little server that waits for the callback."""
    listened = listening_during_sign_in(auth_client)
    host, found = listened.host, listened.at
    applies_only(host in LOOPBACK, f"{auth_client.name} is not called back on the loopback interface")
    exposed(auth_client, found, f"it waited for the callback at {', '.join(found)}", "it listened nowhere")
    outside = [one for one in found if not ip_address(one).is_loopback]
    must(not outside, "listeners on the loopback interface alone", f"it listened at {', '.join(outside)}")
