"""Small programs that sign in as real tools do, for tests that show that nobody is accused of doing so."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from fakeprovider import Provider
from pytest_auth_provider.clients import Adapter, Client, Sandbox, Step

SCRIPT = """
import sys, urllib.error, urllib.parse, urllib.request

def ask(url, token="", **form):
    headers = {"Authorization": "Bearer " + token} if token else {}
    request = urllib.request.Request(url, urllib.parse.urlencode(form).encode() or None, headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        if error.code == 401 and not token:
            return error.read()
        sys.exit(f"the API says {error.code}: sign in again")
"""
"""What all of them do alike: ask, and give up with a message where that is refused."""

BROWSER = """
import base64, hashlib, json
authorization, endpoint = sys.argv[2:]
here, verifier = "http://127.0.0.1/", "v" * 43
challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()

class Browser(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, request, file, code, message, headers, location):
        global came_back
        came_back = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))

asked = dict(response_type="code", client_id="acme", redirect_uri=here, code_challenge=challenge)
asked["code_challenge_method"] = "S256"
try:
    urllib.request.build_opener(Browser).open(authorization + "?" + urllib.parse.urlencode(asked))
except urllib.error.HTTPError:
    if "code" not in came_back:
        sys.exit(came_back["error"])
form = dict(grant_type="authorization_code", client_id="acme", redirect_uri=here, code_verifier=verifier)
held = json.loads(ask(endpoint, code=came_back["code"], **form))["access_token"]
with open("token", "w") as file:
    file.write(held)
"""
"""Signs in through the browser, and in no other way."""

FETCHING = """
import json, time
action, endpoint, api = sys.argv[1:]

def fetch():
    form = dict(grant_type="client_credentials", client_id="acme", client_secret="secret")
    answer = json.loads(ask(endpoint, **form))
    with open("token", "w") as file:
        file.write(answer["access_token"] + " " + str(time.time() + answer["expires_in"]))
    return answer["access_token"]

if action == "login":
    sys.exit(fetch() and 0)
"""
"""Fetches a token where it is told to sign in, and keeps it in a file."""

Make = Callable[..., Client]
"""Makes a client of a script; its actions have these arguments."""


def maker(provider: Provider, sandbox: Sandbox) -> Make:
    """Return what makes clients of `provider` that run in `sandbox`."""

    def make(script: str, policies: Mapping[str, str] | None = None, **actions: tuple[str, ...]) -> Client:
        run = {name: (Step((name, *arguments)),) for name, arguments in actions.items()}
        adapter = Adapter("acme", (sys.executable, "-S", "-c", SCRIPT + script), run, policies=policies or {})
        return Client(adapter, sandbox, provider)

    return make
