"""The arrows between packages and layers, which `lint-imports` keeps, and those it cannot see: imports by name."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
PACKAGES = {
    "fakeprovider": ROOT / "fakeprovider" / "fakeprovider",
    "pytest_auth_provider": ROOT / "plugin" / "pytest_auth_provider",
    "auth_scenarios": ROOT / "scenarios" / "auth_scenarios",
    "reference_client": ROOT / "scenarios" / "reference_client",
}
UPWARDS = {
    ("fakeprovider.provider", "fakeprovider.control.control"),  # a provider without control API imports none of it
    ("fakeprovider.plugins", "fakeprovider.hookspecs"),  # and one without plugins no hook specifications
}
"""Imports by name that go up inside a package, and why they are no imports like others."""


def tree_of(path: Path) -> ast.Module:
    """What Python reads in a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def module_of(package: str, path: Path) -> str:
    """The name of the module at a path."""
    parts = path.relative_to(PACKAGES[package].parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def imported_by_name(tree: ast.Module) -> Iterator[str]:
    """What `import_module` and `__import__` are given, as far as it is written there or in a constant of the module."""
    constants = {
        target.id: statement.value
        for statement in tree.body
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None
        for target in (statement.targets if isinstance(statement, ast.Assign) else [statement.target])
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            named = node.args[0] if node.args else None
            if isinstance(named, ast.Name):
                named = constants.get(named.id)
            if isinstance(named, ast.JoinedStr) and named.values:
                named = named.values[0]
            if isinstance(named, ast.Constant) and isinstance(named.value, str):
                yield named.value


def layer_of(module: str, container: str, layers: list[str]) -> int | None:
    """How far from the top a module stands, None if it is in no layer."""
    prefix = f"{container}." if container else ""
    for number, layer in enumerate(layers):
        for sibling in layer.replace("|", ":").split(":"):
            if f"{module}.".startswith(f"{prefix}{sibling.strip()}."):
                return number
    return None


def breaks(contract: dict[str, object], importer: str, imported: str) -> bool:
    """Whether an import breaks a contract of `lint-imports`."""
    if contract["type"] == "forbidden":
        sides = (("source_modules", importer), ("forbidden_modules", imported))
        return all(module.partition(".")[0] in _texts(contract[key]) for key, module in sides)
    for container in _texts(contract.get("containers", [""])):
        above = layer_of(imported, container, _texts(contract["layers"]))
        own = layer_of(importer, container, _texts(contract["layers"]))
        if above is not None and own is not None and above < own:
            return True
    return False


def _texts(value: object) -> list[str]:
    assert isinstance(value, list)
    return value


def test_imports_follow_the_arrows() -> None:
    """`lint-imports` keeps its contracts, which are those of the packages and of the layers in them."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as main; main()", "--no-logo"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {"packages", "reference-client", "judges", "provider"} <= {contract["id"] for contract in CONTRACTS}


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_by_name_follow_them_too(package: str) -> None:
    """No module names one that stands above it, but for what is listed."""
    upwards = {
        (importer, imported)
        for path in sorted(PACKAGES[package].rglob("*.py"))
        for importer in [module_of(package, path)]
        for imported in imported_by_name(tree_of(path))
        for contract in CONTRACTS
        if breaks(contract, importer, imported)
    }
    assert upwards == {(importer, imported) for importer, imported in UPWARDS if importer.startswith(f"{package}.")}


@pytest.mark.parametrize("package", ["fakeprovider", "reference_client"])
def test_the_ground_floor_knows_nothing_of_pytest(package: str) -> None:
    """The provider serves without pytest, and the client is a program like any other."""
    assert [path.name for path in PACKAGES[package].rglob("*.py") if "pytest" in imported(tree_of(path))] == []


def imported(tree: ast.Module) -> set[str]:
    """The top-level package of every import, wherever it stands; relative ones stay inside."""
    found = {name.partition(".")[0] for name in imported_by_name(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add((node.module or "").partition(".")[0])
    return found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import fakeprovider.faults", "fakeprovider"),
        ("def f():\n    from fakeprovider import Provider", "fakeprovider"),
        ("import importlib\nimportlib.import_module('fakeprovider.app')", "fakeprovider"),
        ("NAME = 'fakeprovider.app'\ndef f():\n    return import_module(NAME)", "fakeprovider"),
        ("def f(name):\n    return __import__(f'fakeprovider.{name}')", "fakeprovider"),
    ],
)
def test_the_check_sees_every_kind_of_import(source: str, found: str) -> None:
    """An import inside a function and one by name count as well."""
    assert found in imported(ast.parse(source))


@pytest.mark.parametrize(
    ("importer", "named", "broken"),
    [
        ("fakeprovider.app", "pytest_auth_provider.judge", True),
        ("pytest_auth_provider.judge", "fakeprovider.app", False),
        ("reference_client.cli", "fakeprovider.app", True),
        ("auth_scenarios.verify", "reference_client.cli", True),
        ("fakeprovider.server.server", "fakeprovider.app", True),
        ("fakeprovider.app", "fakeprovider.server.server", False),
    ],
)
def test_the_check_knows_the_contracts(importer: str, named: str, broken: bool) -> None:
    """Those between packages and those inside them."""
    assert any(breaks(contract, importer, named) for contract in CONTRACTS) is broken
