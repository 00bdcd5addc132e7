"""Verdicts hang on the verbs of `auth_scenarios.verify`, and never on `assert` statements."""

from __future__ import annotations

import ast
from pathlib import Path

import auth_scenarios


def test_no_contract_hangs_on_a_bare_assert() -> None:
    """`python -O` removes `assert` statements, and every sloppy client would be kept."""
    root = Path(auth_scenarios.__file__).parent
    bare = [
        f"{path.relative_to(root)}:{node.lineno}"
        for path in sorted(root.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assert)
    ]
    assert bare == []
