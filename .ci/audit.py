"""Ask the advisory database of PyPI about the packages that are installed here, and say which of three things came.

Nothing is known against them (exit code 0), something is (1), or nobody could be asked (0, and said loudly): without
the internet, or behind a mirror without advisories, `pip-audit` skips every package and ends well all the same.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

OURS = "pytest-auth-provider"
SECONDS = 300


def main() -> int:
    """Run `pip-audit` in this environment, and tell what it found."""
    command = [sys.executable, "-m", "pip_audit", "--local", "--format", "json", "--progress-spinner", "off"]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
        packages: list[dict[str, Any]] = json.loads(asked.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        return not_audited(f"no answer within {SECONDS} s")
    except (ValueError, KeyError):
        return not_audited((asked.stderr.strip().splitlines() or ["pip-audit printed nothing"])[-1])
    known = [package for package in packages if "skip_reason" not in package]
    others = [package["name"] for package in packages if "skip_reason" in package and package["name"] != OURS]
    for package in known:
        for weakness in package["vulns"]:
            versions = ", ".join(weakness["fix_versions"]) or "no version yet"
            print(f"{package['name']} {package['version']}: {weakness['id']}, mended in {versions}")  # noqa: T201
    if any(package["vulns"] for package in known):
        return 1
    if not known:
        return not_audited("the index that answers here knows of no package")
    print(f"nothing is known against {len(known)} packages; not asked about: {', '.join(others) or 'none'}")  # noqa: T201
    return 0


def not_audited(why: str) -> int:
    """Say that nothing was learned, which is neither good nor bad."""
    print(f"NOT AUDITED: {why}. Nothing was learned about the packages; run it again where PyPI can be reached.")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
