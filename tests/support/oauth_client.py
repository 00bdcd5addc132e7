"""An OAuth client for tests: every request a client can make, over real sockets, every argument open to mistakes."""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

from fakeprovider import Provider
from fakeprovider.protocol.pkce import s256

VERIFIER = "correct-horse-battery-staple-0123456789-abcdef"
Result = TypeVar("Result")

_TLS = ssl.create_default_context()  # making one takes longer than most tests
CALLBACK = "http://127.0.0.1:8090/callback"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


class OAuthClient:
    """A public client and the browser of its user, over one real connection; every argument can be got wrong."""

    def __init__(self, provider: Provider, http: httpx.Client, client_id: str = "cli") -> None:
        self.provider = provider
        self.http = http
        self.client_id = client_id

    def get(self, endpoint: str, **options: Any) -> httpx.Response:
        """GET an endpoint; `options` are those of httpx."""
        return self.http.get(self.provider.url(endpoint), **options)

    def post(self, endpoint: str, **members: object) -> httpx.Response:
        """Post a form to an endpoint; a member that is None is left out."""
        form = {name: [str(one) for one in _values(value)] for name, value in members.items()}
        return self.http.post(self.provider.url(endpoint), data=form)

    def request(self, endpoint: str, **members: object) -> httpx.Response:
        """Post a form to an endpoint, with the id of this client unless the form has another."""
        return self.post(endpoint, **{"client_id": self.client_id, **members})

    @property
    def challenge(self) -> str:
        """The code challenge this client sends."""
        return s256(VERIFIER)

    def authorization_url(self, **changes: object) -> str:
        """The address that this client sends its user's browser to."""
        asked: dict[str, object] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "scope": "openid offline_access",
            "state": "state-1",
            "nonce": "nonce-1",
            "code_challenge": s256(VERIFIER),
            "code_challenge_method": "S256",
            **changes,
        }
        query = [(name, str(one)) for name, value in asked.items() for one in _values(value)]
        return f"{self.provider.url('authorization')}?{urlencode(query)}"

    def authorize(self, **changes: object) -> httpx.Response:
        """Send the browser to the authorization endpoint, without following where it leads."""
        return self.http.get(self.authorization_url(**changes))

    def code(self, **changes: object) -> str:
        """An authorization code, from an authorization request."""
        return self.landed(self.authorize(**changes))["code"]

    def exchange(self, code: str, **changes: object) -> httpx.Response:
        """Bring a code to the token endpoint."""
        asked = {"redirect_uri": CALLBACK, "code_verifier": VERIFIER, **changes}
        return self.request("token", grant_type="authorization_code", code=code, **asked)

    def sign_in(self, **changes: object) -> dict[str, str]:
        """The members of the token answer after a whole sign-in at the browser."""
        answer = self.exchange(self.code(**changes), client_id=changes.get("client_id", self.client_id))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def device(self, **changes: object) -> dict[str, str]:
        """The answer of the device authorization endpoint."""
        return dict(self.request("device_authorization", **{"scope": "openid offline_access", **changes}).json())

    def poll(self, device_code: str, **changes: object) -> httpx.Response:
        """Poll with a device code."""
        return self.request("token", **{"grant_type": DEVICE_CODE, "device_code": device_code, **changes})

    def poll_result(self, device_code: str) -> str:
        """The error code that one poll is answered with, or "signed in"."""
        return str(self.poll(device_code).json().get("error", "signed in"))

    def sign_in_by_device(self, **changes: object) -> dict[str, Any]:
        """The members of the token answer to a device code that the user approved at once."""
        code = self.device(**changes)["device_code"]
        answer = self.poll(code, client_id=changes.get("client_id", self.client_id))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def refresh(self, refresh_token: str, **changes: object) -> httpx.Response:
        """Spend a refresh token."""
        return self.request("token", **{"grant_type": "refresh_token", "refresh_token": refresh_token, **changes})

    def use(self, access_token: str, path: str = "/anything", method: str = "GET") -> httpx.Response:
        """Call the protected API."""
        headers = {"Authorization": f"Bearer {access_token}"}
        return self.http.request(method, self.provider.api + path, headers=headers)

    @staticmethod
    def claims(token: str) -> dict[str, Any]:
        """What a JWT says; whether it is well signed is another test's business."""
        payload = token.split(".")[1]
        return dict(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))))

    @staticmethod
    def landed(answer: httpx.Response) -> dict[str, str]:
        """The parameters in the address an answer redirects to."""
        assert answer.is_redirect, f"expected a redirect, got {answer.status_code}: {answer.text}"
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    @staticmethod
    def refused(answer: httpx.Response, code: str, *words: str, status: int = 400) -> str:
        """The description of an error answer, after checking its code and that it says all of `words`."""
        told = answer.json()
        assert (answer.status_code, told["error"]) == (status, code), answer.text
        missing = [word for word in words if word not in told["error_description"]]
        assert not missing, f"{missing} not in {told['error_description']!r}"
        return str(told["error_description"])

    def at_once(self, times: int, action: Callable[[OAuthClient], Result]) -> list[Result]:
        """Let that many clients like this one do `action`, each in a thread of its own, all let go at the same moment.

        Each has connections of its own: a pool of httpx that threads share now and then closes a connection that it has
        just handed to one of them.
        """
        gate = Barrier(times)

        def waiting(_: int) -> Result:
            with httpx.Client(verify=_TLS, trust_env=False, timeout=self.http.timeout) as http:
                gate.wait()
                return action(OAuthClient(self.provider, http, self.client_id))

        with ThreadPoolExecutor(times) as threads:
            return list(threads.map(waiting, range(times)))


def _values(value: object) -> list[object]:
    """A parameter's values: None is left out, a list is sent as often as it is long."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
