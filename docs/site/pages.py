"""The pages that are made when the site is built: a page for each contract, lists of them, and source code."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Final

import jinja2

import reference_client
from docs.site import markdown
from docs.site.contracts import Contracts
from docs.site.documents import CUSTOM, in_order, slug
from docs.site.reading import source_of
from fakeprovider.faults.catalogue import find_fault

_HERE: Final = Path(__file__).parent
_ROOT: Final = _HERE.parents[1]


def contract_pages(contracts: Contracts) -> Iterator[tuple[str, str]]:
    """Yield the path below docs/ and the Markdown of every page about contracts."""
    documents = sorted(contracts.documents.items(), key=lambda item: in_order(item[0]))
    facts = {"contracts": contracts.all, "families": contracts.families, "documents": documents}
    yield "contracts/index.md", _rendered("overview.md", **facts)
    for contract in contracts.all:
        yield f"contracts/{contract.id}.md", _rendered("contract.md", contract=contract)
    for family, some in contracts.families.items():
        preface = f"{len(some)} contracts. To run them: `pytest --auth-provider --auth-family {family}`."
        yield f"contracts/{family}/index.md", _list(family, preface, some)
    for document, some in documents:
        yield f"contracts/documents/{slug(document)}.md", _list(document, _told_of(document), some)


def source_pages() -> Iterator[tuple[str, str]]:
    """Yield the path below docs/ and the Markdown of each module of the reference client, and of their list."""
    package = Path(reference_client.__file__).parent
    modules = {_module(path, package): path for path in sorted(package.rglob("*.py"))}
    rows = []
    for module, path in modules.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documentation = markdown.prose((ast.get_docstring(tree) or "").partition("\n\n")[0])
        pieces = _pieces(tree, path.read_text(encoding="utf-8"))
        yield _source_page(module), _rendered("source.md", module=module, documentation=documentation, pieces=pieces)
        rows.append(f"| [`{module}`]({module}.md) | {documentation} |")
    preface = "# The reference client\n\n`auth-reference` keeps every contract. This is its source, module by module.\n"
    yield "sources/index.md", "\n".join([preface, "| module | what it is |", "|---|---|", *rows, ""])


def contributing_pages() -> Iterator[tuple[str, str]]:
    """Yield the path below docs/ and the Markdown of each part of CONTRIBUTING.md, with its links as on the site."""
    text = (_ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    text = text.replace("](docs/", "](../").replace("](CHANGELOG.md)", "](../changes.md)")
    first, *parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    yield "contributing/index.md", first
    for title, body in zip(parts[::2], parts[1::2], strict=True):
        yield f"contributing/{slug(title)}.md", f"# {title}\n{body}"


def changes_page() -> tuple[str, str]:
    """Return the path below docs/ and the Markdown of CHANGELOG.md, with its links as they are on the site."""
    return "changes.md", (_ROOT / "CHANGELOG.md").read_text(encoding="utf-8").replace("](docs/", "](")


def _list(title: str, preface: str, contracts: object) -> str:
    return _rendered("list.md", title=title, preface=preface, contracts=contracts, up="../")


def _told_of(document: str) -> str:
    if document == CUSTOM:
        return "What nobody has written down, and everybody who uses command-line tools expects."
    if document.startswith("RFC"):
        option = slug(document).replace("-", "")
        return (
            f"The contracts whose source names {document}. To run them: `pytest --auth-provider --auth-set {option}`."
        )
    return f"The contracts whose source names {markdown.prose(document)}."


def _module(path: Path, package: Path) -> str:
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _source_page(module: str) -> str:
    return f"sources/{module}.md"


def _pieces(tree: ast.Module, source: str) -> list[tuple[str, str]]:
    """Return the functions and classes of a module, by name, as they are written."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    return [(node.name, ast.get_source_segment(source, node) or "") for node in tree.body if isinstance(node, kinds)]


def _manual(fault: str) -> str:
    return (inspect.getdoc(find_fault(fault)) or "").partition("\n")[0]


def _page_of(function: FunctionType) -> str:
    anchor = function.__qualname__.partition(".")[0].lower()
    return f"{_source_page(function.__module__)}#{anchor}"


def _rendered(template: str, **facts: object) -> str:
    return _TEMPLATES.get_template(f"{template}.jinja").render(facts)


_TEMPLATES: Final = jinja2.Environment(
    loader=jinja2.FileSystemLoader(_HERE / "templates"),
    autoescape=False,  # noqa: S701 - Markdown, whose filters escape what is no markup
    undefined=jinja2.StrictUndefined,
    keep_trailing_newline=True,
)
_TEMPLATES.filters |= {
    "prose": markdown.prose,
    "sentence": markdown.sentence,
    "anchor": markdown.anchor,
    "cited": markdown.cited,
    "thread": markdown.thread,
    "manual": _manual,
    "slug": slug,
    "source": source_of,
    "source_page": _page_of,
}
