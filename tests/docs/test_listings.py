"""What the pages list is what stands in the files that the tests run."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.build_listings import DOCS, pages, renewed, shown

FOUND = list(pages())


@pytest.mark.parametrize("page", FOUND, ids=lambda path: path.stem)
def test_listings_are_up_to_date(page: Path) -> None:
    """`python docs/build_listings.py` writes them."""
    text = page.read_text(encoding="utf-8")
    assert text == renewed(text)


def test_the_tutorial_lists_what_it_wires() -> None:
    """Each file of docs/examples/tutorial is listed on one of its pages, in whole or in pieces."""
    listed = {path for page in FOUND for path in shown(page.read_text(encoding="utf-8"))}
    files = {str(path.relative_to(DOCS)) for path in (DOCS / "examples" / "tutorial").rglob("*") if path.is_file()}
    assert {path for path in files if "__pycache__" not in path} <= listed


def test_a_piece_that_is_not_there_is_told() -> None:
    """The message names the file and the comments that are missing."""
    page = "<!-- listing: examples/greeter.py nowhere -->\n\n```python\n```"
    with pytest.raises(ValueError, match=r"examples/greeter\.py has no lines `# begin: nowhere`"):
        renewed(page)
