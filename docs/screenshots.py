"""Draw the picture of the HTML report: `python docs/screenshots.py` writes docs/report.png.

A client with a known defect, one of those in tests/sloppy, is really run under the contracts of its family; the page of
that run is opened in a headless Chromium, filtered to what is broken, and photographed. `--from report.json` takes the
run from a report that is there already.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service

from pytest_auth_provider.profile import Profile
from pytest_auth_provider.report.forms.html.page import render_html
from pytest_auth_provider.report.rows import Row

ROOT: Final = Path(__file__).resolve().parent.parent
CLIENT: Final = "revoke.never-raises"
WIDTH: Final = 1000
HEIGHT: Final = 2290
SCALE: Final = 0.7
MOST: Final = 200_000
"""How many bytes the picture may have."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the picture. Raises `SystemExit` where the run gives no report, or the picture is too big."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--from", dest="report", type=Path, help="a report of a run, as JSON")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="screenshots-") as name:
        directory = Path(name)
        report = json.loads((given.report or run(directory)).read_text(encoding="utf-8"))
        page = directory / "report.html"
        page.write_text(render(report), encoding="utf-8")
        picture = photograph(page, directory)
    if len(picture) > MOST:
        raise SystemExit(f"docs/report.png would have {len(picture)} bytes, {MOST} at most: show less of the page")
    (ROOT / "docs" / "report.png").write_bytes(picture)


def run(directory: Path) -> Path:
    """Run the client with the defect under the contracts of its family, and return the report."""
    report = directory / "report.json"
    (directory / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    family = CLIENT.partition(".")[0]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.sloppy.inner", "--auth-provider"]
    command += ["--auth-client", CLIENT, "--auth-family", family, "--auth-report=report.json"]
    ended = subprocess.run(
        command, cwd=directory, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    if not report.exists():
        raise SystemExit(f"there is no report:\n{ended.stdout}{ended.stderr}")
    return report


def render(report: dict[str, Any]) -> str:
    """Return the page of a report, without the way to this checkout: a sloppy client is a program within it."""
    report = json.loads(json.dumps(report).replace(f"{ROOT}/", ""))
    rows = [Row.from_text(json.dumps(row)) for row in report["verdicts"]]
    profiles = [Profile.from_text(json.dumps(profile)) for profile in report["profiles"]]
    return render_html(rows, report["date"], report["version"], report["notices"], profiles)


def photograph(page: Path, directory: Path) -> bytes:
    """Return the upper part of a page as PNG, filtered to what is broken."""
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium"
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"):
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={directory / 'profile'}")
    chrome = Chrome(options, Service(shutil.which("chromedriver") or "chromedriver"))
    try:
        metrics = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": SCALE, "mobile": False}
        chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        chrome.get(page.as_uri())
        chrome.execute_script("document.querySelector('input[value=broken]')?.click()")
        taken = chrome.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": False})
    finally:
        chrome.quit()
    return base64.b64decode(taken["data"])


if __name__ == "__main__":
    main()
