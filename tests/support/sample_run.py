"""The rows of a made-up run: two clients, every verdict, a story with faults, and what was done offline."""

from __future__ import annotations

from dataclasses import replace

from pytest_auth_provider.profile import Observation, Profile
from pytest_auth_provider.report.cases import Case, Conduct
from pytest_auth_provider.report.evidence import render_evidence
from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.report.steps import Asked, Step
from pytest_auth_provider.scenario import Level
from pytest_auth_provider.verdict import Verdict

LOGOUT = Step(
    command="acme logout",
    ending="exit code 0 after 0.3 s",
    stdout=("Revoked. You are signed out.",),
    exchanges=(
        Asked(1, "discovery", "", "GET", "/.well-known/openid-configuration", 200, 0.0, 0.01),
        Asked(2, "revocation", "", "POST", "/revoke", 503, 0.02, 0.2, faults=("ServerError(status=503)",), more=21),
        Asked(24, "token", "refresh_token", "POST", "/token", 0, 0.31, 0.0, note="the connection was reset"),
    ),
    files=("removed .config/acme/session.json",),
)
STATUS = Step(command="acme status", ending="exit code 1 after 0.1 s", stderr=("not signed in",))
CONDUCT = Conduct(
    action="use",
    ending="exit code 0 after 0.2 s",
    succeeded=True,
    said=("unverified",),
    provider=(),
    api=("GET /api/things (api) -> 200",),
)


def row(contract: str, verdict: Verdict = Verdict.KEPT, client: str = "acme", level: Level = "MUST") -> Row:
    """A row with something in every field that its verdict has."""
    told = Row(
        contract=contract,
        title=f"What {contract} promises.",
        level=level,
        source="RFC 7009 2.2.1",
        requirement="The client must assume the token still exists. In our words: it is not called revoked.",
        origin="",
        client=client,
        version="1.2",
        verdict=verdict,
        harm="Somebody believes to be signed out and is not.",
    )
    if verdict is Verdict.KEPT:
        return replace(told, proof=("met once: revocation : ServerError(status=503)",))
    if verdict is Verdict.NOT_APPLICABLE:
        return replace(told, reason="acme has no `logout`")
    steps = (LOGOUT, STATUS)
    return replace(
        told,
        reason="Expected: it fails\nActual:   it said revoked",
        expected="it fails",
        actual="it said revoked",
        stated=verdict.accuses,
        steps=steps,
        evidence=render_evidence(steps),
    )


def sample_rows() -> list[Row]:
    """Every verdict of one client, and some of another."""
    endings = [row(f"revoke/ends-{verdict.replace(' ', '-')}", verdict) for verdict in Verdict]
    case = Case("refused", "kept", "best_effort, declared", ("met once: Refused()",), (CONDUCT,))
    return [
        *endings,
        row("refresh/two-processes", Verdict.ADVICE, level="SHOULD"),
        row("refresh/two-processes", Verdict.KEPT, "umbrella", level="SHOULD"),
        row("revoke/ends-broken", Verdict.BROKEN, "umbrella"),
        replace(row("offline/skipped-validation-is-said", level="SHOULD"), cases=(case,)),
        row("offline/strict-refuses", Verdict.NOT_APPLICABLE),
    ]


def sample_profiles() -> list[Profile]:
    """What was learned of both."""
    seen = {"sign_in": Observation.of("device", "its login used the grant device_code")}
    return [Profile("acme", "1.2", "", seen, {"use": 0.2}), Profile("umbrella", "1.2")]
