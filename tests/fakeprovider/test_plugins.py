"""Dialects and faults of other distributions, each in a Python of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

GOOD = '''
from dataclasses import dataclass

from fakeprovider import Dialect
from fakeprovider.server.answer import Answer
from fakeprovider.faults import ResponseFault
from fakeprovider.hookspecs import hookimpl


class Acme(Dialect):
    """Everything below one prefix."""

    name = "acme"
    paths = {**Dialect.paths, "token": "/acme/token"}


@dataclass(frozen=True)
class Teapot(ResponseFault):
    """Answer 418."""

    def response(self, call, answer):
        return Answer(418)


@hookimpl
def fakeprovider_dialects():
    return [Acme]


@hookimpl
def fakeprovider_faults():
    return [Teapot]
'''

USE = """
import httpx
from fakeprovider import Provider, dialects
from fakeprovider.faults import catalogue, find_fault

with Provider("acme") as provider:
    print(provider.url("token").removeprefix(provider.issuer))
    with provider.failing(find_fault("Teapot")(), at="token"):
        print(httpx.post(provider.url("token")).status_code)
print("acme" in dialects(), "Teapot" in catalogue(), "rfc" in dialects(), "ServerError" in catalogue())
"""

UNHURT = """
import sys
from fakeprovider import Provider
Provider("keycloak").start().stop()
print("acme_provider" in sys.modules, "importlib.metadata" in sys.modules, "pluggy" in sys.modules)
"""


def install(folder: Path, module: str, *, name: str = "acme-provider", value: str = "acme_provider") -> None:
    """Put a distribution with one module and one entry point into `folder`, as pip would."""
    information = folder / f"{name.replace('-', '_')}-1.2.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    (information / "entry_points.txt").write_text(f"[fakeprovider]\nacme = {value}\n")
    (folder / f"{value.partition(':')[0]}.py").write_text(module)


def run(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a Python that sees the distributions in `folder`."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *filter(None, sys.path)])}
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False)


def test_a_dialect_and_a_fault_are_found_by_name(tmp_path: Path) -> None:
    """An installed distribution extends both catalogues, and `Provider` knows its dialect."""
    install(tmp_path, GOOD)
    done = run(tmp_path, USE)
    assert (done.stdout, done.stderr) == ("/acme/token\n418\nTrue True True True\n", "")


def test_a_provider_of_a_built_in_dialect_looks_for_nobody(tmp_path: Path) -> None:
    """Neither the plugin nor what finds it is imported."""
    install(tmp_path, GOOD)
    assert run(tmp_path, UNHURT).stdout == "False False False\n"


WHO = "fakeprovider plugin 'acme' of acme-provider 1.2"
HOOK = "from fakeprovider import Dialect\nfrom fakeprovider.hookspecs import hookimpl\n"
BROKEN = {
    "raises while it is imported": (
        "raise RuntimeError('no luck today')",
        f"{WHO} cannot be loaded from 'acme_provider': RuntimeError: no luck today; fix it, or uninstall acme-provider",
    ),
    "raises in its hook": (
        f"{HOOK}@hookimpl\ndef fakeprovider_dialects(): return 1 / 0",
        f"{WHO}: fakeprovider_dialects() raised ZeroDivisionError: division by zero",
    ),
    "offers something else": (
        f"{HOOK}@hookimpl\ndef fakeprovider_dialects(): return ['acme']",
        f"{WHO}: fakeprovider_dialects() offers 'acme', expected a subclass of Dialect",
    ),
    "takes a name that is taken": (
        f"{HOOK}class Mine(Dialect): name = 'keycloak'\n@hookimpl\ndef fakeprovider_dialects(): return [Mine]",
        f"{WHO}: offers dialect 'keycloak', a name that fakeprovider itself has already; choose another",
    ),
    "implements a hook there is not": (
        f"{HOOK}@hookimpl\ndef fakeprovider_dialect(): return []",
        f"{WHO} cannot be loaded from 'acme_provider': PluginValidationError: unknown hook 'fakeprovider_dialect'",
    ),
}


@pytest.mark.parametrize("defect", BROKEN)
def test_a_broken_plugin_is_named(tmp_path: Path, defect: str) -> None:
    """One message that says which distribution is broken and how; built-in dialects go on working."""
    module, message = BROKEN[defect]
    install(tmp_path, module)
    done = run(tmp_path, "from fakeprovider import dialects\ndialects()")
    assert f"fakeprovider.errors.PluginError: {message}" in done.stderr
    assert run(tmp_path, UNHURT).stdout == "False False False\n"


def test_two_distributions_with_one_name(tmp_path: Path) -> None:
    """The second one is told who has the name already."""
    install(tmp_path, GOOD)
    install(tmp_path, GOOD, name="other-provider", value="other_provider")
    done = run(tmp_path, "from fakeprovider import dialects\ndialects()")
    assert "offers dialect 'acme', a name that fakeprovider plugin 'acme' of " in done.stderr
