"""The one error of the control API: how an operation ends that cannot do what it was asked for."""

from __future__ import annotations

from collections.abc import Mapping


class ApiError(Exception):
    """End an operation; it is answered with `status` and a `Problem` as JSON.

    `message` says what arrived, what was expected and what there is. `fields` names each member that is to blame, with
    what is wrong with it, as in `{"steps[0].fault": "is missing"}`. `headers` are added to the answer.
    """

    def __init__(
        self,
        status: int,
        message: str,
        fields: Mapping[str, str] | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.fields = dict(fields or {})
        self.headers = headers
