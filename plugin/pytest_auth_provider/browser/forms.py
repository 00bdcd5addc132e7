"""A page that submits itself (OAuth 2.0 Form Post Response Mode): what a script in a real browser would do."""

from __future__ import annotations

from html.parser import HTMLParser


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.members: dict[str, str] = {}
        self.others = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the first form and its hidden inputs."""
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.action and found.get("method", "").lower() == "post":
            self.action = found.get("action", "")
        elif tag == "input" and self.action and found.get("type") == "hidden":
            self.members[found.get("name", "")] = found.get("value", "")
        elif tag in ("input", "button", "select") and self.action and found.get("name"):
            self.others = True


def submitted(page: str) -> tuple[str, dict[str, str]] | None:
    """Address and members of a form that leaves a person nothing to fill in or choose; None for any other page."""
    form = _Form()
    form.feed(page)
    return (form.action, form.members) if form.action and form.members and not form.others else None
