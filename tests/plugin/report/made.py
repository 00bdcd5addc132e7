"""Rows as a run makes them, for tests of reports."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pytest_auth_provider.report.evidence import render_evidence
from pytest_auth_provider.report.rows import Row
from pytest_auth_provider.report.steps import Asked, Step
from pytest_auth_provider.verdict import Verdict

BEGAN = 1_769_817_600.5
"""2026-01-31, half a second after midnight, UTC."""


def asked(number: int, path: str, status: int, at: float = 0.0, **more: Any) -> Asked:
    """An exchange with the provider at some port."""
    headers = (("Host", f"127.0.0.1:{40000 + number}"), ("Content-Type", "application/x-www-form-urlencoded"))
    answer = (("Content-Type", "application/json"), ("Content-Length", "512"))
    known: dict[str, Any] = {"request_headers": headers, "response_headers": answer, "seconds": 0.25, **more}
    return Asked(number, "token", "refresh_token", "POST", path, status, at, **known)


def login(number: int, token: str = "3ToWoFPM...4abc") -> Step:
    """A sign-in, alike in every case but for what never is: numbers, times, ports and tokens."""
    exchange = asked(number, "/token", 200, sent=f"code={token}", answered=f'{{"access_token":"{token}"}}')
    printed = f"open http://127.0.0.1:{50000 + number}/auth?state={token}"
    return Step("acme login", f"exit code 0 after 0.{number} s", (printed,), exchanges=(exchange,))


def use(status: int, number: int = 9, **more: Any) -> Step:
    """A command that refreshes, answered with this status."""
    exchange = asked(number, "/token", status, 1.5, sent="grant_type=refresh_token", answered='{"error":"x"}', **more)
    return Step("acme use", "exit code 1 after 0.2 s", (), ("could not refresh",), exchanges=(exchange,))


def row(contract: str, verdict: Verdict, steps: tuple[Step, ...] = (), **more: Any) -> Row:
    """A row of the client acme; `more` are fields of `Row`."""
    plain = Row(
        contract=contract,
        title=f"What {contract} promises.",
        level="MUST",
        source="RFC 6749 5.2; RFC 9700 4.14.2",
        requirement="The client MUST.",
        origin="",
        client="acme",
        version="1.2",
        verdict=verdict,
        reason="Expected: one request\nActual:   three",
        evidence=render_evidence(steps),
        steps=steps,
        began=BEGAN if steps else 0.0,
        harm="Somebody suffers.",
        adapter="tools/auth-provider.toml:7",
    )
    return replace(plain, **more)
