"""django-allauth: how sites made of Django sign people in."""

from __future__ import annotations

import sys

from fakeprovider import Provider

from .programs import HERE, tell


def test_it_signs_in(provider: Provider) -> None:
    """With a secret nobody registered and without PKCE: the person has an account at the site afterwards."""
    told = tell([sys.executable, str(HERE / "python" / "allauth_site.py")], provider)
    assert told == {"status": 302, "email": provider.user.person.email}
    assert [exchange.status for exchange in provider.journal.where(endpoint="token")] == [200]
