"""Who is signed in: names in every script, and always the name of whoever the stored token is of."""

from __future__ import annotations

from typing import Final

from auth_scenarios.given import sent_tokens
from auth_scenarios.verify import applies_only, exposed, must, must_not_crash, must_succeed
from fakeprovider import Person, Provider
from pytest_auth_provider import Client, Outcome, scenario

NAME: Final = "Zoë Xanthippe 🦊 مثال"
USER_NAME: Final = "zoë.xanthippe🦊"
PART: Final = "anthippe"
"""What every terminal can show of both, and no token has by chance."""
SEVEN_BITS: Final = {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
"""A machine that was never told of any script but that of ASCII."""


@scenario(
    "OIDC Core 5.1",
    "End-User's full name in displayable form including all name parts, possibly including titles and suffixes, "
    "ordered according to the End-User's locale and preferences. In our words: a name may have any character, and a "
    "terminal that cannot show it is no reason to fail.",
    harm="People with an umlaut in their name cannot sign in, on any machine whose locale is C.",
    level="SHOULD",
)
def test_identity_in_any_script(auth_provider: Provider, auth_client: Client) -> None:
    """Login and all that comes after it succeed for a person whose name no terminal of the locale C can show."""
    auth_provider.user.approves(auth_provider.people.new(name=NAME, preferred_username=USER_NAME))
    outcomes = [auth_client.run("login", env=SEVEN_BITS)]
    must_succeed(outcomes[0])
    for action in ("status", "use"):
        if auth_client.can(action):
            outcomes.append(auth_client.run(action, env=SEVEN_BITS))
            must_succeed(outcomes[-1])
    shown = any(PART in outcome.output for outcome in outcomes)
    applies_only(shown, f"{auth_client.name} shows nobody's name")
    auth_client.exposure.add("it had to show a name with characters that the locale C does not have")


@scenario(
    "custom among command-line tools",
    "In our words: the person that is shown is the one whose token is used, also after another one has signed in.",
    harm="Somebody works under another account than the one that is shown, and finds out by the invoice.",
    level="SHOULD",
    needs={"status"},
)
def test_identity_is_of_the_token(auth_provider: Provider, auth_client: Client) -> None:
    """After somebody else has signed in, the status names the person whose token is used."""
    auth_client.login()
    first = auth_provider.user.person
    applies_only(_names(auth_client.status(), first), f"{auth_client.name} names nobody in its `status`")
    second = auth_provider.people.new()
    auth_provider.user.approves(second)
    must_succeed(auth_client.attempt_login())
    used = _person_in_use(auth_provider, auth_client) or second
    exposed(auth_client, used in (first, second), "a second person had signed in", "nobody knows whose token it uses")
    outcome = auth_client.status()
    must_not_crash(outcome)
    must(_names(outcome, used), f"`status` names {used.name}, whose token is used", outcome.output.strip())


def _names(outcome: Outcome, person: Person) -> bool:
    """Return whether the output has anything by which the person is known."""
    return any(name in outcome.output for name in (person.name, person.email, person.sub, person.preferred_username))


def _person_in_use(provider: Provider, client: Client) -> Person | None:
    """Return whose token `use` sends; None where it sends none."""
    if not client.can("use"):
        return None
    known = provider.store.access_tokens
    subjects = {known[token].session.subject for token in sent_tokens(client.use()) if token in known}
    return next((person for person in provider.people if person.sub in subjects), None)
