"""mod_auth_openidc in a real Apache: the relying party in front of many a web application."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from fakeprovider import Provider

from .programs import HERE, PATIENCE, needs

PACKAGES = ("apache2-bin", "libapache2-mod-auth-openidc")
MODULES = Path("/usr/lib/apache2/modules")
NOBODY = 65534


@pytest.fixture
def apache(provider: Provider) -> Iterator[str]:
    """The address of an Apache whose pages are for people who signed in at the provider."""
    program = needs("apache2", *PACKAGES)
    if not (MODULES / "mod_auth_openidc.so").exists():
        pytest.skip(f"not run: the module is missing; apt-get install {' '.join(PACKAGES)}")
    with tempfile.TemporaryDirectory(prefix="apache-") as made:
        directory = Path(made)
        directory.chmod(0o755)  # its workers are another user where the tests run as root
        (directory / "pages").mkdir()
        (directory / "pages" / "index.html").write_text("the page\n")
        port = _free_port()
        configuration = directory / "httpd.conf"
        configuration.write_text(_configuration(provider, directory, port))
        command = [program, "-f", str(configuration), "-DFOREGROUND"]
        running = subprocess.Popen(command, env={"PATH": os.environ["PATH"]})
        try:
            _wait_until_it_serves(running, port, directory / "error.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()
            running.wait(PATIENCE)


def _configuration(provider: Provider, directory: Path, port: int) -> str:
    root = os.getuid() == 0
    return (
        (HERE / "apache" / "httpd.conf")
        .read_text()
        .format(
            directory=directory,
            port=port,
            modules=MODULES,
            discovery=provider.url("discovery"),
            uid=NOBODY if root else os.getuid(),
            gid=NOBODY if root else os.getgid(),
        )
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_serves(running: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert running.poll() is None, f"Apache ended: {log.read_text() if log.exists() else 'without a log'}"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    pytest.fail("Apache does not serve")


def test_a_page_for_people_who_signed_in(apache: str, provider: Provider) -> None:
    """The browser is sent to the provider and back, with a secret nobody registered, and sees the page."""
    with httpx.Client(follow_redirects=True, trust_env=False, timeout=PATIENCE) as browser:
        page = browser.get(f"{apache}/index.html")
    assert (page.status_code, page.text) == (200, "the page\n")
    assert [exchange.status for exchange in provider.journal.where(endpoint="token")] == [200]


def test_a_denial_keeps_the_page_closed(apache: str, provider: Provider) -> None:
    """Whoever denies sees the module's page about it, and no token was asked for."""
    provider.user.denies()
    provider.send_iss = False  # mod_auth_openidc 2.4.12 takes an error with `iss` (RFC 9207 2) for something else
    with httpx.Client(follow_redirects=True, trust_env=False, timeout=PATIENCE) as browser:
        page = browser.get(f"{apache}/index.html")
    assert "the page" not in page.text
    assert "access_denied" in page.text
    assert not provider.journal.where(endpoint="token")
