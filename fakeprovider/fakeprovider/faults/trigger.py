"""Triggers: which requests a fault is aimed at, from which one on, until when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fakeprovider.errors import SettingError, choose
from fakeprovider.faults.base import Fault
from fakeprovider.validation import Count, check_settings
from fakeprovider.vocabulary import ENDPOINTS, GRANT_TYPES

if TYPE_CHECKING:
    from fakeprovider.context import Call


@dataclass(frozen=True)
class Trigger:
    """The requests that faults are aimed at.

    `at` names endpoints (none: every one that has the fault's seam, but `api`), `grant` a grant at the token endpoint,
    `client` a client id. `when` is a condition of your own on the `Call`, `after` the number of matching requests that
    pass first. The first request for which `until` is true ends it for good. `optional` says that it is no error if
    no request ever matches. Raises `SettingError` for values that are not accepted.
    """

    at: tuple[str, ...] = ()
    grant: str = ""
    client: str = ""
    after: Count = 0
    # Any for what is a Call: the annotation is read when a trigger is made, and Call is not known here then.
    when: Callable[[Any], bool] | None = None
    until: Callable[[Any], bool] | None = None
    optional: bool = False

    def __post_init__(self) -> None:
        check_settings(self)
        for endpoint in self.at:
            choose("at", endpoint, ENDPOINTS)
        if self.grant:
            choose("grant", self.grant, GRANT_TYPES.values())
            if self.at not in ((), ("token",)):
                raise SettingError(
                    f"grant={self.grant!r} narrows the token endpoint, but at={self.at!r}; aim at 'token'"
                )
            object.__setattr__(self, "at", ("token",))

    def aims_at(self, call: Call, fault: Fault | None) -> bool:
        """Return whether `fault` applies to this request; how many came before is not looked at."""
        at = self.at or (fault.endpoints if fault is not None else ())
        # A provider that fails as a whole is still another machine than the API its tokens are for.
        aimed = call.endpoint in at if at else call.endpoint != "api"
        return (
            aimed
            and self.grant in ("", call.grant)
            and self.client in ("", call.client_id)
            and (self.when is None or bool(self.when(call)))
        )

    def check(self, fault: Fault) -> None:
        """Raise `SettingError` if none of these requests can ever meet `fault`."""
        if fault.whole_provider and self != Trigger(optional=self.optional):
            raise SettingError(
                f"{fault!r} concerns the whole provider, before any request can be told from another: "
                "leave out at, grant, client, after, times, when and until"
            )
        missing = [endpoint for endpoint in self.at if fault.endpoints and endpoint not in fault.endpoints]
        if missing:
            raise SettingError(
                f"{fault!r} works on the {fault.seam} seam, which endpoint {missing[0]!r} does not have; "
                f"aim it at {' or '.join(fault.endpoints)}"
            )
