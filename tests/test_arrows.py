"""The arrows between the packages: scenarios -> plugin -> provider, never back; the reference client stands alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

PACKAGES = {
    "fakeprovider": ROOT / "fakeprovider" / "fakeprovider",
    "pytest_auth_provider": ROOT / "plugin" / "pytest_auth_provider",
    "auth_scenarios": ROOT / "scenarios" / "auth_scenarios",
    "reference_client": ROOT / "scenarios" / "reference_client",
}

MAY_IMPORT = {
    "fakeprovider": set[str](),
    "pytest_auth_provider": {"fakeprovider"},
    "auth_scenarios": {"pytest_auth_provider", "fakeprovider"},
    "reference_client": set[str](),
}


def imports(source: str) -> Iterator[str]:
    """The top-level package of every import in `source`, wherever it stands; relative ones stay inside."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").partition(".")[0]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            named = node.args[0] if node.args else None
            if isinstance(named, ast.Constant) and isinstance(named.value, str):
                yield named.value.partition(".")[0]


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_follow_the_arrows(package: str) -> None:
    """No module imports a package of ours that stands above it, at any indentation."""
    forbidden = set(PACKAGES) - MAY_IMPORT[package] - {package}
    against = [
        f"{module.relative_to(ROOT)} imports {name}"
        for module in sorted(PACKAGES[package].rglob("*.py"))
        for name in imports(module.read_text(encoding="utf-8"))
        if name in forbidden
    ]
    assert against == []


@pytest.mark.parametrize("package", ["fakeprovider", "reference_client"])
def test_the_ground_floor_knows_nothing_of_pytest(package: str) -> None:
    """The provider serves without pytest, and the client is a program like any other."""
    modules = sorted(PACKAGES[package].rglob("*.py"))
    assert [m.name for m in modules if "pytest" in set(imports(m.read_text(encoding="utf-8")))] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import fakeprovider.faults", "fakeprovider"),
        ("def f():\n    from fakeprovider import Provider", "fakeprovider"),
        ("import importlib\nimportlib.import_module('fakeprovider.app')", "fakeprovider"),
    ],
)
def test_the_check_sees_every_kind_of_import(source: str, found: str) -> None:
    """An import inside a function and one by name count as well."""
    assert found in set(imports(source))
