"""Bad input to the constructor: one clear message each, and never a traceback of ours."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from fakeprovider import Provider, SettingError
from fakeprovider.server import PortInUse
from fakeprovider.settings import ARGUMENTS, CHECKS

KNOBS = ", ".join(sorted(CHECKS))
DIALECTS = "'aws_sso', 'chatgpt', 'codecarbon', 'formance', 'github', 'keycloak', 'osa', 'rfc', 'spec_kitty'"
POLICIES = "'benign_409', 'reject', 'replay_same_answer', 'reused_401', 'revoke_family'"

MESSAGES: list[tuple[dict[str, Any], str]] = [
    ({"dialect": "keycloack"}, f"dialect: 'keycloack' is not one of {DIALECTS}. Did you mean 'keycloak'?"),
    ({"dialect": None}, f"dialect: None is not one of {DIALECTS}."),
    ({"dialect": []}, f"dialect: [] is not one of {DIALECTS}."),
    ({"path": "a"}, "provider setting 'path': expected '' or a path such as '/realms/demo', got 'a'"),
    ({"path": "/a b"}, "provider setting 'path': expected '' or a path such as '/realms/demo', got '/a b'"),
    ({"path": "/a?b"}, "provider setting 'path': expected '' or a path such as '/realms/demo', got '/a?b'"),
    ({"path": 1}, "provider setting 'path': expected '' or a path such as '/realms/demo', got 1"),
    ({"tls": "yes"}, "provider setting 'tls': expected true or false, got 'yes'"),
    ({"trailing_slash": 1}, "provider setting 'trailing_slash': expected true or false, got 1"),
    (
        {"port": "80"},
        "provider setting port '80' is a str, expected an int from 0 (any free port) to 65535",
    ),
    (
        {"port": 70_000},
        "provider setting port 70000 is out of range, expected 0 (any free port) to 65535",
    ),
    ({"device_interval": -1}, "provider setting 'device_interval': expected seconds as a number from 0 up, got -1"),
    (
        {"access_token_lifetime": float("nan")},
        "provider setting 'access_token_lifetime': expected seconds as a number from 0 up, got nan",
    ),
    ({"leeway": True}, "provider setting 'leeway': expected seconds as a number from 0 up, got True"),
    ({"journal_limit": 0}, "provider setting 'journal_limit': expected a whole number from 1 up, got 0"),
    (
        {"rotate_refresh_tokens": "no"},
        "provider setting 'rotate_refresh_tokens': expected true or false, got 'no'",
    ),
    (
        {"access_token_format": "JWT"},
        "provider setting 'access_token_format': 'JWT' is not one of 'jwt', 'opaque'.",
    ),
    (
        {"reuse": "revoke"},
        f"provider setting 'reuse': 'revoke' is not one of {POLICIES}. Did you mean 'revoke_family'?",
    ),
    (
        {"devise_interval": 0},
        f"provider setting 'devise_interval' does not exist; there are {KNOBS}. Did you mean 'device_interval'?",
    ),
    ({"tsl": True}, f"provider setting 'tsl' does not exist; there are {KNOBS}. Did you mean 'tls'?"),
    ({"hue": "red"}, f"provider setting 'hue' does not exist; there are {KNOBS}."),
]


@pytest.mark.parametrize(("arguments", "message"), MESSAGES, ids=[repr(arguments) for arguments, _ in MESSAGES])
def test_what_means_nothing_is_explained(arguments: dict[str, Any], message: str) -> None:
    """What arrived, what was expected, what was probably meant."""
    with pytest.raises(SettingError) as caught:
        Provider(**arguments)
    assert str(caught.value) == message


def test_a_host_that_is_none_is_explained() -> None:
    """The reason in brackets is the resolver's own."""
    with pytest.raises(SettingError, match=r"^provider setting host 'no such host' is neither an IP address "):
        Provider(host="no such host")


def test_a_busy_port_is_explained() -> None:
    """A port that somebody else listens on is told when the provider starts, with what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse) as caught:
            Provider(port=port).start()
    assert str(caught.value).endswith(
        f"port {port} on 127.0.0.1 is in use by another process; stop that one, ask for another port, "
        "or for port 0 to be given a free one"
    )


def test_a_knob_is_checked_when_it_is_turned_too() -> None:
    """The same message, whether at the constructor or later."""
    provider = Provider()
    with pytest.raises(SettingError, match=r"^provider setting 'device_interval': expected seconds"):
        provider.device_interval = -1
    assert provider.device_interval == 5.0


def test_every_argument_of_the_constructor_can_be_hinted_at() -> None:
    """A mistyped argument that is no knob is recognised all the same."""
    import inspect

    parameters = inspect.signature(Provider.__init__).parameters
    assert set(ARGUMENTS) == set(parameters) - {"self", "behind", "knobs"}
