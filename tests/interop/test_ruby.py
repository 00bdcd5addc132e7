"""A Ruby program: the gems oauth2 and openid_connect, which OmniAuth's strategies are made of."""

from __future__ import annotations

import subprocess

import pytest

from fakeprovider import Provider

from .programs import HERE, needs, tell

PACKAGES = ("ruby", "ruby-oauth2", "ruby-openid-connect")


@pytest.fixture(scope="module")
def ruby() -> str:
    """The interpreter, with both gems."""
    path = needs("ruby", *PACKAGES)
    found = subprocess.run([path, "-e", 'require "oauth2"; require "openid_connect"'], capture_output=True, check=False)
    if found.returncode:
        pytest.skip(f"not run: the gems are missing; apt-get install {' '.join(PACKAGES)}")
    return path


def test_it_signs_in_and_refreshes(provider: Provider, ruby: str) -> None:
    """With a secret nobody registered and without PKCE; the spent refresh token is refused."""
    told = tell([ruby, "-W0", str(HERE / "ruby" / "sign_in.rb")], provider)
    person = provider.user.person
    assert (told["subject"], told["email"]) == (person.sub, person.email)
    assert (told["refreshed"], told["reused"], told["told"]) == (True, "invalid_grant", 200)
