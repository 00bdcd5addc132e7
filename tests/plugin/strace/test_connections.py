"""Whether connections are audited where an adapter asks for it, and what is said where they cannot be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_auth_provider.clients import Adapter, Step
from pytest_auth_provider.strace.connections import is_audited, why_not_audited
from pytest_auth_provider.strace.tracer import Tracer

ACME = Adapter("acme", ("acme",), {"login": (Step(()),)})
AUDITED = replace(ACME, audit_connections=True)


def test_nobody_asked() -> None:
    """Without `audit_connections` there is nothing to do and nothing to say."""
    assert not is_audited(ACME)
    assert why_not_audited(ACME) == ""


def test_where_strace_may_be_used_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command is watched."""
    monkeypatch.setattr(Tracer, "program", "/usr/bin/strace")
    assert is_audited(AUDITED)
    assert why_not_audited(AUDITED) == ""


def test_a_missing_strace_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A promise that is not kept must not look like one that is."""
    monkeypatch.setattr(Tracer, "program", None)
    assert not is_audited(AUDITED)
    assert why_not_audited(AUDITED) == (
        "The connections of acme are not audited: strace is not installed, or may not look into other processes here. "
        "A connection that ignores the proxy goes unnoticed."
    )


@pytest.mark.parametrize("kind", ["python", "stdio"])
def test_kinds_without_commands_of_their_own_are_told(kind: str) -> None:
    """What runs inside this process, or started before the action, is not watched."""
    asked = replace(AUDITED, kind=kind)
    assert not is_audited(asked)
    assert f"its kind is {kind!r}, and only commands of their own (kind 'process') can be watched" in why_not_audited(
        asked
    )
