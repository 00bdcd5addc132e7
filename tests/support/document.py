"""An HTML document as a list of its elements, for tests that ask what is in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Element:
    """One element: its name, its attributes, and the text that stands directly in it."""

    name: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Document(HTMLParser):
    """The elements of a document in order."""

    elements: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self, convert_charrefs=True)

    @classmethod
    def of(cls, html: str) -> Document:
        """Read a document."""
        document = cls()
        document.feed(html)
        document.close()
        return document

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element."""
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        """Take text; it is counted to the element that was opened last."""
        if self.elements:
            self.elements[-1].text += data

    def named(self, *names: str) -> list[Element]:
        """The elements of these names."""
        return [element for element in self.elements if element.name in names]

    def values(self, attribute: str) -> list[str]:
        """The values of an attribute, of whatever element."""
        return [element.attributes[attribute] for element in self.elements if attribute in element.attributes]
