"""Reports: pure functions from rows to text, and the files they go to."""

from __future__ import annotations
