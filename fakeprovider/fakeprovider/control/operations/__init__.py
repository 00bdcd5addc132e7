"""What the control API does, by subject. Every function takes an `Ask`; its docstring documents the operation."""

from __future__ import annotations
