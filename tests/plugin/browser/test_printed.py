"""URLs in what a program prints."""

from __future__ import annotations

import pytest

from pytest_auth_provider.browser.url_detector import UrlDetector, UrlFinder

URL = "https://provider.test/authorize?client_id=a&redirect_uri=http%3A%2F%2F127.0.0.1%3A4%2F&state=s"


@pytest.mark.parametrize(
    "text",
    [
        f"{URL}\n",
        f"Open {URL}. Then wait.",
        f"({URL})\n",
        f'Open "{URL}" now',
        f"<{URL}>",
        f"\x1b[4m{URL}\x1b[0m\n",
        f"\x1b]8;;{URL}\x1b\\click here\x1b]8;;\x1b\\",
        f"\x1b]8;id=1;{URL}\x07click here\x1b]8;;\x07",
        f"{URL}\r\n",
    ],
)
def test_a_url_is_found_without_what_is_around_it(text: str) -> None:
    """Punctuation, quotes and terminal codes do not belong to it."""
    assert UrlFinder().feed(text.encode()) == [URL]


def test_a_url_is_told_once_when_it_is_whole() -> None:
    """However it is cut into pieces, and however often it is printed."""
    finder = UrlFinder()
    text = f"Open {URL}\nor {URL}\n".encode()
    found = [url for at in range(len(text)) for url in finder.feed(text[at : at + 1])]
    assert found == [URL]


@pytest.mark.parametrize(("width", "widths"), [(80, (80, 200)), (200, (80, 200)), (40, (40,))])
def test_a_wrapped_url_is_put_together(width: int, widths: tuple[int, ...]) -> None:
    """Lines that are exactly as long as the terminal is wide go on in the next one."""
    long = URL + "&scope=" + "x" * 300
    text = f"Open this page: {long}"
    lines = "\n".join(text[at : at + width] for at in range(0, len(text), width))
    assert UrlFinder(widths).feed(f"{lines}\nand come back\n".encode()) == [long]


def test_a_prompt_is_told_when_it_is_asked_for() -> None:
    """A URL at the very end may go on, until somebody decides that it does not."""
    finder = UrlFinder()
    assert finder.feed(f"Open {URL}".encode()) == []
    assert finder.unfinished
    assert finder.rest() == [URL]
    assert finder.feed(b"[done]\n") == []


def test_a_flood_without_urls_costs_no_memory() -> None:
    """Only the last few lines are kept."""
    finder = UrlFinder()
    for _line in range(1000):
        finder.feed(b"x" * 1000 + b"\n")
    assert finder.feed(f"{URL}\n".encode()) == [URL]
    assert len(finder._text) <= 16384


def test_bytes_that_are_no_text_harm_nothing() -> None:
    """They end a URL."""
    assert UrlFinder().feed(URL.encode() + b"\xff\xfe \n") != []


def test_streams_do_not_mix() -> None:
    """A URL on stderr is not continued by stdout."""
    found: list[str] = []
    detector = UrlDetector(found.append)
    detector("stderr", URL[:30].encode())
    detector("stdout", b"hello\n")
    detector("stderr", f"{URL[30:]}\n".encode())
    detector.close()
    assert found == [URL]
