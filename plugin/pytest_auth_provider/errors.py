"""What can go wrong between us and a client, as messages people can act on.

Explained                what happened, and apart from it what the client did
└── ClientError
    ├── AdapterError     the adapter says something we do not understand
    ├── ProgramMissing   the program the adapter names is not installed
    └── LoginFailed      a scenario needs a signed-in client and the login did not get there
"""

from __future__ import annotations

from pytest_auth_provider.printable import printable


class Explained(Exception):  # noqa: N818 - a base, named for what its subclasses have in common
    """Base of exceptions whose text is the whole message, fit to be shown without a traceback.

    `summary` says what happened. `details`, "" for none, tell what the client did; the text has them below the
    summary, and reports that show the client's commands and exchanges anyway leave them out. Both are `printable`.
    """

    def __init__(self, summary: str, details: str = "") -> None:
        self.summary = printable(summary)
        self.details = printable(details)
        super().__init__(self.summary, self.details)

    def __str__(self) -> str:
        return f"{self.summary}\n{self.details}" if self.details else self.summary


class ClientError(Explained):
    """Base of everything this package raises; its text is the whole message, fit to be shown without a traceback."""


class AdapterError(ClientError):
    """An adapter could not be found or understood. Names the file, the dotted key and what is accepted."""


class ProgramMissing(ClientError):  # noqa: N818 - it reads as what happened
    """The program of an adapter was not found. Names the program, where we looked and how to install it."""


class LoginFailed(ClientError):  # noqa: N818 - it reads as what happened
    """A login that had to succeed did not leave the client signed in."""
