"""The endpoints of a provider: one module each, with one function `serve(call)` that returns the answer."""

from __future__ import annotations
