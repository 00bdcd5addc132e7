"""Which client has to find out that a token is bad, for scenarios that hand out bad ones.

An access token is none of a client's business (RFC 6749 1.4), so only those are judged that declare to validate it: by
either side of the policy `offline`. An ID token is theirs that make something of it: a claim that was put into it turns
up in what they print or store, or they refuse one that is no JWT. Whoever got it straight from the token endpoint need
not check who signed it (OpenID Connect Core 3.1.3.7, rule 6); who fetches the keys for it has decided to.
"""

from __future__ import annotations

from collections.abc import Iterator

from auth_scenarios.stored import must_hold_no_credentials
from auth_scenarios.verify import (
    RESOURCES,
    ContractBroken,
    applies_only,
    must_explain,
    must_fail,
    must_not_say,
    requests,
)
from fakeprovider import Provider
from fakeprovider.faults import MissingMember, NotAJwt, WrongClaim, WrongTokenIssuer
from fakeprovider.faults.base import TokenFault
from pytest_auth_provider import Client, Outcome
from pytest_auth_provider.outcome.files import regular_files

NAME = "Quirin Xanthopoulos"
"""A name that no provider gives and nobody prints by chance."""
LARGEST = 1 << 20
"""Bytes of a file that is looked at; what a client stores of a person is shorter."""


def must_refuse(
    provider: Provider, client: Client, fault: TokenFault, *, signature: bool = False, told_by: str = ""
) -> None:
    """Require that a token with this fault is refused: the ID token of a login, or the access token by the next `use`.

    `signature` says that the fault is in how it was signed, `told_by` which contract accuses who looks at no claim.
    """
    if fault.kind == "id_token":
        outcome = sign_in_with_bad_id_token(provider, client, fault)
        must_have_refused(client, outcome, signature=signature, told_by=told_by)
    else:
        must_refuse_access_token(provider, client, fault)


def applies_to_validators(client: Client) -> None:
    """Skip a contract about access tokens for a client that does not declare to validate them."""
    declares = client.policies["offline"]
    applies_only(bool(declares), f"{client.name} declares neither side of `offline`: it validates no access token")


def must_refuse_access_token(provider: Provider, client: Client, fault: TokenFault) -> None:
    """Require that `use` does not send an access token with this fault, which the login was given.

    To refresh and send another one is as good as to fail with a message.
    """
    applies_to_validators(client)
    with provider.failing(fault, at="token"):
        signed_in = client.attempt_login()
    bad = {secret.value for secret in provider.secrets if secret.kind == "access_token"}
    if not signed_in.ok:
        must_fail(signed_in)
        return
    outcome = client.use()
    sent = [exchange.line for exchange in requests(outcome, *RESOURCES) if exchange.bearer in bad]
    if sent:
        raise ContractBroken("the API is not called with a token that does not validate", "; ".join(sent))
    if not requests(outcome, *RESOURCES):
        must_explain(outcome)
    must_not_say(outcome, "unverified")


def sign_in_with_bad_id_token(provider: Provider, client: Client, fault: TokenFault) -> Outcome:
    """Try to sign in while ID tokens have this fault, and return the outcome; they name somebody whom nobody knows."""
    marks = [WrongClaim(claim, NAME, kind="id_token") for claim in ("name", "preferred_username", "email")]
    with provider.failing(*marks, at="token", optional=True), provider.failing(fault, at="token", optional=True) as bad:
        outcome = client.attempt_login()
    applies_only(bool(bad.fired), f"the login of {client.name} is given no ID token, as it asks for none")
    return outcome


def must_have_refused(client: Client, outcome: Outcome, *, signature: bool = False, told_by: str = "") -> None:
    """Require that the login was refused whose ID token was bad, and that nothing is stored.

    It does not apply to a client that makes nothing of the ID token; nor, where the fault is in the `signature`, to one
    that checks no signatures; nor, where another contract is named by `told_by`, to one that believes whatever ID token
    it can read: one defect is one accusation.
    """
    if not outcome.ok:
        must_fail(outcome)
        must_hold_no_credentials(client)
        return
    told = "checks no signature of what comes from the token endpoint" if signature else "makes no use of the ID token"
    concerned = _fetches_keys_for_it(client) if signature else _shows_it(client, outcome) or _reads_it(client)
    applies_only(concerned, f"{client.name} {told}")
    if told_by:
        applies_only(not _believes_any(client), f"{client.name} looks at no claim of an ID token: see {told_by}")
    raise ContractBroken("a login with such an ID token is refused", f"it succeeded: {outcome.output.strip()[:200]!r}")


def _fetches_keys_for_it(client: Client) -> bool:
    """Return whether the client asks for the keys as it signs in, and does not where there is no ID token to check.

    Keys that are asked for in both cases may be for the access token.
    """
    if not requests(client.attempt_login(), "jwks"):
        return False
    with client.provider.failing(MissingMember("id_token"), at="token", optional=True):
        return not requests(client.attempt_login(), "jwks")


def _reads_it(client: Client) -> bool:
    """Return whether the client refuses a login whose ID token is none."""
    with client.provider.failing(NotAJwt(kind="id_token"), at="token", optional=True):
        return not client.attempt_login().ok


def _believes_any(client: Client) -> bool:
    """Return whether the client signs in with an ID token of another issuer."""
    with client.provider.failing(WrongTokenIssuer(kind="id_token"), at="token", optional=True):
        return client.attempt_login().ok


def _shows_it(client: Client, outcome: Outcome) -> bool:
    """Return whether a claim of the ID token turns up in what the client prints or stores."""
    printed = (client.run(action).output for action in ("status", "use") if client.can(action))
    return any(NAME in text for texts in ((outcome.output,), printed, _stored_texts(client)) for text in texts)


def _stored_texts(client: Client) -> Iterator[str]:
    for path, status in regular_files(client.sandbox.home):
        if status.st_size <= LARGEST:
            yield path.read_text(encoding="utf-8", errors="replace")
