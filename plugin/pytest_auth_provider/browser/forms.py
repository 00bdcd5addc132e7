"""Pages that submit themselves (OAuth 2.0 Form Post Response Mode): what a script in a real browser would do."""

from __future__ import annotations

from html.parser import HTMLParser


class _FormParser(HTMLParser):
    """Read the first form with method POST: its action, its hidden inputs, and whether it has controls for a person."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.parameters: dict[str, str] = {}
        self.has_controls = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.action and found.get("method", "").lower() == "post":
            self.action = found.get("action", "")
        elif tag == "input" and self.action and found.get("type") == "hidden":
            self.parameters[found.get("name", "")] = found.get("value", "")
        elif tag in ("input", "button", "select") and self.action and found.get("name"):
            self.has_controls = True


def self_submitting_form(page: str) -> tuple[str, dict[str, str]] | None:
    """Return the action and the parameters of a form that leaves a person nothing to fill in; None for other pages."""
    form = _FormParser()
    form.feed(page)
    return (form.action, form.parameters) if form.action and form.parameters and not form.has_controls else None
