"""Programs whose clocks are to be moved."""

from tests.support.told_tool import as_process, make, tool  # noqa: F401  # fixtures
