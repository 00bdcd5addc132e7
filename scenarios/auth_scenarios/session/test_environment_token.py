"""A token in a variable of the environment, beside a stored session: which of them is used, and who is told."""

from __future__ import annotations

from auth_scenarios.given import Given, sent_tokens
from auth_scenarios.verify import (
    exposed,
    must,
    must_explain,
    must_not_crash,
    must_not_request,
    must_succeed,
    requests,
)
from fakeprovider import Provider
from pytest_auth_provider import Client, scenario

CUSTOM = "custom among command-line tools"


@scenario(
    CUSTOM,
    "In our words: whoever signs in while a variable holds a token that goes before the session is told so, by the "
    "name of the variable; or cannot sign in meanwhile, and is told why.",
    harm="The login reports success, and every command goes on failing with a forgotten token that is never named.",
    level="SHOULD",
    needs={"use"},
)
def test_env_token_shadowing_is_said(auth_provider: Provider, auth_client: Client) -> None:
    """A login names the variable whose token goes before the new session."""
    given = Given(auth_provider, auth_client)
    auth_client.login()
    given.applies_where_it_wins()
    outcome = given.run("login", given.good())
    auth_client.exposure.add(f"it was to sign in while {given.variable} held a token")
    must_not_crash(outcome)
    must(given.variable in outcome.output, f"`login` names {given.variable}", f"it printed {outcome.output.strip()!r}")


@scenario(
    CUSTOM,
    "In our words: a token that was given for this command is the only one it uses. Where it is refused, the command "
    "fails; it does not go on as somebody else.",
    harm="A script that was given one account's token quietly writes into another one, that of whoever signed in.",
    level="SHOULD",
    promised_by={"environment_token": "wins"},
    needs={"use"},
    policy={"use": "calls"},
)
def test_explicit_token_is_the_only_one(auth_provider: Provider, auth_client: Client) -> None:
    """A token of the environment that is refused is an error, and no other identity takes its place."""
    given = Given(auth_provider, auth_client)
    auth_client.login()
    given.applies_where_it_wins()
    token = given.dead()
    outcome = given.run("use", token)
    auth_client.exposure.add(f"{given.variable} held a dead token while a good session was stored")
    others = sent_tokens(outcome) - {token}
    must(not others, f"the API sees the token of {given.variable} and no other", f"it saw {len(others)} other(s)")
    must_not_request(outcome, "token", "authorization", "device_authorization")
    must_explain(outcome)


@scenario(
    CUSTOM,
    "In our words: a command that is given a token needs no session, so it refreshes none, whatever became of it.",
    harm="A build with a good token of its own fails, because somebody's session on that machine has run out.",
    level="SHOULD",
    promised_by={"environment_token": "wins"},
    needs={"use"},
    policy={"use": "calls"},
)
def test_env_token_is_not_refreshed(auth_provider: Provider, auth_client: Client) -> None:
    """With a token of the environment the stored session, which has expired, is neither refreshed nor used."""
    given = Given(auth_provider, auth_client)
    auth_client.login(expired=True)
    given.applies_where_it_wins()
    token = given.good()
    outcome = given.run("use", token)
    auth_client.exposure.add(f"{given.variable} held a good token while the stored session had expired")
    must_not_request(outcome, "token", "authorization", "device_authorization")
    must(sent_tokens(outcome) == {token}, f"the API sees the token of {given.variable}", "it saw another, or none")
    must_succeed(outcome)


@scenario(
    CUSTOM,
    "In our words: a message about a token that was refused says which one it was, where there are several.",
    harm="People sign in again and again, and the token that is refused is an outdated one in a variable nobody names.",
    level="SHOULD",
    needs={"use"},
    policy={"use": "calls"},
)
def test_error_names_the_token_source(auth_provider: Provider, auth_client: Client) -> None:
    """A refused token of the environment is told with the name of its variable."""
    given = Given(auth_provider, auth_client)
    auth_client.login()
    given.applies_where_it_wins()
    token = given.dead()
    outcome = given.run("use", token)
    exposed(
        auth_client, token in sent_tokens(outcome), f"the API refused the token of {given.variable}", "it sent none"
    )
    must_explain(outcome)
    must(given.variable in outcome.output, f"`use` names {given.variable}", f"it printed {outcome.output.strip()!r}")


@scenario(
    CUSTOM,
    "In our words: a sign-out does not claim more than it has done. A token in a variable is not its own to revoke, "
    "and goes on working.",
    harm="Somebody signs out of a shared machine and leaves, and every command there goes on under their name.",
    level="SHOULD",
    needs={"logout", "use"},
)
def test_logout_with_env_token_is_truthful(auth_provider: Provider, auth_client: Client) -> None:
    """A sign-out while a variable holds a token does not revoke it, and names the variable or claims nothing."""
    given = Given(auth_provider, auth_client)
    auth_client.login()
    given.applies_where_it_wins()
    token = given.good()
    outcome = given.run("logout", token)
    must_not_crash(outcome)
    revoked = [e.line for e in requests(outcome, "revocation", "end_session") if token in e.form.values()]
    must(not revoked, f"the token of {given.variable} is left alone", f"it was revoked: {revoked}")
    works = token in sent_tokens(given.run("use", token))
    exposed(auth_client, works, "it went on working with the token of the environment", "its `use` sent no token")
    truthful = given.variable in outcome.output or not outcome.says("signed_out")
    must(truthful, f"`logout` names {given.variable}, or does not say that one is signed out", outcome.output.strip())
