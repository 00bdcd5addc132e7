"""One client and several providers: the sessions of one are no business of the other."""

from __future__ import annotations

from auth_scenarios.storage.second_server import must_hold_no_token_of, second_server, use_elsewhere
from auth_scenarios.verify import applies_only, exposed, must, must_not_crash
from fakeprovider import Provider
from fakeprovider.faults import Hold
from pytest_auth_provider import Client, scenario

OVERLAP = 1.0
"""Seconds for which a refresh is held until the other login has its tokens; a client may have to wait for a lock."""


@scenario(
    "RFC 6749 10.3",
    "Access token credentials (as well as any confidential access token attributes) MUST be kept confidential in "
    "transit and storage, and only shared among the authorization server, the resource servers the access token is "
    "valid for, and the client to whom the access token is issued.",
    harm="Whoever gets a user to name another server, as in a cloned repository, is sent the token of the first one.",
    level="SHOULD",
    needs={"use"},
)
def test_keyed_by_server(auth_provider: Provider, auth_client: Client) -> None:
    """A client that is pointed at another provider sends it nothing of what the first one has given."""
    auth_client.login()
    with second_server(auth_client) as elsewhere:
        outcome, heard = use_elsewhere(auth_client, elsewhere)
    must_not_crash(outcome)
    auth_client.exposure.add(f"signed in at one provider and pointed at another, which heard {len(heard)} requests")
    must_hold_no_token_of(auth_provider, heard)


@scenario(
    "custom among command-line tools",
    "In our words: a store that keeps the sessions of several servers loses none of them because two commands write it "
    "at the same time.",
    harm="To sign in at one server while another command runs signs the user out of a server that nobody touched.",
    level="SHOULD",
    needs={"use"},
    policy={"refresh": "refreshes"},
)
def test_concurrent_logins_keep_both(auth_provider: Provider, auth_client: Client) -> None:
    """A login at one server during a refresh at another: the newest tokens of both are stored in the end."""
    auth_client.login(expired=True)
    with second_server(auth_client) as elsewhere:
        elsewhere.login()
        both = bool(_stored_values(auth_client) and _stored_values(elsewhere))
        applies_only(both, f"{auth_client.name} keeps the session of one server at a time")
        hold, mark = Hold(seconds=auth_client.adapter.timeout), elsewhere.provider.journal.mark()
        with auth_provider.failing(hold, at="token", grant="refresh_token"):
            using = auth_client.start("use")
            hold.wait_for_arrival(auth_client.adapter.timeout)
            signing_in = elsewhere.start("login")
            at_once = using.running and signing_in.running
            _wait_for_tokens(elsewhere.provider, mark)
            hold.release()
            well = all([using.wait().ok, signing_in.wait().ok])
        exposed(auth_client, at_once, "a login ran at another server while a refresh was held", "they did not overlap")
        exposed(auth_client, well, "both went well", "one of them failed, so it had nothing to store")
        for client in (auth_client, elsewhere):
            newest = _newest(client.provider)
            lost = sorted(kind for kind, value in newest.items() if value not in _stored_values(client))
            must(not lost, "both sessions are stored", f"the newest {' and '.join(lost)} of one server is not")


def _wait_for_tokens(provider: Provider, mark: int) -> None:
    """Wait until a login was given its tokens; one that waits for the lock of the refresh has not begun, and may."""
    try:
        provider.journal.wait_for(lambda e: e.number > mark and e.endpoint == "token" and e.status == 200, OVERLAP)
    except TimeoutError:
        return


def _stored_values(client: Client) -> set[str]:
    return {value for file in client.credentials() for value in file.values}


def _newest(provider: Provider) -> dict[str, str]:
    """Return the last token of each kind that a client keeps."""
    kinds = ("access_token", "refresh_token")
    return {secret.kind: secret.value for secret in provider.secrets if secret.kind in kinds}
