"""passport-openidconnect: how sites made of express sign people in."""

from __future__ import annotations

import json

from fakeprovider import Provider

from .programs import SECRET
from .toolchain import Scripts


def test_it_signs_in(provider: Provider, node: Scripts) -> None:
    """With a secret nobody registered and without PKCE: the site shows whom it was told about."""
    shown = node.run("passport/site", provider, secret=SECRET)
    assert shown["status"] == 200, shown
    profile = json.loads(shown["text"])
    person = provider.user.person
    assert (profile["id"], profile["emails"]) == (person.sub, [{"value": person.email}])


def test_without_a_secret_it_is_told_why(provider: Provider, node: Scripts) -> None:
    """Neither PKCE nor a secret: the token endpoint refuses, naming what would help (RFC 9700 2.1.1)."""
    shown = node.run("passport/site", provider, secret="")
    assert (shown["status"], "code_challenge" in shown["text"]) == (500, True), shown
    assert "must use PKCE" in provider.journal.where(endpoint="token")[0].note
