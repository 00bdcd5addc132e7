"""Registered clients."""

from __future__ import annotations

from fakeprovider.control.operation import Ask
from fakeprovider.control.shapes import ClientView


def clients(ask: Ask) -> list[ClientView]:
    """Every registered client. Others are welcome too, unless `registered_clients_only` is set."""
    return [ClientView.of(record) for record in ask.provider.clients]


def register(ask: Ask) -> ClientView:
    """Register a client, in place of one with the same id."""
    return ClientView.of(ask.provider.clients.add(ask.body.record()))
