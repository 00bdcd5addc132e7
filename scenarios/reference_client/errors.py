"""Everything that can end a command. Each says one sentence: what happened, and what to do next.

AuthError                   exit 1
├── UsageError              exit 2: the command line or the configuration is incomplete or wrong
├── StoreError              the credential file cannot be read or written
│   ├── CorruptStoreError   it can, and it is not what this client wrote
│   └── KeyringError        the keyring cannot be reached, or refuses
├── BusyError               another process holds the lock for too long
├── NotSignedInError        no session for this issuer and profile
├── SignInAgainError        there is a session, and it cannot be used any more
│   └── InvalidTokenError   the token itself was not accepted
│       └── ExpiredTokenError
├── NoAnswerError           somebody did not answer: refused, reset, stalled, name not found, TLS failure
├── BrokenAnswerError       somebody answered, and the answer makes no sense
├── TryAgainError           a failure that passes; nothing was lost
├── SignInError             signing in failed or was refused; nothing was stored
│   └── UnknownClientError  the provider does not know this client (any more)
└── ApiError                the API did not do what was asked
"""


class AuthError(Exception):
    """Ends the command with one sentence on stderr and `exit_code`.

    Attributes:
        problem: What happened.
        advice: What to do next.
    """

    exit_code = 1

    def __init__(self, problem: str, advice: str = "") -> None:
        """Compose the sentence from `problem` and `advice`."""
        super().__init__(f"{problem}; {advice}" if advice else problem)
        self.problem = problem
        self.advice = advice


class UsageError(AuthError):
    """The command line or the configuration is incomplete or wrong."""

    exit_code = 2


class StoreError(AuthError):
    """The credential file cannot be read or written."""


class CorruptStoreError(StoreError):
    """The credential file is not what this client wrote; it is left as it is."""


class KeyringError(StoreError):
    """The keyring cannot be reached, is locked, or refuses."""


class BusyError(AuthError):
    """Another process holds the lock for too long."""


class NotSignedInError(AuthError):
    """There is no session for this issuer and profile."""


class SignInAgainError(AuthError):
    """The stored session cannot be used any more."""


class InvalidTokenError(SignInAgainError):
    """A token was not accepted; the text is the bare reason until somebody adds what to do about it."""


class ExpiredTokenError(InvalidTokenError):
    """A token that was fine until it expired."""


class NoAnswerError(AuthError):
    """Nobody answered at `url`, for a `reason` of a few words."""

    def __init__(self, url: str, reason: str) -> None:
        """Compose the sentence from `url` and `reason`."""
        super().__init__(f"{url} is unreachable ({reason})", "nothing was changed, try again later")


class BrokenAnswerError(AuthError):
    """Somebody answered, and the answer makes no sense. Never the same thing as being offline.

    `status` is that of an answer that began well and never became whole, else 0.
    """

    def __init__(self, problem: str, advice: str = "nothing was changed, try again later", status: int = 0) -> None:
        """Compose the sentence from `problem` and `advice`."""
        super().__init__(problem, advice)
        self.status = status


class TryAgainError(AuthError):
    """A failure that passes; the session is kept."""


class SignInError(AuthError):
    """Signing in failed or was refused; nothing was stored."""


class UnknownClientError(SignInError):
    """The provider does not know this client (any more): ``invalid_client`` (RFC 6749 5.2)."""


class ApiError(AuthError):
    """The API did not do what was asked."""
