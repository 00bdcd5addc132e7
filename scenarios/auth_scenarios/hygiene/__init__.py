"""Hygiene: contracts that are checked under every scenario, whatever it is about."""
