"""What real tools were once accused of with a session that was refreshed or ended, told by small clients that do it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from auth_scenarios.discovery import test_documents as documents
from auth_scenarios.exchange import test_form as form
from auth_scenarios.hygiene import test_foreign_text as foreign_text
from auth_scenarios.offline import test_unreachable as unreachable
from auth_scenarios.refresh import test_failures as failures
from auth_scenarios.refresh import test_lifetimes as lifetimes
from auth_scenarios.refresh import test_locks as locks
from auth_scenarios.refresh import test_rejected_token as rejected
from auth_scenarios.refresh import test_retrying as retrying
from auth_scenarios.refresh import test_rotation as rotation
from auth_scenarios.registration import test_unknown_client as unknown_client
from auth_scenarios.revoke import test_other_sessions as other_sessions
from auth_scenarios.revoke import test_requests as revocations
from auth_scenarios.session import test_status as status
from auth_scenarios.validation import test_claims as claims
from auth_scenarios.verify import ContractBroken
from fakeprovider import Provider
from fakeprovider.faults import ErrorAnswer, ExtraMember, ServerError, WrongAudience, WrongTokenIssuer
from pytest_auth_provider.clients import Client, Sandbox
from pytest_auth_provider.scenario import NotApplicable
from tests.presets.small_clients import Make, maker

SESSION = """
import json, time
action, begin, endpoint, revocation, api = sys.argv[1:]

def keep(answer):
    with open("session", "w") as file:
        json.dump({**answer, "until": time.time() + answer["expires_in"]}, file)

def fetch(**form):
    return json.loads(ask(endpoint, client_id="acme", **form))

def keep_whole(answer):
    if "refresh_token" not in answer:
        sys.exit("The answer of the provider is not valid.")
    keep(answer)

def refresh():
    answer = fetch(grant_type="refresh_token", refresh_token=held["refresh_token"])
    if "access_token" not in answer:
        sys.exit("your session is over: sign in again")
    keep({"refresh_token": held["refresh_token"], **answer})
    return json.load(open("session"))

if action == "login":
    code = json.loads(ask(begin, client_id="acme", scope="openid offline_access"))["device_code"]
    keep(fetch(grant_type="urn:ietf:params:oauth:grant-type:device_code", device_code=code))
    sys.exit()
held = json.load(open("session"))
"""
"""Signs in by the device flow, and can refresh what it keeps."""

USING = """
if action == "use":
    if held["until"] < time.time():
        held = refresh()
    ask(api + "/users/me", held["access_token"])
"""
"""Refreshes a token that has expired, and calls the API with what it has."""

STRICT = USING.replace("held = refresh()", "held = refresh_strictly()")
STRICTLY = """
def refresh_strictly():
    answer = fetch(grant_type="refresh_token", refresh_token=held["refresh_token"])
    if not answer.get("refresh_token", "left out"):
        sys.exit("The provider sent an answer that is not valid. Please try again later.")
    keep({"refresh_token": held["refresh_token"], **answer})
    return json.load(open("session"))
"""
"""Takes no answer in which a member is what RFC 6749 does not allow; it says so, and keeps what it has."""

TWICE = USING.replace("held = refresh()", "held = refresh()\n        held = refresh()")
"""Two parts of it refresh, one after the other, each with what the other has stored."""

SIGNING_OUT = """
import os
if action == "logout":
    if held["until"] < time.time():
        try:
            held = refresh()
        except SystemExit:
            pass
    form = dict(token=held["refresh_token"], client_id="acme")
    urllib.request.urlopen(revocation, urllib.parse.urlencode(form).encode()).close()
    os.remove("session")
"""
"""Refreshes before it signs out, and can do without."""

SHOWING = """
if action == "status":
    print("session of", held["scope"])
"""
"""Shows something of what is stored, claims nothing, and asks nobody."""

READING = """
import base64
if action == "use":
    body = held["id_token"].split(".")[1]
    print("Hello,", json.loads(base64.urlsafe_b64decode(body + "=="))["name"])
"""
"""Greets whoever the ID token names, and looks at nothing else in it."""

SLOW_SECOND = """
if action == "use":
    try:
        os.close(os.open("first", os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        time.sleep(0.6)
    refresh()
"""
"""Refreshes without a look at any other process; the second one takes its time to begin."""

LOCKING = """
if action == "use":
    stale = held
    with open("lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        held = json.load(open("session"))
        if held == stale:
            refresh()
"""
"""Refreshes under a lock, unless another process has done so: then what that one has stored is good enough."""

STORMING = """
if action == "use":
    for attempt in range(8):
        try:
            ask(api + "/users/me", refresh()["access_token"])
            break
        except (SystemExit, OSError, ValueError):
            pass
    else:
        sys.exit("The provider does not answer as it should. Please try again later.")
"""
"""Repeats a refresh eight times without a pause, whatever is wrong with it."""

HASTY = """
import os, urllib.error
if action == "login" and os.path.exists("session"):
    form = dict(token=json.load(open("session"))["refresh_token"], client_id="acme")
    urllib.request.urlopen(revocation, urllib.parse.urlencode(form).encode()).close()
    os.remove("session")
"""
"""Signs out before it signs in."""

REVOKING_IN_JSON = """
import json, os
action, endpoint, revocation, token = sys.argv[1:]
if action == "login":
    answer = json.loads(ask(endpoint, grant_type="refresh_token", refresh_token=token, client_id="acme"))
    sys.exit(open("session", "w").write(answer["refresh_token"]) and 0)
body = json.dumps(dict(token=open("session").read(), client_id="acme")).encode()
urllib.request.urlopen(urllib.request.Request(revocation, body, {"Content-Type": "application/json"})).close()
os.remove("session")
"""
"""Signs out at a provider that takes JSON where others take a form."""

ANONYMOUS = """
import json
begin = sys.argv[2]
code = json.loads(ask(begin, scope="openid"))["device_code"]
grant = "urn:ietf:params:oauth:grant-type:device_code"
with open("session", "wb") as file:
    file.write(ask(begin + "/token", grant_type=grant, device_code=code))
"""
"""Signs in without a word on which client it is."""

IN_JSON = ANONYMOUS.replace(
    'ask(begin + "/token", grant_type=grant, device_code=code)', "urllib.request.urlopen(asked).read()"
).replace(
    "grant = ",
    """body, kind = json.dumps({"device_code": code}).encode(), {"Content-Type": "application/json"}
asked = urllib.request.Request(begin + "/token", body, kind)
grant = """,
)
"""The same, in JSON."""

ASKING = ("{device_authorization}", "{token}", "{revocation}", "{api}")


def session_of(make: Make, script: str, *actions: str) -> Client:
    """Return a client that signs in and has these actions besides."""
    return make(SESSION + script, login=ASKING, **dict.fromkeys(actions, ASKING))


@pytest.mark.parametrize("told", [None, ""])
def test_what_is_no_refresh_token_may_be_refused(provider: Provider, make: Make, told: str | None) -> None:
    """Neonctl refuses it with a message, and goes on with the one it has: it was accused of that."""
    provider.rotate_refresh_tokens = False
    client = session_of(make, STRICTLY + STRICT, "use")
    rotation.test_omitted_refresh_token_keeps_the_old(provider, client, ExtraMember("refresh_token", told))


def test_one_command_may_refresh_twice(provider: Provider, make: Make) -> None:
    """Codex's app-server does: its second refresh presents what the first one has brought, and nothing older."""
    rotation.test_rotation_is_stored(provider, session_of(make, TWICE, "use"))


def test_a_refresh_may_precede_a_sign_out(provider: Provider, make: Make) -> None:
    """Codex's app-server refreshes whenever it can; only a sign-out that depends on it stands in people's way."""
    revocations.test_logout_never_asks_to_sign_in(provider, session_of(make, SIGNING_OUT, "logout"))
    needy = session_of(make, SIGNING_OUT.replace("pass", "raise"), "logout")
    with pytest.raises(ContractBroken, match="ends with exit code 0"):
        revocations.test_logout_never_asks_to_sign_in(provider, needy)


def test_who_cannot_sign_in_without_a_refresh_token_says_so(provider: Provider, make: Make) -> None:
    """Codex is given one by its provider always, and takes no answer without it."""
    client = session_of(make, USING, "use")
    command = tuple(word.replace("    keep(fetch(", "    keep_whole(fetch(") for word in client.adapter.command)
    client = Client(replace(client.adapter, command=command), client.sandbox, provider)
    with pytest.raises(NotApplicable, match="does not sign in without a refresh token"):
        lifetimes.test_no_refresh_token_is_said(provider, client)


def test_nobody_is_praised_for_what_they_never_do(provider: Provider, make: Make) -> None:
    """Codex was, for a `status` that discovers nothing, asks nobody and claims nothing; and for revoking nothing."""
    client = session_of(make, USING + SHOWING + SIGNING_OUT, "use", "status", "logout")
    with pytest.raises(NotApplicable, match="does not discover its provider"):
        documents.test_lazy(client, "status")
    with pytest.raises(NotApplicable, match="asks the provider nothing"):
        unreachable.test_unreachable_keeps_the_session(provider, client, "status", expired=False)
    with pytest.raises(NotApplicable, match="neither asks nor claims"):
        status.test_whoami_asks_or_says_it_did_not(provider, client)
    with pytest.raises(NotApplicable, match="leaves a session alone"):
        other_sessions.test_relogin_retires_the_old_session(provider, client, "denies")


def test_what_speaks_to_programs_has_no_terminal_and_no_exit_code(provider: Provider, make: Make) -> None:
    """Codex's app-server answers in JSON: a control character in a string, and "nobody", are no news for a terminal."""
    made = session_of(make, USING, "use", "status")
    client = Client(replace(made.adapter, kind="stdio"), made.sandbox, provider)
    with pytest.raises(NotApplicable, match="speaks to programs"):
        foreign_text.test_codes_drive_no_terminal(provider, client, "user_code")
    with pytest.raises(NotApplicable, match="speaks to programs"):
        foreign_text.test_errors_drive_no_terminal(provider, client, ErrorAnswer("invalid_grant"))
    with pytest.raises(NotApplicable, match="speaks to programs"):
        status.test_status_tells_where_the_secret_is(provider, client, "store")


def test_who_looks_at_no_claim_is_told_so_once(provider: Provider, make: Make) -> None:
    """Codex reads ID tokens and checks nothing in them: four contracts accused it of that."""
    client = session_of(make, READING, "use")
    with pytest.raises(NotApplicable, match="see validation/id-token-is-checked"):
        claims.test_wrong_audience(provider, client, WrongAudience(kind="id_token"))
    with pytest.raises(ContractBroken, match="a login with such an ID token is refused"):
        claims.test_id_token_is_checked(provider, client, WrongTokenIssuer(kind="id_token"))


def test_who_comes_late_has_not_waited(provider: Provider, make: Make) -> None:
    """Codex's app-server takes a second to start: its refresh came so late that it seemed to have waited for a lock."""
    provider.reuse = "revoke_family"
    client = session_of(make, "import os\n" + SLOW_SECOND, "use")
    with pytest.raises(NotApplicable, match="which refresh/two-processes tells of"):
        locks.test_token_reread_under_the_lock(provider, client)


def test_who_takes_over_what_is_about_to_expire_has_nothing_to_send(provider: Provider, make: Make) -> None:
    """Neonctl uses a token up to its last second, also one that another process has just stored."""
    client = session_of(make, "import fcntl\n" + LOCKING, "use")
    with pytest.raises(NotApplicable, match="took over what another had stored"):
        locks.test_token_reread_under_the_lock(provider, client)


def test_a_provider_may_take_json_where_others_take_a_form(tmp_path: Path) -> None:
    """Codex's does: nothing is left alive there by a sign-out in JSON."""
    with Provider("chatgpt") as provider, Sandbox(tmp_path / "sandbox") as sandbox:
        told = ("{token}", "{revocation}", provider.issue("acme").refresh_token or "")
        client = maker(provider, sandbox)(REVOKING_IN_JSON, login=told, logout=told)
        with pytest.raises(NotApplicable, match="by another protocol than that of RFC 7009"):
            revocations.test_request_shape(provider, client)


def test_who_names_no_client_is_not_praised_for_its_name(tmp_path: Path) -> None:
    """Osa's provider has one client, and no request names it: there is nothing that could be forgotten."""
    with Provider("osa") as provider, Sandbox(tmp_path / "sandbox") as sandbox:
        client = maker(provider, sandbox)(ANONYMOUS, login=("{device_authorization}",))
        with pytest.raises(NotApplicable, match="sends no client id"):
            unknown_client.test_configured_client_is_never_wiped(provider, client)


def test_who_refreshes_before_each_call_is_never_refused(provider: Provider, make: Make) -> None:
    """Osa does: that the API refuses a token before its time does not come about."""
    client = session_of(make, USING.replace('if held["until"] < time.time():', "if True:"), "use")
    with pytest.raises(NotApplicable, match="which refresh/no-refresh-while-valid tells of"):
        rejected.test_401_refreshes_once(provider, client, heals=True)


def test_a_storm_is_told_of_once(provider: Provider, make: Make) -> None:
    """Codex repeats whatever refresh fails, up to 24 times: seven contracts accused it of that."""
    client = session_of(make, STORMING, "use")
    with pytest.raises(NotApplicable, match="see refresh/transient-keeps-credentials"):
        failures.test_403_from_a_proxy_is_not_a_dead_session(provider, client, 403)
    with pytest.raises(NotApplicable, match="see refresh/transient-keeps-credentials"):
        retrying.test_odd_retry_after(provider, client, "soon")
    with pytest.raises(ContractBroken, match="at most 5 request"):
        failures.test_transient_keeps_credentials(provider, client, ServerError(503))


def test_who_signs_out_before_signing_in_is_told_so_once(provider: Provider, make: Make) -> None:
    """Codex does: that it revokes its session too early is the same haste."""
    asked = "action, begin, endpoint, revocation, api = sys.argv[1:]\n"
    whole = SESSION.replace(asked, asked + HASTY) + SIGNING_OUT
    client = make(whole, login=ASKING, logout=ASKING)
    for decision in ("approves", "denies"):
        with pytest.raises(NotApplicable, match="see device/failed-login-keeps-old-credentials"):
            other_sessions.test_relogin_retires_the_old_session(provider, client, decision)
        provider.user.approves()


def test_json_is_no_well_written_form(tmp_path: Path) -> None:
    """Codex and osa send JSON to providers that take it: what it does to a plus sign in a form is not known."""
    with Provider("osa") as provider, Sandbox(tmp_path / "sandbox") as sandbox:
        client = maker(provider, sandbox)(IN_JSON, login=("{device_authorization}",))
        with pytest.raises(NotApplicable, match="and no form"):
            form.test_values_are_form_encoded(provider, client, "device_code")
