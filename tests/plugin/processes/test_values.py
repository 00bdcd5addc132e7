"""Every placeholder an adapter may use has a value."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fakeprovider import Provider
from pytest_auth_provider.adapters.vocabulary import ENDPOINT_PLACEHOLDERS, PLACEHOLDERS
from pytest_auth_provider.clients import Adapter, Sandbox
from pytest_auth_provider.errors import AdapterError
from pytest_auth_provider.processes.command_builder import PlaceholderValues


@pytest.fixture
def adapter() -> Adapter:
    """An adapter whose client has an id."""
    return Adapter("toy", ("toy",), {}, client_id="toy-id")


def test_values_of_a_provider(adapter: Adapter, sandbox: Sandbox) -> None:
    """Its addresses, the sandbox's paths, and this Python."""
    with Provider("spec_kitty") as provider:
        values = PlaceholderValues(adapter, sandbox, provider)
        every = {name: values.of(name) for name in PLACEHOLDERS if name != "client_secret"}
        assert every["issuer"] == provider.issuer
        assert every["api"] == provider.api
        assert {name: every[name] for name in ENDPOINT_PLACEHOLDERS} == {
            name: provider.url(name) for name in ENDPOINT_PLACEHOLDERS
        }
    assert every["home"] == str(sandbox.home)
    assert every["data"] == str(sandbox.home / ".local/share")
    assert every["cwd"] == str(sandbox.cwd)
    assert (every["client_id"], every["python"], every["browser"]) == ("toy-id", sys.executable, "true")
    assert every["ca_file"] == ""


def test_an_endpoint_that_the_dialect_lacks_is_named(adapter: Adapter, sandbox: Sandbox) -> None:
    """With the adapter that asks for it, and the endpoints there are."""
    with Provider() as provider, pytest.raises(AdapterError) as error:
        PlaceholderValues(adapter, sandbox, provider).of("session_status")
    assert "{session_status}: the dialect rfc has no such endpoint; " in str(error.value)
    assert "'userinfo'" in str(error.value)


def test_a_provider_on_https_has_an_authority(adapter: Adapter, sandbox: Sandbox) -> None:
    """`{ca_file}` is a PEM file that exists."""
    with Provider(tls=True) as provider:
        path = Path(PlaceholderValues(adapter, sandbox, provider).of("ca_file"))
        assert path.read_text().startswith("-----BEGIN CERTIFICATE-----")


def test_without_a_provider_its_addresses_lead_nowhere(adapter: Adapter, sandbox: Sandbox) -> None:
    """Every placeholder still has a value."""
    values = PlaceholderValues(adapter, sandbox)
    assert {values.of(name) for name in ("issuer", "api", "token", "discovery")} == {"http://127.0.0.1:9"}
    assert values.fill("{ca_file}{home}") == str(sandbox.home)
