"""Mutants of a module: its source with one small change, as a slip of the hand would make it."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

OTHER_WAY: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
"""Each comparison, and the one that holds where it does not."""

Change = Callable[[ast.AST], ast.AST | None]
"""Returns what stands in the place of a node, None where there is nothing to change about it."""


@dataclass(frozen=True)
class Mutant:
    """One change: the function it is in, as in `reference_client.refresh:poison`, the line, and what it does there."""

    function: str
    line: int
    change: str
    source: str


def mutants(module: str, source: str) -> Iterator[Mutant]:
    """Yield every mutant of a module whose name is `module`; what stands outside of functions is left alone."""
    tree = ast.parse(source)
    for function, name in _functions(tree, ""):
        for number, node in enumerate(ast.walk(function)):
            for change in (_compare, _connect, _deny, _skip, _count):
                changed = change(node)
                if changed is not None:
                    yield _mutant(tree, function, number, changed, f"{module}:{name}")


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[ast.AST, str]]:
    """Yield the functions and methods of a module, with their names; one inside another belongs to that.

    What has a decorator is left alone: it is something else than a function by then.
    """
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef) and not child.decorator_list:
            yield child, f"{prefix}{child.name}"
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.")


def _mutant(tree: ast.Module, function: ast.AST, number: int, changed: ast.AST, name: str) -> Mutant:
    """Put `changed` in the place of a node of a function, which has this number in the order of `ast.walk`."""
    place = next(index for index, node in enumerate(ast.walk(tree)) if node is function)
    mutated = copy.deepcopy(tree)
    twin = list(ast.walk(mutated))[place]
    nodes = list(ast.walk(function))
    old, new = nodes[number], list(ast.walk(twin))[number]
    for parent in ast.walk(twin):
        for field, value in ast.iter_fields(parent):
            if value is new:
                setattr(parent, field, changed)
            elif isinstance(value, list) and any(one is new for one in value):
                value[:] = [changed if one is new else one for one in value]
    ast.fix_missing_locations(mutated)
    told = f"{_text(old)}  ->  {_text(changed)}"
    return Mutant(name, getattr(old, "lineno", 0), told, ast.unparse(mutated))


def _text(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:100]


def _compare(node: ast.AST) -> ast.AST | None:
    """`==` becomes `!=`, and so on."""
    if not isinstance(node, ast.Compare) or len(node.ops) != 1:
        return None
    return ast.Compare(node.left, [OTHER_WAY[type(node.ops[0])]()], node.comparators)


def _connect(node: ast.AST) -> ast.AST | None:
    """`and` becomes `or`, and the other way round."""
    if not isinstance(node, ast.BoolOp):
        return None
    return ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)


def _deny(node: ast.AST) -> ast.AST | None:
    """`not` is forgotten; a condition that is one name or one call is turned round."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return node.operand
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name | ast.Call | ast.Attribute):
        turned = ast.UnaryOp(ast.Not(), node.test)
        return ast.If(turned, node.body, node.orelse)
    return None


def _skip(node: ast.AST) -> ast.AST | None:
    """A call for its effect, or an exception, is left out."""
    effect = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    return ast.Pass() if effect or isinstance(node, ast.Raise) else None


def _count(node: ast.AST) -> ast.AST | None:
    """A number is one more; `True` is `False`."""
    if not isinstance(node, ast.Constant) or isinstance(node.value, str | bytes) or node.value in (None, ...):
        return None
    if isinstance(node.value, bool):
        return ast.Constant(not node.value)
    return ast.Constant(node.value + 1) if isinstance(node.value, int | float) else None
