"""`state`: as a keyword, an option and a key; and what is said where it cannot be kept."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fakeprovider import Provider
from fakeprovider.errors import SettingError
from fakeprovider.redis_state.backend import StateUnavailableError
from tests.fakeprovider.cli.conftest import run
from tests.support.redis_server import processes


@pytest.mark.parametrize("value", ["localhost:6379", "http://localhost", 5, None])
def test_what_is_no_address(value: object) -> None:
    """Anything but the address of a Redis database is refused, with an example."""
    with pytest.raises(SettingError, match=r"'state': expected .* as in 'redis://localhost:6379/0'"):
        Provider(state=value, control=True)  # type: ignore[arg-type]  # on purpose


def test_nobody_there(tmp_path: Path) -> None:
    """A database that does not answer is named, without the password."""
    with pytest.raises(StateUnavailableError, match=r"redis://127.0.0.1:1/0 cannot be reached") as error:
        Provider(state="redis://:secret@127.0.0.1:1/0", control=True)
    assert "secret" not in str(error.value)
    ended = run("serve", "--state", f"unix://{tmp_path}/nobody")
    assert (ended.returncode, "cannot be reached" in ended.stderr) == (1, True)


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package the message says how to install it."""
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(SettingError, match=r"pip install 'pytest-auth-provider\[redis\]'"):
        Provider(state="redis://localhost/0", control=True)


def test_without_the_control_api() -> None:
    """Where faults of other processes could not be heard of, the keyword is refused."""
    with pytest.raises(SettingError, match="add control=True"):
        Provider(state="redis://localhost/0")


def test_a_key_of_the_file(tmp_path: Path) -> None:
    """The key of `provider.toml` is checked as the keyword is, and the message names file and key."""
    path = tmp_path / "provider.toml"
    path.write_text('state = "localhost"\n')
    ended = run("serve", "--config", str(path))
    assert ended.returncode == 2
    assert f"{path}: state: provider setting 'state': expected" in ended.stderr


def test_faults_of_the_configuration_are_armed_once(state: str) -> None:
    """Each process has the same configuration, and its faults are in force once for all of them."""
    faults = ("--fault", "token : ServerError(503) x1", "--fault", "jwks : Redirect() x1")
    with processes(state, 2, *faults) as (one, other):
        assert [one.refresh("x").status_code, other.refresh("x").status_code] == [503, 400]
        other.control("POST", "/reset")
        assert [other.refresh("x").status_code, one.refresh("x").status_code] == [503, 400]
        assert len(one.control("GET", "/faults")) == 2
