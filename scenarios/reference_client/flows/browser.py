"""Signing in through the browser of this machine (RFC 6749 4.1, RFC 7636, RFC 8252).

a callback without our state ... not meant for us, whatever else it says: ignored
... from another issuer ........ refused (RFC 9207); so is one that names none although the metadata promise it
... with an error .............. the end, with a message
... with a code ................ exchanged, once, together with the verifier
nobody comes back .............. the end, after `PATIENCE` seconds
"""

import base64
import hashlib
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode, urlsplit, urlunsplit

from reference_client import answers, id_token, jose, messages, terminal, token_endpoint
from reference_client.context import Context
from reference_client.discovery import Metadata
from reference_client.errors import BrokenAnswerError, InvalidTokenError, SignInError
from reference_client.loopback import Loopback
from reference_client.token_endpoint import Tokens

PATIENCE = 300.0
"""Seconds that the person has in the browser."""
LAUNCH = 0.5
"""Seconds that the program gets which opens the browser. Some do not return before the browser is closed."""

_AGAIN = "start over with: auth-reference login --browser"
_WHAT = "exchanging the code"


@dataclass(frozen=True)
class Request:
    """What one sign-in is recognised by. Nothing of it is ever used for another one."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)

    @classmethod
    def new(cls) -> Self:
        """Return a request that nobody can guess."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))

    def url(self, endpoint: str, client_id: str, redirect_uri: str, scope: str) -> str:
        """Return the page to open: the endpoint, which may have a query of its own, and our parameters."""
        parameters = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": redirect_uri,
            "scope": scope,
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": challenge(self.verifier),
            "code_challenge_method": "S256",
        }
        parts = urlsplit(endpoint)
        query = "&".join(filter(None, [parts.query, urlencode(parameters)]))
        return urlunsplit(parts._replace(query=query, fragment=""))


def challenge(verifier: str) -> str:
    """Return what is shown of a verifier before it is needed (RFC 7636 4.2, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class Callback:
    """Reads what the browser brings back, and remembers the first answer: a code, or why there is none."""

    def __init__(self, request: Request, metadata: Metadata) -> None:
        self._request = request
        self._metadata = metadata
        self._code = ""
        self._problem = ""

    def read(self, parameters: Mapping[str, str]) -> bool:
        """Return whether these parameters answer our request; if so, remember what they say."""
        if not self.is_ours(parameters.get("state", "")):
            return False
        self._problem = self.problem_with(parameters)
        self._code = parameters.get("code", "")
        return True

    def is_ours(self, state: str) -> bool:
        """Whether this is the state of our request."""
        return secrets.compare_digest(state.encode(), self._request.state.encode())

    def problem_with(self, parameters: Mapping[str, str]) -> str:
        """Return why the sign-in ends with these parameters; nothing where it goes on."""
        if not self.is_from_our_issuer(parameters.get("iss")):
            return "the browser came back from another provider than the one it was sent to"
        if parameters.get("error") == "access_denied":
            return "the sign-in was denied in the browser"
        if "error" in parameters:
            return f"the provider ended the sign-in{messages.error_code(parameters['error'])}"
        return "" if parameters.get("code") else "the browser came back without a code"

    def is_from_our_issuer(self, issuer: str | None) -> bool:
        """Whether a response is from the issuer it was asked of (RFC 9207 2.4). Not all of them say so."""
        if issuer is None:
            return self._metadata.members.get("authorization_response_iss_parameter_supported") is not True
        return issuer == self._metadata.issuer

    def code(self) -> str:
        """Return the code.

        Raises:
            SignInError: There is none.
        """
        if self._problem:
            raise SignInError(f"{self._problem}; nothing was stored", _AGAIN)
        return self._code


def sign_in(context: Context, scope: str, open_page: Callable[[str], None]) -> Tokens:
    """Sign in, opening the page with `open_page`, and showing its address in any case.

    Raises:
        SignInError: It was denied, refused, nobody came back, or nobody could.
        NoAnswerError, BrokenAnswerError: The provider does not answer, or not in a way that makes sense.
    """
    metadata = context.discovery.metadata()
    endpoint = page_of(metadata)
    request = Request.new()
    callback = Callback(request, metadata)
    with Loopback(context.settings.callback_port) as loopback:
        url = request.url(endpoint, context.client_id, loopback.redirect_uri, scope)
        show(url)
        launch(open_page, url)
        if not loopback.wait(callback.read, PATIENCE):
            raise SignInError(f"nobody came back from the browser within {PATIENCE:.0f} seconds", _AGAIN)
    return exchange(context, request, callback.code(), loopback.redirect_uri)


def page_of(metadata: Metadata) -> str:
    """Return the authorization endpoint, once it is safe to show it and to hand it to a browser.

    Raises:
        SignInError: There is none.
        BrokenAnswerError: It is no web address, or is made of characters that do not belong into one.
    """
    endpoint = metadata.endpoint("authorization_endpoint")
    if endpoint is None:
        raise SignInError("this provider offers no sign-in through a browser")
    if not token_endpoint.is_visible(endpoint) or " " in endpoint:
        raise BrokenAnswerError("the provider's authorization_endpoint is not a usable URL", "nothing was stored")
    return endpoint


def show(url: str) -> None:
    """Tell the person where to go: on a line of its own, whole, however narrow the terminal is."""
    terminal.say(f"To sign in, open this page in the browser of this machine:\n\n{url}\n")
    terminal.say("Waiting for your decision ...")


def launch(open_page: Callable[[str], None], url: str) -> None:
    """Open the page, and do not wait for a program that stays."""
    opening = threading.Thread(target=open_page, args=(url,), daemon=True)
    opening.start()
    opening.join(LAUNCH)


def exchange(context: Context, request: Request, code: str, redirect_uri: str) -> Tokens:
    """Return the tokens for a code, which is sent once (RFC 6749 4.1.2). Raises as `sign_in`."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "client_id": context.client_id,
        "code_verifier": request.verifier,
    }
    answer = context.transport.post(context.discovery.metadata().required("token_endpoint"), form)
    if 400 <= answer.status < 500:
        raise SignInError(f"the provider refused the code: {answers.described(answer)}; nothing was stored", _AGAIN)
    tokens = token_endpoint.tokens(answer, _WHAT)
    check_nonce(tokens, request)
    return tokens


def check_nonce(tokens: Tokens, request: Request) -> None:
    """Refuse an ID token that answers another request. Who signed it is checked with everything else it says.

    Raises:
        SignInError: Its nonce is not ours.
    """
    if tokens.id_token is None:
        return
    try:
        id_token.check_nonce(jose.read(tokens.id_token)[1], request.nonce)
    except InvalidTokenError as error:
        raise SignInError(
            f"the sign-in was refused: the ID token cannot be believed: {error}; nothing was stored"
        ) from None
