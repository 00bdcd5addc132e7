"""What the control API does to a provider, and what it says about it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from fakeprovider import Provider
from fakeprovider.control.control import Control
from tests.support.oauth_client import OAuthClient

if TYPE_CHECKING:
    from tests.fakeprovider.control.conftest import Controller


def test_the_overview_says_where_everything_is(control: Controller) -> None:
    """The base of the API names the issuer, every endpoint, and every operation."""
    overview = control.get("/")
    assert overview["issuer"] == control.provider.issuer
    assert overview["endpoints"]["token"] == control.provider.url("token")
    assert overview["api"] == control.provider.api
    assert overview["control"] == control.url
    assert "POST /faults" in overview["operations"]


def test_requests_to_it_are_in_no_journal(client: OAuthClient, control: Controller) -> None:
    """Exchanges are those of clients, and their numbers have no gaps."""
    control.get("/faults")
    client.request("token", grant_type="nonsense")
    control.get("/clock")
    client.request("token", grant_type="nonsense")
    assert [exchange["number"] for exchange in control.get("/journal")["exchanges"]] == [1, 2]


def test_there_is_none_unless_it_is_asked_for() -> None:
    """Without `control=True` the path is one like any other, and nothing of it is imported."""
    with Provider() as provider:
        assert provider.control is None
        assert httpx.get(f"{provider.origin}/_control/", trust_env=False).status_code == 404


def test_the_user_decides(client: OAuthClient, control: Controller) -> None:
    """Who signs in, what they decide, and what the next polls say."""
    sub = control.do("POST", "/users", {"name": "Grace Hopper", "claims": {"locale": "en"}})["sub"]
    assert control.do("PATCH", "/user", {"person": sub, "decision": "deny"})["person"]["name"] == "Grace Hopper"
    assert client.poll_result(client.device()["device_code"]) == "access_denied"
    assert control.do("PUT", "/user/polls", {"steps": ["pending", "approve"]})["steps"] == ["pending", "approve"]
    device = client.device()["device_code"]
    assert [client.poll_result(device), client.poll_result(device)] == ["authorization_pending", "signed in"]
    assert control.ask("PATCH", "/user", {"person": "nobody"}).json()["error"].startswith("person: nobody is 'nobody'")


def test_clients_are_registered(control: Controller) -> None:
    """A registered client is in the list; one that contradicts itself is refused in Python's words."""
    control.do("POST", "/clients", {"client_id": "web", "secret": "s3cret", "redirect_uris": ["https://a.test/cb"]})
    assert [client["client_id"] for client in control.get("/clients")] == ["web"]
    assert "method 'private_key_jwt' needs jwks=" in str(
        control.refused("POST", "/clients", {"client_id": "x", "method": "private_key_jwt"})
    )


def test_a_fault_is_armed_met_and_disarmed(client: OAuthClient, control: Controller) -> None:
    """As text: the client meets it, the counts say so, and disarming it has nothing to complain of."""
    [armed] = control.do("POST", "/faults", {"text": "token : ServerError(503) x1"})
    assert [client.request("token").status_code, client.request("token").status_code] == [503, 400]
    told = control.do("DELETE", f"/faults/{armed['id']}")
    assert (told["armed"], told["fired"], told["never_met"], told["message"]) == (False, 1, [], "")


def test_a_fault_as_json_is_the_same(control: Controller) -> None:
    """Name, settings and aim as members; a setting that is a fault or bytes is given as text."""
    body = {"fault": "ServerError", "settings": {"status": 502}, "at": ["token"], "after": 1, "times": 2}
    [armed] = control.do("POST", "/faults", body)
    assert armed["text"] == "token after 1 : ServerError(status=502) x2"
    [lost] = control.do("POST", "/faults", {"fault": "LostAnswer", "settings": {"how": "Closed()"}, "at": ["token"]})
    assert "Closed()" in lost["text"]
    [garbage] = control.do("POST", "/faults", {"fault": "Garbage", "settings": {"data": "???"}, "at": ["jwks"]})
    assert "b'???'" in garbage["text"]


def test_a_fault_that_nobody_met_is_told(client: OAuthClient, control: Controller) -> None:
    """Disarming says that it proved nothing, and what arrived instead."""
    [armed] = control.do("POST", "/faults", {"text": "revocation : Reset()"})
    client.request("token")
    told = control.do("DELETE", f"/faults/{armed['id']}")
    assert told["never_met"] == ["Reset()"]
    assert "armed and never met" in told["message"]
    assert "POST /token" in told["message"]


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("ServerError", {"retry_after": "\N{EURO SIGN}"}),
        ("Body", {"text": "x", "content_type": "text/\N{EURO SIGN}"}),
        ("WrongContentType", {"content_type": "a\r\nSet-Cookie: b"}),
        ("WrongCharset", {"declared": "\N{EURO SIGN}"}),
        ("CaptivePortal", {"location": "http://\N{EURO SIGN}"}),
        ("Redirect", {"origin": "http://\N{EURO SIGN}"}),
    ],
)
def test_what_fits_into_no_header_is_refused(control: Controller, name: str, settings: dict[str, str]) -> None:
    """When the fault is armed, and not by a 500 to the client that meets it."""
    answer = control.ask("POST", "/faults", {"fault": name, "settings": settings, "at": ["token"]})
    assert (answer.status_code, "fits into a header (Latin-1, one line)" in answer.json()["error"]) == (422, True)


def test_claims_of_any_name_and_kind(client: OAuthClient, control: Controller) -> None:
    """Claims are what the token says, whatever Python calls its own arguments; the four that are text become text."""
    claims = {"self": 1, "cls": None, "name": ["x"], "sub": 7, "address": {"country": ["NO"]}}
    told = control.do("POST", "/users", {"claims": claims})
    assert (told["sub"], told["name"]) == ("7", "['x']")
    control.do("PATCH", "/user", {"person": "7"})
    person = client.claims(client.sign_in()["id_token"])
    assert (person["sub"], person["self"], person["cls"], person["address"]) == ("7", 1, None, {"country": ["NO"]})


def test_a_script_goes_step_by_step(client: OAuthClient, control: Controller) -> None:
    """The n-th request meets the n-th step; null lets one pass."""
    steps = [{"fault": "ServerError(503)"}, None, {"fault": "RateLimited", "times": 2}]
    control.do("POST", "/scripts", {"at": ["token"], "steps": steps})
    assert [client.request("token").status_code for _ in range(5)] == [503, 400, 429, 429, 400]
    assert control.do("DELETE", "/faults")[0]["fired"] == 3


def test_held_requests_are_released(client: OAuthClient, control: Controller) -> None:
    """`Hold` keeps a request until somebody says so."""
    from concurrent.futures import ThreadPoolExecutor

    [armed] = control.do("POST", "/faults", {"text": "token : Hold(seconds=20)"})
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(client.request, "token")
        while not control.get(f"/faults/{armed['id']}")["seen"]:
            pass
        control.do("POST", f"/faults/{armed['id']}/release")
        assert waiting.result(20).status_code == 400
    [other] = control.do("POST", "/faults", {"text": "token : Reset()"})
    assert control.ask("POST", f"/faults/{other['id']}/release").status_code == 409


@pytest.mark.parametrize("text", ["Refused()", "WrongHost()"])
def test_what_keeps_everybody_away_needs_an_end(control: Controller, text: str) -> None:
    """Whoever would disarm it could not reach this API."""
    assert control.refused("POST", "/faults", {"text": text}) == {"seconds": "is missing"}


def test_a_fault_ends_by_itself(control: Controller) -> None:
    """With `seconds` it is disarmed without anybody asking."""
    control.do("POST", "/faults", {"text": "Refused() ; jwks : Reset()", "seconds": 0.05})
    while any(told["armed"] for told in _when_it_is_back(control, "/faults")):
        pass
    [reset] = [told for told in control.get("/faults") if "Reset" in told["text"]]
    assert "armed and never met" in reset["message"]


def test_meanwhile_everybody_is_refused(control: Controller) -> None:
    """Whoever connects before it ends finds nobody; what has an end can be ended in Python before."""
    control.do("POST", "/faults", {"text": "Refused()", "seconds": 600})
    with pytest.raises(httpx.ConnectError):
        control.get("/clock")
    assert isinstance(control.provider.control, Control)
    [entry] = control.provider.control.fault_registry.clear()
    assert (entry.in_force, entry.armed.fired > 0, entry.message) == (False, True, "")
    assert control.get("/faults") == []


def test_an_outage_ends_by_itself(control: Controller) -> None:
    """`down` answers, and only then refuses everybody, for as long as it was told."""
    control.do("POST", "/down", {"seconds": 0.05})
    assert _when_it_is_back(control, "/clock")["advanced"] == 0
    control.do("POST", "/down", {"seconds": 600})
    with pytest.raises(httpx.ConnectError):
        control.get("/clock")
    control.provider.up()
    assert control.get("/clock")["advanced"] == 0


def _when_it_is_back(control: Controller, path: str) -> Any:
    while True:
        with contextlib.suppress(httpx.TransportError):
            return control.get(path)


def test_the_clock_goes_on(control: Controller) -> None:
    """Seconds pass at once: a token that lives for one is dead."""
    control.do("PATCH", "/settings", {"access_token_lifetime": 1})
    token = control.do("POST", "/tokens", {})["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert control.http.get(f"{control.provider.api}/x", headers=bearer).status_code == 200
    assert control.do("POST", "/clock/advance", {"seconds": 2})["advanced"] == 2
    assert control.http.get(f"{control.provider.api}/x", headers=bearer).status_code == 401


def test_keys_are_rotated_step_by_step(control: Controller) -> None:
    """Publish, then sign, then retire; or sign with a key that nobody was told of."""
    published = control.do("POST", "/keys", {"step": "publish"})
    kids = [key["kid"] for key in published["jwks"]["keys"]]
    assert (published["signs"], kids) == ("key-1", ["key-1", "key-2"])
    assert control.do("POST", "/keys", {"step": "sign", "kid": "key-2"})["signs"] == "key-2"
    assert len(control.do("POST", "/keys", {"step": "retire", "kid": "key-1"})["jwks"]["keys"]) == 1
    hidden = control.do("POST", "/keys", {"step": "sign"})
    assert hidden["signs"] not in [key["kid"] for key in hidden["jwks"]["keys"]]
    assert control.ask("POST", "/keys", {"step": "sign", "kid": "nix"}).status_code == 404


def test_sessions_are_seeded_listed_and_ended(client: OAuthClient, control: Controller) -> None:
    """Tokens without a flow begin a session; ended, its refresh token is dead."""
    issued = control.do("POST", "/tokens", {"client_id": "cli", "person": "ada"})
    [session] = control.get("/sessions")
    assert (session["id"], session["generation"], session["ended"]) == (issued["session_id"], 1, "")
    assert control.do("DELETE", f"/sessions/{session['id']}", why="stolen")["ended"] == "stolen"
    refreshed = client.refresh(issued["refresh_token"])
    assert refreshed.status_code == 400
    assert {"kind": "refresh_token", "value": issued["refresh_token"]} in control.get("/secrets")


def test_knobs_are_turned_all_or_none(control: Controller) -> None:
    """A wrong value is refused in the words Python uses, and leaves the right ones beside it alone."""
    fields = control.refused("PATCH", "/settings", {"leeway": 5, "reuse": "maybe", "leway": 1, "seed": 3})
    assert "'maybe' is not one of 'benign_409'" in fields["reuse"]
    assert "Did you mean 'leeway'?" in fields["leway"]
    assert "seed" in fields
    assert control.get("/settings")["leeway"] == 0
    assert control.do("PATCH", "/settings", {"leeway": 5})["leeway"] == 5


def test_the_journal_is_read_filtered_and_cleared(client: OAuthClient, control: Controller) -> None:
    """By endpoint and mark, as JSON, as an archive, as text."""
    client.request("token", grant_type="nonsense")
    mark = control.get("/journal")["mark"]
    client.device()
    assert [one["endpoint"] for one in control.get("/journal", since=mark)["exchanges"]] == ["device_authorization"]
    [token] = control.get("/journal", endpoint="token")["exchanges"]
    assert token["form"]["grant_type"] == "nonsense"
    assert "unsupported_grant_type" in token["response_body"]["text"]
    assert len(control.get("/journal/har")["log"]["entries"]) == 2
    assert "POST /token" in control.ask("GET", "/journal/timeline").text
    control.do("DELETE", "/journal")
    assert control.get("/journal")["exchanges"] == []
    assert "'tokn' is not one of" in str(control.refused("GET", "/journal", endpoint="tokn"))


def test_an_exchange_is_waited_for(client: OAuthClient, control: Controller) -> None:
    """The answer comes with the exchange; without one it comes when the time is over, with what there was instead."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(control.get, "/journal/wait", endpoint="token", timeout=20)
        client.device()
        client.request("token")
        assert waiting.result(20)["endpoint"] == "token"
    late = control.ask("GET", "/journal/wait", params={"endpoint": "revocation", "timeout": 0})
    assert late.status_code == 404
    assert "device_authorization" in late.json()["error"]
    assert control.refused("GET", "/journal/wait", timeout=61) == {
        "timeout": "expected less than or equal to 60, got '61'"
    }


def test_reset_is_the_beginning(client: OAuthClient, control: Controller) -> None:
    """Whatever was changed is as it was when serving began; exchange numbers go on."""
    before = {path: control.get(path) for path in ("/settings", "/users", "/clients", "/user", "/keys", "/faults")}
    control.do("PATCH", "/settings", {"reuse": "reject"})
    control.do("POST", "/users", {"name": "Grace"})
    control.do("POST", "/clients", {"client_id": "web"})
    control.do("PATCH", "/user", {"decision": "ignore"})
    control.do("POST", "/keys", {"step": "rotate"})
    control.do("POST", "/faults", {"text": "token : Reset() x1"})
    control.do("POST", "/clock/advance", {"seconds": 1000})
    control.do("POST", "/tokens", {})
    client.device()
    assert control.do("POST", "/reset") == {"mark": 1}
    assert {path: control.get(path) for path in before} == before
    assert control.get("/sessions") == control.get("/secrets") == control.get("/journal")["exchanges"] == []
    assert control.get("/clock")["advanced"] == 0


@pytest.mark.parametrize(
    ("method", "path", "body", "field", "said"),
    [
        ("POST", "/faults", {}, "", "give either 'text'"),
        ("POST", "/faults", {"text": "tken : Reset()"}, "", "Did you mean 'token'?"),
        ("POST", "/faults", {"text": "token : Reset()", "after": 1}, "", "leave out after"),
        ("POST", "/faults", {"fault": "SeverError"}, "", "Did you mean 'ServerError'?"),
        (
            "POST",
            "/faults",
            {"fault": "ServerError", "settings": {"status": "x"}},
            "",
            "a whole number from 200 to 599",
        ),
        ("POST", "/faults", {"fault": "ServerError", "settings": {"sttus": 500}}, "", "Did you mean 'status'?"),
        ("POST", "/faults", {"fault": "ServerError", "at": ["tokn"]}, "", "Did you mean 'token'?"),
        ("POST", "/faults", {"fault": "Hold", "settings": {"meanwhile": "x"}}, "", "a function or None"),
        ("POST", "/faults", {"fault": "ServerError", "times": "2"}, "times", "a valid integer, got '2'"),
        ("PATCH", "/user", {"decision": "aprove"}, "decision", "'approve', 'deny' or 'ignore', got 'aprove'"),
        ("PATCH", "/user", {"decison": "deny"}, "decison", "Did you mean 'decision'?"),
        ("PUT", "/user/polls", {"steps": ["pending", "wait"]}, "steps[1]", "got 'wait'"),
        ("POST", "/clock/advance", {}, "seconds", "is missing"),
        ("POST", "/down", {"seconds": 601}, "seconds", "less than or equal to 600, got 601"),
        ("POST", "/users", [], "", "got []"),
    ],
)
def test_wrong_bodies(control: Controller, method: str, path: str, body: object, field: str, said: str) -> None:
    """422 names the field, what is accepted, and what arrived."""
    assert said in control.refused(method, path, body)[field]


def test_what_is_no_json(control: Controller) -> None:
    """A broken body and one of another type say so."""
    broken = control.ask("POST", "/faults", content=b"{", headers={"Content-Type": "application/json"})
    assert broken.status_code == 422
    assert "not JSON" in broken.json()["error"]
    form = control.ask("POST", "/faults", data={"text": "token : Reset()"})
    assert form.status_code == 415
    assert "application/x-www-form-urlencoded" in form.json()["error"]


def test_what_is_not_there(control: Controller) -> None:
    """404 lists the paths, or the names; 405 the methods."""
    assert "/faults/{id}" in control.ask("GET", "/fault").json()["error"]
    assert "Did you mean 'Hold'?" in control.ask("GET", "/catalogue/Hlod").json()["error"]
    assert control.ask("DELETE", "/faults/99").status_code == 404
    answer = control.ask("PUT", "/faults")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST, DELETE")
    assert control.ask("HEAD", "/faults").status_code == 200


def test_every_issuer_has_its_own(control: Controller) -> None:
    """Behind one socket each provider is controlled below its path, and the first one right below the socket."""
    other = control.provider.beside("/realms/acme", "keycloak")
    assert other.control is not None
    assert other.control.url == f"{control.provider.origin}/realms/acme/_control"
    assert control.http.get(f"{other.control.url}/settings").json()["reuse"] == "reject"
    assert control.get("/settings")["reuse"] == "revoke_family"
    assert [issuer["issuer"] for issuer in control.get("/")["issuers"]] == [control.provider.issuer, other.issuer]
