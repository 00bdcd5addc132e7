"""What mkdocs calls while it builds the site (`hooks` in mkdocs.yml)."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any, Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

sys.path.insert(0, str(Path(__file__).parents[2]))  # for the tests' sloppy clients, and for this package

from docs.site.contracts import Contracts
from docs.site.documents import in_order, slug
from docs.site.markdown import with_links
from docs.site.pages import changes_page, contract_pages, contributing_pages, source_pages
from docs.site.reference import commands_page, keys_page, settings_page

_FOREIGN: Final = re.compile(r"""<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)=["']?(?:https?:)?//[^"'> ]+""")
_NOT_LOADED: Final = re.compile(r"""\brel=["']?(?:canonical|prev|next)\b""")
_CONTRACTS: Final = Contracts()


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Complete the navigation: the contracts by family and by document, and a line for each published run."""
    for section in config.nav or []:
        if "Contracts" in section:
            section["Contracts"] += _contract_nav()
        if "Results" in section:
            pages = sorted((Path(config.docs_dir) / "results").glob("*-*.md"))
            section["Results"] += [{page.stem: f"results/{page.name}"} for page in pages]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made from the code."""
    derived = [settings_page(), keys_page(), commands_page(), changes_page()]
    for path, text in [*contract_pages(_CONTRACTS), *source_pages(), *contributing_pages(), *derived]:
        files.append(File.generated(config, path, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_more: object) -> str:
    """Lead the id of a contract to its page, and what stands beside docs/ to its page on the site.

    In docs/ they are plain, so that the pages can be read on a code host, where no page of a contract is.
    """
    up = "../" * page.file.src_uri.count("/")
    if not page.file.src_uri.startswith("contracts/"):
        markdown = with_links(markdown, {contract.id: f"{up}contracts/{contract.id}.md" for contract in _CONTRACTS.all})
    return markdown.replace("](../CONTRIBUTING.md)", "](contributing/index.md)")


def on_post_page(output: str, page: Any, **_more: object) -> str:
    """Refuse a page that loads anything from another host. Raises `PluginError`."""
    loaded = [tag for tag in _FOREIGN.findall(output) if not _NOT_LOADED.search(tag)]
    if loaded:
        raise PluginError(f"{page.file.src_uri} loads something from another host: {loaded[0]}")
    return output


def _contract_nav() -> list[dict[str, Any]]:
    documents = sorted(_CONTRACTS.documents, key=in_order)
    return [
        *({family: _family_nav(family)} for family in _CONTRACTS.families),
        {"By document": [{document: f"contracts/documents/{slug(document)}.md"} for document in documents]},
    ]


def _family_nav(family: str) -> list[Any]:
    some = _CONTRACTS.families[family]
    return [f"contracts/{family}/index.md", *({contract.name: f"contracts/{contract.id}.md"} for contract in some)]
