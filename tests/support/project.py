"""A project in an empty folder, with made-up clients and contracts, for real inner runs of pytest."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from importlib.metadata import entry_points
from pathlib import Path

import pytest

TOOL = """
import json, os, sys, time, urllib.parse, urllib.request

def ask(url, **form):
    with urllib.request.urlopen(url, urllib.parse.urlencode(form).encode() or None) as answer:
        return json.load(answer)

def login():
    issuer = os.environ["TOOL_ISSUER"]
    device = ask(issuer + "/device_authorization", client_id="tool", scope="openid offline_access")
    tokens = {"error": "authorization_pending"}
    while "error" in tokens:
        grant = "urn:ietf:params:oauth:grant-type:device_code"
        tokens = ask(issuer + "/token", client_id="tool", grant_type=grant, device_code=device["device_code"])
    with open(os.open("session.json", os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
        json.dump(tokens, file)

def leak():
    print("debug:", json.load(open("session.json"))["access_token"])

def hang():
    if os.fork():
        print("parent", os.getpid(), flush=True)
    time.sleep(600)

def crash():
    raise ValueError("nobody caught me")

{"login": login, "leak": leak, "hang": hang, "crash": crash, "say": lambda: print(*sys.argv[2:])}[sys.argv[1]]()
"""
"""A client that signs in, prints, leaks, hangs and crashes as it is told."""

CONTRACT = '''
import pytest
from fakeprovider import Provider
from fakeprovider.faults import ServerError
from pytest_auth_provider import Client, scenario

@scenario("House rules 1.2", "A client is polite.", {facts})
{decorators}def {function}({arguments}):
    """{title}"""
{body}
'''

ADAPTER = """
[clients.{name}]
command = ["{python}", "-S", "{script}"]
env = {{ TOOL_ISSUER = "{{issuer}}" }}
run = {{ login = "login", use = "say hello", x-leak = "leak", x-hang = "hang", x-crash = "crash" }}
{more}
"""


class Project:
    """The folder pytest runs in. Contracts of its own are announced by an installed package, `house_rules`."""

    def __init__(self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = pytester.path
        self.pytester = pytester
        self._site = pytester.path.parent / f"{pytester.path.name}-site"
        self._tools = pytester.path.parent / f"{pytester.path.name}-tools"
        self._site.mkdir()
        self._tools.mkdir()
        self._monkeypatch = monkeypatch
        monkeypatch.setenv("PYTHONPATH", str(self._site), prepend=os.pathsep)
        monkeypatch.setenv("COLUMNS", "120")
        # Where these tests run in CI, the runs within them do not.
        for variable in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"):
            monkeypatch.delenv(variable, raising=False)
        # Plugins that happen to be installed here have no part in it, and some take seconds to import.
        others = {entry.name for entry in entry_points(group="pytest11")} - {"auth-provider", "xdist"}
        monkeypatch.setenv("PYTEST_ADDOPTS", " ".join(f"-p no:{name}" for name in sorted(others)))

    @property
    def package(self) -> Path:
        """The directory of the package of contracts."""
        return self._site / "house_rules"

    def write(self, name: str, text: str) -> Path:
        """A file of the project."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
        return path

    def client(self, name: str = "tool", more: str = "", script: str = TOOL) -> None:
        """One more client, configured in `auth-provider.toml`; `more` is what else its adapter says, in TOML."""
        program = self._tools / f"{name}.py"
        program.write_text(script, encoding="utf-8")
        adapter = ADAPTER.format(name=name, python=sys.executable, script=program, more=textwrap.dedent(more))
        with (self.path / "auth-provider.toml").open("a", encoding="utf-8") as file:
            file.write(adapter)

    def contract(
        self,
        name: str,
        body: str = "pass",
        *,
        facts: str = "",
        decorators: str = "",
        arguments: str = "auth_provider: Provider, auth_client: Client",
        title: str = "A client does what the rule says.",
        proof: str = "it was asked to be polite",
    ) -> None:
        """One more contract `house/<name>`, installed as a package of contracts is; `proof` is that of a `kept`."""
        package = self._site / "house_rules"
        if not package.exists():
            self._install(package)
        function = f"test_{name.replace('-', '_')}"
        if proof and "auth_client" in arguments:
            body = f"auth_client.exposure.add({proof!r})\n{textwrap.dedent(body).strip()}"
        text = CONTRACT.format(
            function=function,
            facts=facts,
            decorators=f"{decorators}\n" if decorators else "",
            arguments=arguments,
            title=title,
            body=textwrap.indent(textwrap.dedent(body).strip(), "    "),
        )
        (package / "house" / f"{function}.py").write_text(text, encoding="utf-8")

    def _install(self, package: Path) -> None:
        (package / "house").mkdir(parents=True)
        for directory in (package, package / "house"):
            (directory / "__init__.py").touch()
        information = self._site / "house_rules-1.dist-info"
        information.mkdir()
        (information / "METADATA").write_text("Metadata-Version: 2.1\nName: house-rules\nVersion: 1\n")
        (information / "entry_points.txt").write_text("[auth_provider_scenarios]\nhouse = house_rules\n")

    def forget_package(self) -> None:
        """Remove the package of contracts, and leave what announces it."""
        shutil.rmtree(self._site / "house_rules")

    def move_site(self, place: Path) -> None:
        """Have the packages installed in another place from now on."""
        self._site = self._site.rename(place)
        self._monkeypatch.setenv("PYTHONPATH", str(place), prepend=os.pathsep)

    def run(self, *arguments: str) -> pytest.RunResult:
        """Run pytest in the project, in a process of its own."""
        return self.pytester.runpytest_subprocess(*arguments)

    def check(self, *arguments: str, profiled: bool = False) -> pytest.RunResult:
        """Check contracts: those of the house, where there are any and nothing else is selected.

        Unless `profiled`, the clients are not looked at before: it takes a dozen of their commands.
        """
        houses = ["-k", "house"] if (self._site / "house_rules").exists() and "-k" not in arguments else []
        unprofiled = [] if profiled else ["--auth-no-profile"]
        return self.run("--auth-provider", *unprofiled, *houses, *arguments)

    @staticmethod
    def section(result: pytest.RunResult) -> list[str]:
        """Our part of what pytest printed: from our first title to the line pytest itself goes on with."""
        lines = [line.rstrip() for line in result.outlines]
        start = next(
            number for number, line in enumerate(lines) if line.startswith("==") and " auth provider: " in line
        )
        rest = lines[start + 1 :]
        end = next(
            (n for n, line in enumerate(rest) if line.startswith(("==", "!!!")) and " auth provider: " not in line),
            len(rest),  # -qq: pytest adds nothing
        )
        return [lines[start], *rest[:end]]
