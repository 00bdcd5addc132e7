"""Adapters are read from TOML; whatever is wrong with one is said in one message."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pytest_auth_provider.adapters.loader import preset_names
from pytest_auth_provider.clients import Adapter, AdapterError, Step, known_clients, load_adapter
from tests.support.adapter_files import MINIMAL, Write

WHOLE = """
[clients.acme]
command = ["{python}", "tool.py"]
version = "--version"
install = "pip install acme"
docs = "The fallback is described here."
dialect = "rfc"
timeout = 2.5
client_id = "acme"
credentials = [".acme/session.bin", "{config}/acme.json"]
reveal = ["{python}", "reveal.py", "{home}/.acme/session.bin"]
provider = { device_interval = 0, access_token_lifetime = 60 }
env = { ACME = "{issuer}" }
files = { ".config/acme.toml" = 'url = "{api}"', "{cwd}/acme.ini" = "" }

[clients.acme.run]
login = "login 'two words'"
use = ["use", "--server", "{issuer}"]
token = { args = "token", stdin = "y\\n", env = { A = "{home}" }, timeout = 1, exit = [0, 3] }
logout = [{ args = "logout" }, "forget", ["x", "y"]]
x-own = ""

[clients.acme.says]
signed_in = "hello"
revoked = ["gone", "away"]
valid = { stdout = "fine", unless = "not" }
x-own = { stderr = ["a"] }

[clients.acme.policies]
offline = "best_effort"
cache_ttl = 300
x-colour = "blue"

[clients.acme.switches.offline.strict]
env = { STRICT = "1" }
args = "--strict"
run = { use = "use --strict" }

[clients.acme.switches.cache_ttl.0]
args = ["--cache-ttl", "0"]

[clients.acme.exits]
logout = 0
not_signed_in = [0, 1]

[clients.acme.deviations]
"revoke/5xx-is-never-revoked" = "https://example.com/1"

[clients.acme.not_for_us]
"revoke/never-raises" = "signing out is another tool's business"

[clients.acme.home]
prepare = "status"
reset = [".acme/auth"]
"""


def test_every_key_is_understood(write: Write) -> None:
    """An adapter that uses every key comes back as the value it describes."""
    root = write(WHOLE)
    adapter = load_adapter("acme", root)
    assert (adapter.name, adapter.source, adapter.root) == ("acme", "auth-provider.toml: clients.acme", root)
    assert adapter.command == ("{python}", "tool.py")
    assert (adapter.version, adapter.install, adapter.client_id) == (("--version",), "pip install acme", "acme")
    assert (adapter.dialect, adapter.timeout, adapter.docs) == ("rfc", 2.5, "The fallback is described here.")
    assert adapter.provider == {"device_interval": 0, "access_token_lifetime": 60}
    assert adapter.credentials == (".acme/session.bin", "{config}/acme.json")
    assert adapter.files == {".config/acme.toml": 'url = "{api}"', "{cwd}/acme.ini": ""}
    assert adapter.run["login"][0].args == ("login", "two words")
    assert adapter.run["use"][0].args == ("use", "--server", "{issuer}")
    (token,) = adapter.run["token"]
    assert (token.args, token.stdin, token.env, token.timeout) == (("token",), "y\n", {"A": "{home}"}, 1.0)
    assert [step.args for step in adapter.run["logout"]] == [("logout",), ("forget",), ("x", "y")]
    assert adapter.run["x-own"][0].args == ()
    assert adapter.policies == {"offline": "best_effort", "cache_ttl": "300", "x-colour": "blue"}
    assert adapter.deviations == {"revoke/5xx-is-never-revoked": "https://example.com/1"}
    assert (adapter.home.prepare, adapter.home.keep, adapter.home.reset) == (("status",), (), (".acme/auth",))


def test_declared_exit_codes_are_looked_up_by_action_and_situation(write: Write) -> None:
    """`[exits]` wins over a step's own codes; an action is 0 by default, a situation is undeclared."""
    adapter = load_adapter("acme", write(WHOLE))
    assert adapter.exit_codes("token") == {0, 3}
    assert adapter.exit_codes("logout") == {0}
    assert adapter.exit_codes("not_signed_in") == {0, 1}
    assert adapter.exit_codes("use") == {0}
    assert adapter.exit_codes("denied") == frozenset()


def test_own_phrases_replace_the_usual_ones(write: Write) -> None:
    """A phrase of the adapter counts alone; the others keep their default."""
    phrases = load_adapter("acme", write(WHOLE)).phrases
    assert phrases["signed_in"].said_in("HELLO", "")
    assert not phrases["signed_in"].said_in("signed in as ada", "")
    assert phrases["revoked"].said_in("", "it went away")
    assert phrases["valid"].said_in("fine", "")
    assert not phrases["valid"].said_in("", "fine")
    assert not phrases["valid"].said_in("not fine", "")
    assert phrases["denied"].said_in("access denied", "")


def test_a_switch_puts_the_client_on_the_other_side(write: Write) -> None:
    """Variables, arguments and actions of the switch are laid over the adapter, and the policy says so."""
    adapter = load_adapter("acme", write(WHOLE))
    strict = adapter.switched("offline", "strict")
    assert strict.command == ("{python}", "tool.py", "--strict")
    assert strict.env == {"ACME": "{issuer}", "STRICT": "1"}
    assert strict.run["use"][0].args == ("use", "--strict")
    assert strict.run["login"] == adapter.run["login"]
    assert strict.policies["offline"] == "strict"
    assert adapter.switched("cache_ttl", "0").policies["cache_ttl"] == "0"
    assert adapter.switched("offline", "best_effort") is adapter
    assert adapter.offers("offline", "strict")
    assert not adapter.offers("logout", "local")
    with pytest.raises(AdapterError) as complaint:
        adapter.switched("logout", "local")
    assert str(complaint.value) == (
        'auth-provider.toml: clients.acme: not on the side logout = "local" '
        "and has no [switches.logout.local] that says how to put it there"
    )


def test_the_first_file_that_has_the_client_wins(write: Write) -> None:
    """auth-provider.toml, then pyproject.toml, then our presets; the list says where each one stands."""
    write(f"[clients.one]\n{MINIMAL}[clients.reference]\n{MINIMAL}")
    root = write(
        f"[tool.auth-provider.clients.one]\n{MINIMAL}[tool.auth-provider.clients.two]\n{MINIMAL}", "pyproject.toml"
    )
    assert load_adapter("one", root).source == "auth-provider.toml: clients.one"
    assert load_adapter("two", root).source == "pyproject.toml: tool.auth-provider.clients.two"
    assert load_adapter("reference", root).source == "auth-provider.toml: clients.reference"
    known = known_clients(root)
    assert {name: source for name, source in known.items() if source != "preset"} == {
        "one": "auth-provider.toml",
        "reference": "auth-provider.toml",
        "two": "pyproject.toml",
    }


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_is_a_valid_adapter(name: str, tmp_path: Path) -> None:
    """What we ship can be read."""
    assert load_adapter(name, tmp_path).source == f"preset {name}.toml"


def test_an_unknown_client_is_answered_with_the_known_ones(write: Write) -> None:
    """A name nobody configured brings the list of those that are, and the one that was meant."""
    root = write(f"[clients.acme]\n{MINIMAL}")
    with pytest.raises(AdapterError) as complaint:
        load_adapter("acne", root)
    assert str(complaint.value) == (
        'there is no client called "acne"; did you mean "acme"?\n'
        f"Configured in {root}: acme (auth-provider.toml)\n"
        f"Presets: {', '.join(preset_names())}"
    )


def test_without_any_configuration_only_presets_are_known(tmp_path: Path) -> None:
    """An empty directory still has our presets."""
    assert known_clients(tmp_path) == dict.fromkeys(preset_names(), "preset")
    with pytest.raises(AdapterError) as complaint:
        load_adapter("zzz", tmp_path)
    assert str(complaint.value) == (
        f'there is no client called "zzz"\nConfigured in {tmp_path}: none\nPresets: {", ".join(preset_names())}'
    )


def test_an_adapter_made_in_python_is_taken_as_it_is() -> None:
    """Name, command and actions in this order, everything else by its name; nothing is split, filled in or checked."""
    login = Step(("login",))
    adapter = Adapter(
        "acme", ("acme",), {"login": (login,)}, "conftest.py", Path("/acme"), dialect="acme", browser="both"
    )
    assert (adapter.name, adapter.command, adapter.run) == ("acme", ("acme",), {"login": (login,)})
    assert (adapter.source, adapter.root, adapter.dialect) == ("conftest.py", Path("/acme"), "acme")
    assert replace(adapter, timeout=1.0) == replace(adapter, timeout=1)


def test_a_former_name_is_answered_with_the_name_it_has_now() -> None:
    """In Python as in a file: in the constructor, in `replace`, and as an attribute."""
    adapter = Adapter("acme", ("acme",), {"login": (Step(()),)})
    with pytest.raises(TypeError, match=r"^Adapter\(airtight=...\): this is called `audit_connections` now$"):
        replace(adapter, airtight=True)  # type: ignore[call-arg]  # the point
    with pytest.raises(AttributeError, match=r"^Adapter.airtight: this is called `audit_connections` now$"):
        _ = getattr(adapter, "airtight")  # noqa: B009 - type checkers know that there is no such attribute
    with pytest.raises(AttributeError, match=r"^'Adapter' object has no attribute 'airtite'$"):
        _ = getattr(adapter, "airtite")  # noqa: B009


@pytest.mark.parametrize(
    ("action", "args"),
    [('{ send = { method = "a/b" } }', ("a/b",)), ('{ send = [{ method = "a" }, { method = "b" }], args = [] }', ())],
)
def test_a_step_that_sends_messages_is_shown_by_their_methods(write: Write, action: str, args: tuple[str]) -> None:
    """Unless it has arguments of its own."""
    root = write(f'[clients.acme]\nkind = "stdio"\ncommand = "x"\nrun.login = {action}\n')
    assert load_adapter("acme", root).run["login"][0].args == args
