"""A tool that does as it is told, for clients that run in a sandbox."""

from tests.support.told_tool import as_process, make, tool  # noqa: F401  # fixtures
