"""Hygiene: what must hold under every scenario."""
