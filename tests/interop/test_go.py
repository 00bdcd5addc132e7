"""A Go program: golang.org/x/oauth2 and go-oidc, which most command-line tools in Go are made of."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from fakeprovider import Provider

from .programs import HERE, PATIENCE, needs, tell

PACKAGES = ("golang-go", "golang-golang-x-oauth2-dev", "golang-github-coreos-go-oidc-dev")
SOURCES = Path("/usr/share/gocode")
"""Where Debian puts the sources of Go packages."""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The program, compiled from the packages of the distribution alone."""
    go = needs("go", *PACKAGES)
    if not (SOURCES / "src/github.com/coreos/go-oidc/oidc.go").exists():
        pytest.skip(f"not run: the Go packages are missing; apt-get install {' '.join(PACKAGES)}")
    directory = tmp_path_factory.mktemp("go")
    offline = {"GOPATH": str(SOURCES), "GO111MODULE": "off", "GOFLAGS": "-p=2", "GOCACHE": str(directory / "cache")}
    command = [go, "build", "-o", str(directory / "sign_in"), str(HERE / "go" / "sign_in.go")]
    environment = {**os.environ, **offline, "CGO_ENABLED": "0"}
    built = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert built.returncode == 0, built.stderr
    return str(directory / "sign_in")


def test_it_signs_in_and_refreshes(provider: Provider, program: str) -> None:
    """With a secret nobody registered and without PKCE; the spent refresh token is refused in words it passes on."""
    told = tell([program], provider)
    person = provider.user.person
    assert (told["subject"], told["email"], told["refreshed"]) == (person.sub, person.email, True)
    assert "invalid_grant" in told["reused"]
