"""A provider on https: a throw-away authority per provider, on both of its origins."""

from __future__ import annotations

import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from fakeprovider import Provider, SettingError
from tests.support.providers import Serve


@contextmanager
def client_of(provider: Provider) -> Iterator[httpx.Client]:
    """A client that trusts what `ca_file` says, and nothing else."""
    with httpx.Client(verify=ssl.create_default_context(cafile=provider.ca_file), trust_env=False) as client:
        yield client


def test_issuer_and_api_are_on_https(serve: Serve) -> None:
    """A whole sign-in and an API call work with nothing but `ca_file`."""
    provider = serve(tls=True)
    issued = provider.issue()
    with client_of(provider) as client:
        document = client.get(provider.url("discovery")).json()
        answer = client.get(f"{provider.api}/things", headers={"Authorization": f"Bearer {issued.access_token}"})

    assert provider.issuer.startswith("https://127.0.0.1:")
    assert document["issuer"] == provider.issuer
    assert document["token_endpoint"].startswith("https://")
    assert provider.api.startswith("https://127.0.0.1:")
    assert answer.status_code == 200
    assert [exchange.scheme for exchange in provider.journal] == ["https", "https"]


def test_nobody_else_trusts_it(serve: Serve, http: httpx.Client) -> None:
    """Without the file the handshake ends, and the provider writes down why."""
    provider = serve(tls=True)
    with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        http.get(provider.url("discovery"))
    assert len(provider.journal) == 0


def test_another_name_for_this_machine_is_fine(serve: Serve) -> None:
    """The certificate is for localhost too."""
    provider = serve(tls=True)
    with client_of(provider) as client:
        there = provider.url("jwks").replace("127.0.0.1", "localhost")
        assert client.get(there).status_code == 200


def test_the_file_lives_as_long_as_the_provider() -> None:
    """`ca_file` is there before the provider serves, and gone when it has stopped; on plain http there is none."""
    with Provider(tls=True) as provider:
        file = provider.ca_file
        assert file is not None
        assert file.read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert not file.exists()
    with provider, client_of(provider) as client:
        assert client.get(provider.url("jwks")).status_code == 200
    assert not file.parent.exists()
    assert Provider().ca_file is None


def test_the_file_can_be_put_where_others_read_it(tmp_path: Path) -> None:
    """At the place asked for, in the place of what was there, readable for every user until the provider stops."""
    place, elsewhere = tmp_path / "ca.pem", tmp_path / "precious"
    elsewhere.write_text("precious")
    place.symlink_to(elsewhere)
    with Provider(tls=True, ca_file=place) as provider, client_of(provider) as client:
        assert client.get(provider.url("jwks")).status_code == 200
        assert (provider.ca_file, stat.S_IMODE(place.lstat().st_mode)) == (place, 0o644)
    assert (place.exists(), elsewhere.read_text()) == (False, "precious")
    with provider:
        assert place.exists(), "a provider that starts again has its file again"


def test_a_place_that_does_not_do_is_explained(tmp_path: Path) -> None:
    """A directory, one that does not exist, and a provider without https; nothing is left behind."""
    (tmp_path / "directory").mkdir()
    for place in ("directory", "nowhere/ca.pem"):
        with pytest.raises(SettingError, match=r"'ca_file'.* cannot be written to: .* in a directory that exists"):
            Provider(tls=True, ca_file=tmp_path / place)
    with pytest.raises(SettingError, match="'ca_file': on plain http there is no authority; set tls"):
        Provider(ca_file=tmp_path / "ca.pem")
    assert [path.name for path in tmp_path.iterdir()] == ["directory"]


def test_plain_http_on_the_tls_port_is_noise(serve: Serve, http: httpx.Client) -> None:
    """Plain http is told what the port speaks, and stands in the journal as noise."""
    provider = serve(tls=True)
    answer = http.get(provider.url("discovery").replace("https://", "http://"))
    assert answer.status_code == 400
    assert [noise.what for noise in provider.journal.noise] == ["plain HTTP on the TLS port"]


def test_plain_providers_do_not_pay_for_certificates() -> None:
    """Trustme is imported when https is asked for, and not before."""
    program = "import sys, fakeprovider; fakeprovider.Provider().start().stop(); print('trustme' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout == (
        "False\n"
    )
