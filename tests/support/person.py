"""What somebody at a browser does and sees."""

from __future__ import annotations

from collections.abc import Callable

from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.expected_conditions import staleness_of
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 20  # seconds


class Person:
    """Finds things as people do: fields by their label, buttons by what they say."""

    def __init__(self, chrome: Chrome, *, runs_scripts: bool) -> None:
        self.chrome = chrome
        self.runs_scripts = runs_scripts

    def go(self, url: str) -> None:
        """Open a page."""
        self.chrome.get(url)

    def leave(self) -> None:
        """Close the page, with whatever it listens to."""
        self.chrome.get("about:blank")

    @property
    def text(self) -> str:
        """Everything that can be read on the page."""
        return str(self.chrome.find_element(By.TAG_NAME, "body").text)

    def one(self, selector: str) -> WebElement:
        """The first element of a CSS selector."""
        return self.chrome.find_element(By.CSS_SELECTOR, selector)

    def field(self, label: str) -> WebElement:
        """The field that a label names."""
        named = self.chrome.find_element(By.XPATH, f"//label[normalize-space()='{label}']").get_attribute("for")
        return self.chrome.find_element(By.ID, str(named))

    def type(self, label: str, text: str) -> None:
        """Write into a field."""
        self.field(label).clear()
        self.field(label).send_keys(text)

    def press(self, button: str) -> None:
        """Press the first button that says so."""
        self.chrome.find_element(By.XPATH, f"//button[normalize-space()='{button}']").click()

    def press_and_leave(self, button: str) -> None:
        """Press a button that leads to another page, and wait until that is there."""
        before = self.chrome.find_element(By.TAG_NAME, "html")
        self.press(button)
        self.wait(lambda: staleness_of(before)(self.chrome), f"another page after {button!r}")

    def follow(self, link: str) -> None:
        """Follow a link."""
        self.chrome.find_element(By.LINK_TEXT, link).click()

    def unfold(self, selector: str) -> None:
        """Open some details."""
        self.one(f"{selector} > summary").click()

    def reads(self, text: str, where: str = "body") -> None:
        """Wait until a text is to be read."""
        self.wait(lambda: text in self.one(where).text, f"{text!r} in {where}")

    def reads_no_more(self, text: str, where: str = "body") -> None:
        """Wait until a text is gone."""
        self.wait(lambda: text not in self.one(where).text, f"no {text!r} in {where}")

    def wait(self, condition: Callable[[], object], what: str) -> None:
        """Wait for what the page is to become, and say what it is instead."""
        # What is looked at may be replaced meanwhile, or the whole page; the next look sees the new one.
        replaced = [WebDriverException]
        try:
            WebDriverWait(self.chrome, PATIENCE, 0.05, replaced).until(lambda _: condition())
        except TimeoutException:
            raise AssertionError(f"expected {what}; the page says:\n{self.text}") from None

    def complaints(self) -> list[str]:
        """What the browser complained about since the last time, but for answers that were meant to say no."""
        entries = self.chrome.get_log("browser")  # type: ignore[no-untyped-call]  # selenium has no type for it
        return [entry["message"] for entry in entries if entry["source"] != "network"]
