"""Endpoints: one of the provider's URLs each, one file, one function `serve(call)`."""

from __future__ import annotations
