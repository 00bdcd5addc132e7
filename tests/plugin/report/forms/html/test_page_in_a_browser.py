"""The page at a real browser: from a file, with JavaScript and without, on paper and on a phone."""

from __future__ import annotations

import base64

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.support.person import Person
from tests.support.sample_run import sample_rows

TOTAL = len(sample_rows())
CONTRAST = """
const channel = (value) => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
const seen = (colour) => parts(colour).length < 4 || parts(colour)[3] > 0;
const behind = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (seen(colour)) return parts(colour);
  }
  return [255, 255, 255];
};
const faint = new Set();
for (const element of document.querySelectorAll("body *")) {
  if (!element.checkVisibility() || element.closest("symbol")) continue;
  if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
  const style = getComputedStyle(element);
  const colour = parts(element.closest("svg") ? style.fill : style.color);
  const [low, high] = [light(colour), light(behind(element))].sort((a, b) => a - b);
  const contrast = (high + 0.05) / (low + 0.05);
  if (contrast < 4.5) faint.add(`${element.tagName} ${element.getAttribute("class")} ${contrast.toFixed(2)}`);
}
return [...faint];
"""


def visible(person: Person, selector: str) -> list[str]:
    """The ids of elements that can be seen."""
    found = person.chrome.find_elements(By.CSS_SELECTOR, selector)
    return [str(element.get_attribute("id")) for element in found if element.is_displayed()]


def choose(person: Person, field: str, value: str) -> None:
    """Choose from a list."""
    person.field(field).send_keys(value)


def test_everything_is_there_for_anybody(anybody: Person, page: str) -> None:
    """With JavaScript and without: every contract, every diagram, every proof; filters only where they work."""
    anybody.go(page)
    assert len(visible(anybody, "tr.line")) == len({row.contract for row in sample_rows()})
    assert len(visible(anybody, "article")) == 8
    assert len(visible(anybody, "article svg[role=img]")) == 8
    assert len(visible(anybody, "#kept .item, #not-applicable .item")) == 5
    assert anybody.one("#filters").is_displayed() == anybody.runs_scripts
    assert anybody.one("button.copy").is_displayed() == anybody.runs_scripts
    assert not anybody.one("article details pre").is_displayed()
    anybody.unfold("article details")
    assert "stdout | Revoked. You are signed out." in anybody.one("article details pre").text


def test_filters(person: Person, page: str) -> None:
    """By verdict, family, level, client and words; each narrows down what the others leave."""
    person.go(page)
    person.reads(f"{TOTAL} verdicts", "#shown")
    person.one("input[value=broken]").click()
    person.reads(f"2 of {TOTAL} verdicts shown", "#shown")
    assert visible(person, ".item") == ["acme.revoke.ends-broken", "umbrella.revoke.ends-broken"]
    assert visible(person, ".group > h3") == ["unkept-1", "unkept-2"], "no heading stands above nothing"
    choose(person, "Client", "umbrella")
    person.reads(f"1 of {TOTAL}", "#shown")
    person.press("Show all")
    person.reads(f"{TOTAL} verdicts", "#shown")
    choose(person, "Family", "refresh")
    person.reads(f"2 of {TOTAL}", "#shown")
    choose(person, "Level", "MUST")
    person.reads(f"0 of {TOTAL}", "#shown")
    person.press("Show all")
    person.type("Text", "Ends-KEPT 7009")
    person.reads(f"1 of {TOTAL}", "#shown")
    assert visible(person, ".item") == ["acme.revoke.ends-kept"]


def test_links_reach_the_evidence(anybody: Person, page: str) -> None:
    """From a red cell to what the client did."""
    anybody.go(page)
    anybody.one("tr.line td[data-verdict=broken][data-client=umbrella] a").click()
    assert anybody.chrome.current_url.endswith("#umbrella.revoke.ends-broken")
    top = "return document.getElementById('umbrella.revoke.ends-broken').getBoundingClientRect().top"
    assert 0 <= anybody.chrome.execute_script(top) < 200


def test_a_link_to_what_a_filter_hides(person: Person, page: str) -> None:
    """It is shown, for somebody has sent the link."""
    person.go(page)
    person.one("input[value=kept]").click()
    person.reads(f"3 of {TOTAL}", "#shown")
    person.chrome.execute_script("location.hash = '#acme.revoke.ends-broken'")
    person.reads(f"{TOTAL} verdicts", "#shown")
    assert person.one("[id='acme.revoke.ends-broken']").is_displayed()


def test_the_keyboard_is_enough(person: Person, page: str) -> None:
    """The first key leads past the head, each focus shows, and filters can be set."""
    person.go(page)
    ActionChains(person.chrome).send_keys(Keys.TAB).perform()
    focused = person.chrome.switch_to.active_element
    assert focused.text == "To the verdicts"
    assert focused.value_of_css_property("outline-style") == "solid"
    assert focused.location["x"] == 0, "it shows while it has the focus"
    person.chrome.execute_script("document.querySelector('[value=broken]').focus()")
    ActionChains(person.chrome).send_keys(Keys.SPACE).perform()
    person.reads(f"2 of {TOTAL}", "#shown")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_can_be_read(person: Person, page: str, scheme: str) -> None:
    """In the scheme that the person has chosen, every text stands out from what is behind it."""
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    person.chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    try:
        person.go(page)
        behind = person.chrome.execute_script("return getComputedStyle(document.body).backgroundColor")
        faint = person.chrome.execute_script(CONTRAST)
    finally:
        person.chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert behind == {"light": "rgb(243, 245, 248)", "dark": "rgb(18, 21, 26)"}[scheme]
    assert faint == []


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nobody_scrolls_sideways(person: Person, page: str, width: int) -> None:
    """However narrow the screen is: tables and diagrams scroll by themselves."""
    metrics = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 500}
    person.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        person.go(page)
        wide = person.chrome.execute_script("return document.documentElement.scrollWidth")
    finally:
        person.chrome.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert wide <= width


def test_it_can_be_printed(anybody: Person, page: str) -> None:
    """On paper there are no filters, and what was folded is unfolded."""
    anybody.go(page)
    anybody.chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert not anybody.one("#filters").is_displayed()
        assert not anybody.one("nav").is_displayed()
        height = "return document.querySelector('article details pre').getBoundingClientRect().height"
        assert anybody.chrome.execute_script(height) > 50
    finally:
        anybody.chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    printed = anybody.chrome.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    assert base64.b64decode(printed["data"]).startswith(b"%PDF-")


def test_copying_the_command(person: Person, page: str) -> None:
    """Where the clipboard may not be written, the command is selected, so that one key is enough."""
    person.go(page)
    person.press("Copy")
    person.wait(lambda: person.one("button.copy").text in ("Copied", "Selected"), "an answer of the button")
    selected = person.chrome.execute_script("return getSelection().toString().trim()")
    assert selected == "pytest --auth-provider --auth-client acme --auth-contract revoke/ends-broken"
