"""How web sites sign people in: django-allauth for Django, passport-openidconnect for express."""

from __future__ import annotations

import json
import sys

from fakeprovider import Provider

from .programs import HERE, SECRET, tell
from .toolchain import Scripts


def test_django_allauth(provider: Provider) -> None:
    """With a secret nobody registered and without PKCE: the person has an account at the site afterwards."""
    told = tell([sys.executable, str(HERE / "python" / "allauth_site.py")], provider)
    assert told == {"status": 302, "email": provider.user.person.email}
    assert [exchange.status for exchange in provider.journal.where(endpoint="token")] == [200]


def test_passport(provider: Provider, node: Scripts) -> None:
    """The same for a site made of express, which shows whom it was told about."""
    shown = node.run("passport/site", provider, secret=SECRET)
    assert shown["status"] == 200, shown
    profile = json.loads(shown["text"])
    person = provider.user.person
    assert (profile["id"], profile["emails"]) == (person.sub, [{"value": person.email}])


def test_passport_without_a_secret_is_told_why(provider: Provider, node: Scripts) -> None:
    """Neither PKCE nor a secret: the token endpoint refuses, naming what would help (RFC 9700 2.1.1)."""
    shown = node.run("passport/site", provider, secret="")
    assert (shown["status"], "code_challenge" in shown["text"]) == (500, True), shown
    assert "must use PKCE" in provider.journal.where(endpoint="token")[0].note
