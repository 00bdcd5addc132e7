"""The policies of a client: choices a client is free to make and declares in its adapter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from pytest_auth_provider.adapters.models import Adapter
from pytest_auth_provider.adapters.vocabulary import USUAL_POLICIES

AnyClient = TypeVar("AnyClient")


class Policies(Generic[AnyClient]):
    """Look a client's policies up, as in `client.policies["offline"]`, and switch it to another side of one.

    `with_adapter` returns the same client, in the same sandbox, described by another adapter.
    """

    def __init__(self, adapter: Adapter, with_adapter: Callable[[Adapter], AnyClient]) -> None:
        self._adapter = adapter
        self._with_adapter = with_adapter

    def __getitem__(self, name: str) -> str:
        """Return the side the adapter declares, else the usual one; empty where the policy has no usual side."""
        return self._adapter.policies.get(name, USUAL_POLICIES.get(name, ""))

    def offers(self, name: str, value: str) -> bool:
        """Return whether the client is on the side `value` of a policy, or can be switched to it."""
        return self._adapter.offers(name, value)

    def switched(self, name: str, value: str) -> AnyClient:
        """Return the same client, in the same sandbox, on the side `value` of a policy.

        Raises `AdapterError` where the adapter has no `[switches]` entry that leads there.
        """
        return self._with_adapter(self._adapter.switched(name, value))
