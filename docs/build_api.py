"""Write docs/api.md, the public Python API, from docstrings and signatures.

    python docs/build_api.py > docs/api.md

Everything is derived from `__all__` of the public packages, from the hook specifications, and from what the pytest
plugin declares; nothing is listed here. tests/docs/test_api_page.py fails when the page lags.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final, ForwardRef, NamedTuple

import fakeprovider
import fakeprovider.faults
import pytest_auth_provider

_PREFACE: Final = """\
# Python API

Everything that is public, as its docstrings say. Written by `python docs/build_api.py > docs/api.md`; do not edit.
The command lines are in [serving.md](serving.md) and [adapters.md](adapters.md), the catalogue of faults is in
[faults.md](faults.md).
"""
_LONGEST: Final = 100  # characters of a signature on one line
_LONGEST_DEFAULT: Final = 40  # characters of a default that is shown


class Attribute(NamedTuple):
    """An annotated attribute of a class: its declaration as it is written, and the docstring below it."""

    name: str
    declaration: str
    documentation: str


def page() -> str:
    """The whole page."""
    sections = [
        *_package("fakeprovider"),
        *_package("fakeprovider.server", names=["PortInUse"]),
        *_faults(),
        *_functions("fakeprovider.hookspecs", "## `fakeprovider.hookspecs`"),
        *_package("pytest_auth_provider"),
        *_package("pytest_auth_provider.clients", described=pytest_auth_provider),
        *_functions("pytest_auth_provider.hookspecs", "## `pytest_auth_provider.hookspecs`"),
        *_fixtures(),
        *_options(),
        *_functions("auth_scenarios.verify", "## `auth_scenarios.verify`"),
    ]
    return "\n".join([_PREFACE, *sections]).rstrip() + "\n"


# -- sections -----------------------------------------------------------------------------------------------------


def _package(name: str, names: list[str] | None = None, described: ModuleType | None = None) -> Iterator[str]:
    """A public package; names that are public in `described` as well are not described again."""
    package = importlib.import_module(name)
    yield f"## `{name}`\n"
    yield _prose(package)
    public = [one for one in sorted(names or package.__all__, key=str.lower) if not one.startswith("__")]
    again = [one for one in public if described is not None and one in described.__all__]
    if again and described is not None:
        yield f"{', '.join(f'`{one}`' for one in again)}: as in `{described.__name__}`, above.\n"
    for one in public:
        if one not in again:
            yield from _entry(one, getattr(package, one))


def _faults() -> Iterator[str]:
    """The bases to write a fault with, and the functions; the catalogue has a page of its own."""
    package = fakeprovider.faults
    catalogue = package.catalogue().values()
    bases = [name for name in package.__all__ if getattr(package, name) not in catalogue]
    yield from _package("fakeprovider.faults", bases)


def _functions(module_name: str, title: str) -> Iterator[str]:
    """The public functions and classes that a module defines."""
    module = importlib.import_module(module_name)
    yield f"{title}\n"
    yield _prose(module)
    for name, value in vars(module).items():
        is_ours = getattr(value, "__module__", "") == module_name and not name.startswith("_")
        if is_ours and (inspect.isfunction(value) or inspect.isclass(value)):
            yield from _entry(name, value)


def _fixtures() -> Iterator[str]:
    yield "## Fixtures\n"
    for tree in _trees(pytest_auth_provider):
        for node in tree.body:
            scope = _fixture_scope(node) if isinstance(node, ast.FunctionDef) else None
            if isinstance(node, ast.FunctionDef) and scope is not None:
                returned = f" -> {ast.unparse(node.returns)}" if node.returns else ""
                yield f"### `{node.name}{returned}`\n"
                if scope != "function":
                    yield f"Scope: {scope}.\n"
                yield f"{_paragraphs(ast.get_docstring(node) or '')}\n"


def _fixture_scope(function: ast.FunctionDef) -> str | None:
    """The scope of a fixture, None for another function."""
    for decorator in function.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else ast.Call(decorator, [], [])
        if ast.unparse(call.func) == "pytest.fixture":
            scopes = [keyword.value for keyword in call.keywords if keyword.arg == "scope"]
            return str(ast.literal_eval(scopes[0])) if scopes else "function"
    return None


def _options() -> Iterator[str]:
    yield "## Options of pytest\n"
    yield "| option | what it does |\n|---|---|"
    recorder = _Options()
    importlib.import_module("pytest_auth_provider.plugin").pytest_addoption(recorder)
    yield from recorder.rows
    yield ""


class _Options:
    """Stands for the parser and the groups of pytest, and writes down what is declared."""

    def __init__(self) -> None:
        self.rows: list[str] = []

    def getgroup(self, *_arguments: object, **_more: object) -> _Options:
        """Take part as the group as well."""
        return self

    def addoption(self, *names: str, **more: Any) -> None:
        """Write down an option of the command line."""
        metavar = f" {more['metavar']}" if "metavar" in more else ""
        self.rows.append(f"| `{', '.join(names)}{metavar}` | {more.get('help', '')} |")

    def addini(self, name: str, help: str, **_more: object) -> None:  # noqa: A002 - it is called so in pytest
        """Write down a key of the configuration file."""
        self.rows.append(f"| `{name}` in the configuration file | {help} |")


# -- entries ------------------------------------------------------------------------------------------------------


def _entry(name: str, value: object) -> Iterator[str]:
    if inspect.isclass(value):
        yield from _class(name, value)
    elif inspect.isfunction(value):
        yield f"### {name}\n"
        yield _code(name, value)
        yield _prose(value)
    elif isinstance(value, ModuleType):
        yield f"### {name}\n\nThe module `{value.__name__}`.\n"
    else:
        yield f"### {name}\n\n`{value}`\n"


def _class(name: str, kind: type) -> Iterator[str]:
    yield f"### {name}\n"
    yield _code(name, kind)
    bases = [f"`{base.__name__}`" for base in kind.__bases__ if base is not object]
    if issubclass(kind, BaseException) and bases:
        yield f"Bases: {', '.join(bases)}.\n"
    yield _prose(kind)
    yield from _attribute_list(kind)
    for member, value in _members(kind).items():
        yield from _member(name, member, value)


def _attribute_list(kind: type) -> Iterator[str]:
    """The attributes that say something the signature does not."""
    rows = {row.name: row for base in reversed(kind.__mro__) if _is_ours(base) for row in _attributes(base)}
    in_signature = inspect.signature(kind).parameters if dataclasses.is_dataclass(kind) else ()
    is_tuple = issubclass(kind, tuple)
    shown = [row for row in rows.values() if row.documentation or not (is_tuple or row.name in in_signature)]
    for row in shown:
        yield f"- `{row.declaration}`{f': {_one_line(row.documentation)}' if row.documentation else ''}"
    if shown:
        yield ""


def _members(kind: type) -> dict[str, object]:
    """The public functions and properties of a class, those of its bases among them."""
    found: dict[str, object] = {}
    for base in reversed(kind.__mro__):
        if _is_ours(base):
            found |= {name: value for name, value in vars(base).items() if not name.startswith("_")}
    return {name: value for name, value in found.items() if _function_of(value) is not None}


def _function_of(value: object) -> Callable[..., object] | None:
    if isinstance(value, property):
        return value.fget
    if isinstance(value, classmethod | staticmethod):
        return value.__func__
    function = getattr(value, "func", value)  # of a cached property
    return function if inspect.isfunction(function) else None


def _member(owner: str, name: str, value: object) -> Iterator[str]:
    function = _function_of(value)
    assert function is not None
    is_method = inspect.isfunction(value) or isinstance(value, classmethod | staticmethod)
    yield f"#### {owner}.{name}\n"
    if is_method:
        yield _code(name, function, drop_first=not isinstance(value, staticmethod))
    else:
        yield f"A property: `{_plain(inspect.signature(function).return_annotation)}`.\n"
    yield _prose(function)


def _attributes(kind: type) -> Iterator[Attribute]:
    """The public annotated attributes that the class itself declares."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    except (OSError, TypeError):
        return  # made without source
    [node] = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for statement, after in zip(node.body, [*node.body[1:], None], strict=True):
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        name = statement.target.id
        if name.startswith("_"):
            continue
        documentation = ""
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            documentation = inspect.cleandoc(str(after.value.value))
        yield Attribute(name, _declaration(statement, name), documentation)


def _declaration(statement: ast.AnnAssign, name: str) -> str:
    declared = f"{name}: {ast.unparse(statement.annotation)}"
    if statement.value is None or isinstance(statement.value, ast.Call):
        return declared  # `field(...)` says more about the class than about the attribute
    value = ast.unparse(statement.value)
    return f"{declared} = {value}" if len(value) <= _LONGEST_DEFAULT else declared


# -- text ---------------------------------------------------------------------------------------------------------


def _code(name: str, value: Any, *, drop_first: bool = False) -> str:
    """The signature as a block of code; with a line for each parameter where it is long."""
    try:
        signature = inspect.signature(value)
    except ValueError:
        return ""
    parameters = list(signature.parameters.values())[1 if drop_first else 0 :]
    shown = _parameters(parameters)
    returned = "" if inspect.isclass(value) else f" -> {_plain(signature.return_annotation)}"
    line = f"{name}({', '.join(shown)}){returned}"
    if len(line) > _LONGEST:
        line = "\n".join([f"{name}(", *(f"    {one}," for one in shown), f"){returned}"])
    return f"```python\n{line}\n```\n"


def _parameters(parameters: list[inspect.Parameter]) -> list[str]:
    shown: list[str] = []
    kinds = inspect.Parameter
    for number, one in enumerate(parameters):
        before = parameters[number - 1].kind if number else None
        if one.kind is kinds.KEYWORD_ONLY and before not in (kinds.KEYWORD_ONLY, kinds.VAR_POSITIONAL):
            shown.append("*")
        if before is kinds.POSITIONAL_ONLY and one.kind is not kinds.POSITIONAL_ONLY:
            shown.append("/")
        shown.append(_parameter(one))
    return shown


def _parameter(parameter: inspect.Parameter) -> str:
    shown = str(parameter.replace(annotation=parameter.empty, default=parameter.empty))  # with its stars
    if parameter.annotation is not parameter.empty:
        shown += f": {_plain(parameter.annotation)}"
    if parameter.default is parameter.empty:
        return shown
    default = repr(parameter.default)
    is_readable = not default.startswith("<") and " at 0x" not in default
    equals = " = " if parameter.annotation is not parameter.empty else "="
    return f"{shown}{equals}{default if is_readable else '...'}"


def _plain(annotation: object) -> str:
    if isinstance(annotation, ForwardRef):
        return annotation.__forward_arg__
    return annotation if isinstance(annotation, str) else str(inspect.formatannotation(annotation))


def _prose(value: object) -> str:
    documentation = inspect.getdoc(value) or ""
    if dataclasses.is_dataclass(value) and documentation.startswith(f"{getattr(value, '__name__', '')}("):
        documentation = ""  # made by dataclasses, and the same as the signature
    return f"{_paragraphs(documentation)}\n"


def _paragraphs(documentation: str) -> str:
    """A docstring as Markdown: indented paragraphs and drawings become blocks of code."""
    written = []
    for paragraph in documentation.split("\n\n"):
        lines = paragraph.splitlines()
        is_drawing = any("   " in line.strip() or line.startswith("    ") or _is_code(line) for line in lines)
        body = textwrap.dedent(paragraph)
        written.append(f"```text\n{body}\n```" if is_drawing else body)
    return "\n\n".join(written).replace("\n```\n\n```text\n", "\n\n")


def _is_code(line: str) -> bool:
    return line.startswith(("from ", "with ", "import ", "@"))


def _one_line(documentation: str) -> str:
    return " ".join(documentation.split())


def _is_ours(kind: type) -> bool:
    return kind.__module__.partition(".")[0] in ("fakeprovider", "pytest_auth_provider", "auth_scenarios")


def _trees(package: ModuleType) -> Iterator[ast.Module]:
    """The syntax tree of every module of a package."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        spec = found.module_finder.find_spec(found.name, None)
        if spec is not None and spec.origin is not None:
            yield ast.parse(Path(spec.origin).read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.stdout.write(page())
