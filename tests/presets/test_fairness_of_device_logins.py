"""What real tools were once accused of in a device login, told by small clients that do the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from auth_scenarios.device import test_authorization as authorization
from auth_scenarios.device import test_pace as pace
from auth_scenarios.device import test_poll_answers as poll_answers
from auth_scenarios.device import test_polling as polling
from auth_scenarios.device import test_refused_login as refused_login
from auth_scenarios.verify import ContractBroken
from fakeprovider import Provider
from fakeprovider.faults import Fault, HtmlPage
from pytest_auth_provider.clients import Client, Sandbox
from pytest_auth_provider.exposure import NotExposed
from pytest_auth_provider.scenario import NotApplicable
from tests.presets.small_clients import BROWSER, Make, maker

POLLING = """
import json, time
begin, endpoint = sys.argv[2:]
grant = "urn:ietf:params:oauth:grant-type:device_code"

def poll():
    form = urllib.parse.urlencode(dict(grant_type=grant, client_id="acme", device_code=begun["device_code"])).encode()
    try:
        with urllib.request.urlopen(endpoint, form) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return json.loads(error.read())

begun, shown = json.loads(ask(begin, client_id="acme", scope="openid")), False
while "access_token" not in (answer := poll()):
    if answer["error"] != "authorization_pending":
        sys.exit(f"it ended with {answer['error']}: sign in again")
    if shown:
        time.sleep(max(0.1, float(begun["interval"])))
    else:
        print("go to", begun["verification_uri"], "and enter", begun["user_code"])
    shown = True
with open("token", "w") as file:
    file.write(answer["access_token"])
"""
"""Polls at once, shows the code where nobody has decided by then, and polls at once again; then it waits."""

STRICT = POLLING.replace(
    "while ",
    """try:
    int(begun["interval"])
except (TypeError, ValueError):
    sys.exit("The provider did not say how long to wait between two polls. Please try again later.")
while """,
    1,
)
"""Does not go on with an interval that is no number of seconds."""

OBEYING = POLLING.replace(
    "return json.loads(error.read())",
    """try:
            return json.loads(error.read())
        except ValueError:
            return {"error": "authorization_pending"}
    except OSError:
        return {"error": "authorization_pending"}""",
)
"""Stops at an error that it does not know, and waits out what is no error of the protocol."""

DEVICE_CONTRACTS: dict[str, Callable[[Provider, Client], None]] = {
    "access-denied": refused_login.test_access_denied_stops,
    "consumed-code": refused_login.test_consumed_code_is_an_error,
    "poll-non-json": lambda provider, client: polling.test_poll_non_json(provider, client, HtmlPage(200)),
    "slow-down": polling.test_slow_down_adds_five_seconds,
}


@pytest.mark.parametrize("contract", DEVICE_CONTRACTS)
def test_who_signs_in_by_browser_has_no_device_flow_to_break(provider: Provider, make: Make, contract: str) -> None:
    """Neonctl and rclone never poll: they were accused of signing in, where a poll would have been answered badly."""
    client = make(BROWSER, login=("{authorization}", "{token}"))
    assert client.login().ok
    with pytest.raises(NotApplicable, match="acme signs in through the browser, not by the device flow"):
        DEVICE_CONTRACTS[contract](provider, client)


def test_who_asks_nobody_has_not_signed_in_by_browser(provider: Provider, make: Make) -> None:
    """A client that breaks down before it asks anybody was told of no denial: nothing is said of it."""
    with pytest.raises(NotExposed, match="no poll was told"):
        refused_login.test_access_denied_stops(provider, make("", login=()))


def test_nobody_decides_before_they_are_shown_anything(provider: Provider, make: Make) -> None:
    """Aws shows its code after a first poll; a person who had approved by then could not have known what."""
    provider.device_interval = 0.2
    client = make(POLLING, login=("{device_authorization}", "{token}"))
    authorization.test_shows_code_and_uri(provider, client)
    authorization.test_code_is_shown_beside_the_complete_uri(provider, client)


def test_the_first_two_polls_are_one_contracts_business(provider: Provider, make: Make) -> None:
    """Aws makes them at once: device/polls-only-after-interval accuses it, and nobody else does of the same."""
    client = make(POLLING, login=("{device_authorization}", "{token}"))
    polling.test_odd_interval(provider, client, 0.5)
    provider.device_interval = 0.5
    with pytest.raises(ContractBroken, match="between polls"):
        pace.test_polls_only_after_interval(provider, client)


def test_who_gives_up_at_slow_down_is_told_so_once(provider: Provider, make: Make) -> None:
    """Gh does: that it adds nothing up follows from it."""
    provider.device_interval = 0.2
    client = make(POLLING, login=("{device_authorization}", "{token}"))
    with pytest.raises(NotApplicable, match="see device/slow-down-adds-five-seconds"):
        polling.test_slow_down_adds_up(provider, client)
    with pytest.raises(ContractBroken, match="`login` succeeds"):
        polling.test_slow_down_adds_five_seconds(provider, client)


def test_a_wrong_reason_is_not_a_login_that_goes_on(provider: Provider, make: Make) -> None:
    """Osa ends at a denial, as RFC 8628 demands, and calls it an expiry, which no more than a SHOULD speaks against."""
    provider.device_interval = 0.2
    said = "it ended with {answer['error']}: sign in again"
    script = POLLING.replace(said, "The user denied the request. The device code has expired: sign in again.")
    client = make(script, login=("{device_authorization}", "{token}"))
    refused_login.test_access_denied_stops(provider, client)
    with pytest.raises(ContractBroken, match="does not say 'expired'"):
        refused_login.test_refusal_is_told_as_it_is(provider, client, "deny", "access_denied")


def test_an_interval_that_is_none_may_be_refused(provider: Provider, make: Make) -> None:
    """Codex, gh and aws do, and say so: they were accused of not signing in."""
    client = make(STRICT, login=("{device_authorization}", "{token}"))
    for odd in (None, ""):
        polling.test_odd_interval(provider, client, odd)


def test_who_polls_no_more_need_not_wait_for_it(provider: Provider, make: Make) -> None:
    """Gh and codex end at an error that they do not know, as they have to: there is no next poll to come too soon."""
    provider.device_interval = 0.2
    client = make(POLLING, login=("{device_authorization}", "{token}"))
    with pytest.raises(NotApplicable, match="an error that it does not know"):
        polling.test_429_with_retry_after(provider, client)


FAILURES = [
    failure.values[0]
    for mark in polling.test_backs_off_on_5xx.pytestmark  # type: ignore[attr-defined] # put there by `parametrize`
    if mark.name == "parametrize"
    for failure in mark.args[1]
]
"""What a poll meets in `device/backs-off-on-5xx`."""


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
def test_no_failure_to_wait_out_has_an_error_to_stop_at(provider: Provider, make: Make, failure: Fault) -> None:
    """Gh was accused of obeying RFC 8628 3.5: the 503 came with an error code, at which a client has to stop."""
    provider.device_interval = polling.INTERVAL
    client = make(OBEYING, login=("{device_authorization}", "{token}"))
    polling.test_backs_off_on_5xx(provider, client, failure)


def test_what_the_provider_says_of_a_denial_may_be_passed_on(provider: Provider, make: Make) -> None:
    """Gh prints the description that comes with the error: whoever reads it knows what happened."""
    said = "it ended with {answer['error']}: sign in again"
    script = POLLING.replace(said, "The sign-in failed: {answer['error_description']}")
    client = make(script, login=("{device_authorization}", "{token}"))
    poll_answers.test_poll_error_with_200(provider, client, "access_denied")


def test_who_polls_without_a_code_is_accused_however_it_ends(provider: Provider, make: Make) -> None:
    """Gh polled with nothing in its hands until it was killed, and nothing was said of that."""
    blind = POLLING.replace('begun["device_code"]', 'begun.get("device_code", "")')
    blind = blind.replace('!= "authorization_pending"', "== 0")
    client = make(blind, login=("{device_authorization}", "{token}"))
    client = Client(replace(client.adapter, timeout=2), client.sandbox, provider)
    with pytest.raises(ContractBroken, match="exactly 0 request"):
        authorization.test_authorization_missing_field(provider, client, "device_code")


def test_who_begins_no_second_login_cannot_lose_the_first(provider: Provider, make: Make) -> None:
    """Gh asks whether one wants to, and does nothing where nobody answers."""
    cautious = "import os\nif os.path.exists('token'):\n    sys.exit('You are signed in already. Sign out first.')\n"
    client = make(cautious + POLLING, login=("{device_authorization}", "{token}"), use=("",))
    with pytest.raises(NotApplicable, match="begins no login while somebody is signed in"):
        refused_login.test_failed_login_keeps_old_credentials(provider, client, "deny")


FORMS = """
if sys.argv[1] == "use":
    sys.exit(not ask(sys.argv[2], open("token").read()))

def members(form):
    return dict(urllib.parse.parse_qsl(form.decode()))
""" + POLLING.replace("json.loads(", "members(")
"""Reads the forms that GitHub answers with, also where it refuses: the status is 200 then, too."""


@pytest.mark.parametrize("ending", ["deny", "expire"])
def test_a_refusal_may_come_with_a_200(tmp_path: Path, ending: str) -> None:
    """As GitHub's do: it was not seen that gh had been refused a second login, and so not judged."""
    with Provider("github", device_interval=0.1) as provider, Sandbox(tmp_path / "sandbox") as sandbox:
        make = maker(provider, sandbox)
        client = make(FORMS, login=("{device_authorization}", "{token}"), use=("{api}/user",))
        refused_login.test_failed_login_keeps_old_credentials(provider, client, ending)
        assert client.exposure.facts[-1].startswith("a second login was refused")


def test_who_goes_on_at_a_browser_begins_no_device_login(provider: Provider, make: Make) -> None:
    """Gh does where the device endpoint is of no use, and waits there for a callback that nobody sends."""
    waiting = "\nexcept ValueError:\n    print('Open https://as/?redirect_uri=http%3A%2F%2F127.0.0.1', flush=True)"
    begin = 'begun, shown = json.loads(ask(begin, client_id="acme", scope="openid")), False'
    script = POLLING.replace(begin, f"try:\n    {begin}{waiting}\n    time.sleep(60)")
    client = make(script, login=("{device_authorization}", "{token}"))
    client = Client(replace(client.adapter, timeout=2), client.sandbox, provider)
    with pytest.raises(NotApplicable, match="goes on at a browser"):
        authorization.test_authorization_non_json(provider, client, HtmlPage(200))


def test_who_needs_a_link_that_holds_the_code_is_told_so_once(provider: Provider, make: Make) -> None:
    """Aws breaks down before it shows anything: device/uri-complete-is-optional accuses it, and nobody else."""
    script = POLLING.replace("while ", 'begun["verification_uri_complete"]\nwhile ', 1)
    client = make(script, login=("{device_authorization}", "{token}"))
    with pytest.raises(NotApplicable, match="see device/uri-complete-is-optional"):
        authorization.test_shows_code_and_uri(provider, client)


def test_pending_in_other_words_is_no_reason_to_poll(provider: Provider, make: Make) -> None:
    """Aws reads it from a header, and ends without one: that says nothing of how long a code lives."""
    script = POLLING.replace('!= "authorization_pending"', '!= "AuthorizationPendingException"')
    client = make(script, login=("{device_authorization}", "{token}"))
    with pytest.raises(NotApplicable, match="and not as its own provider does"):
        refused_login.test_local_expiry_stops(provider, client)
