r"""Make foreign text fit for terminals and reports: nothing in it drives a terminal, hides, or turns other text around.

What a client prints, the names of its files and what stands in an adapter are chosen by others. Characters that a
person would not see as what they are become escapes that are visible, as in `\x1b`, `\u202e` and `\udcff`. Codes for
colours say nothing and are left out.
"""

from __future__ import annotations

import re

_COLOURS = re.compile(r"\x1b\[[0-9;:]{0,40}m")
_UNSEEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, but for the tab and the end of a line
    "\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # direction, and no width at all
    "\ud800-\udfff"  # bytes of file names that are no UTF-8, and halves of characters
    "\U000e0000-\U000e007f"  # tags: a text that nobody sees
    "]"
)
"""Joiners (U+200C, U+200D) are not among them: Persian is not written without them, and emoji are made with them."""


def printable(text: str) -> str:
    """Return a text of several lines without anything that a person could not see as what it is."""
    return _UNSEEN.sub(_escape, _COLOURS.sub("", text.replace("\r\n", "\n")))


def in_one_line(text: str) -> str:
    """Return a text that has to stay one line: the ends of lines in it are escapes, too."""
    return printable(text).replace("\n", "\\n")


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
