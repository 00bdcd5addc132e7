"""Signing in on another device (RFC 8628): show a code, then ask until the person has decided.

pending ........... ask again after the interval
slow_down ......... the interval grows by 5 s, for good (3.5)
429 ............... wait as long as it says
5xx, no answer .... back off exponentially, give up after `MOST_FAILURES` in a row
anything else ..... the end, each with its own message
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from reference_client import answers, clock, messages, terminal, token_endpoint
from reference_client.answers import Answer
from reference_client.context import Context
from reference_client.errors import BrokenAnswerError, NoAnswerError, SignInError, UnknownClientError
from reference_client.token_endpoint import Tokens

DEFAULT_INTERVAL = 5.0
"""Seconds between polls when the provider names none (RFC 8628 3.2)."""
SLOW_DOWN = 5.0
"""Seconds that ``slow_down`` adds to the interval (RFC 8628 3.5)."""
SHORTEST_PAUSE = 0.05
"""Seconds. An interval of zero is honoured, but does not make us spin."""
FIRST_BACKOFF = 0.5
LONGEST_BACKOFF = 30.0
MOST_FAILURES = 5
LONGEST_RETRY_AFTER = 300.0
"""Seconds. Asked to wait longer, we tell the person instead of making them wait."""
LONGEST_LIFE = 86400.0
"""Seconds that a code is believed to live at most."""

_WHAT = "signing in"


@dataclass(frozen=True)
class Authorization:
    """What the device authorization endpoint answered (RFC 8628 3.2). `expires_at` is in seconds since the epoch."""

    device_code: str = field(repr=False)
    user_code: str
    uri: str
    complete_uri: str | None
    interval: float
    expires_at: float


def sign_in(context: Context, scope: str, open_page: Callable[[str], None]) -> Tokens:
    """Sign in, showing the person where to go and what to type, and opening the page with `open_page`.

    Raises:
        SignInError: It was denied, expired, or refused.
        UnknownClientError: The provider does not know this client.
        NoAnswerError, BrokenAnswerError: The provider does not answer, or not in a way that makes sense.
    """
    authorization = authorize(context, scope)
    show(authorization)
    open_page(authorization.complete_uri or authorization.uri)
    return Poll(context, authorization).until_decided()


def authorize(context: Context, scope: str) -> Authorization:
    """Ask for a code. Raises as `sign_in`."""
    url = context.discovery.metadata().endpoint("device_authorization_endpoint")
    if url is None:
        raise SignInError("this provider offers no sign-in with a device code")
    answer = context.transport.post(url, {"client_id": context.client_id, "scope": scope})
    if 400 <= answer.status < 500:
        if "invalid_client" in answers.error_codes(answer):
            raise unknown_client(answer)
        raise SignInError(
            f"the provider refused to start signing in: {answers.described(answer)}", "nothing was stored"
        )
    members = answers.document(answer, _WHAT)
    complete = "verification_uri_complete"
    return Authorization(
        device_code=_text(members, "device_code"),
        user_code=_text(members, "user_code"),
        uri=_web_address(members, "verification_uri"),
        complete_uri=_web_address(members, complete) if members.get(complete) else None,
        interval=interval(members.get("interval")),
        expires_at=clock.now() + min(_seconds(members, "expires_in"), LONGEST_LIFE),
    )


def interval(told: object) -> float:
    """Return the seconds between polls: as told, or the default where that is no number of seconds."""
    if isinstance(told, str) and told.isascii() and told.isdigit():
        told = float(told[:9])
    return float(told) if answers.is_seconds(told) else DEFAULT_INTERVAL


def show(authorization: Authorization) -> None:
    """Tell the person where to go and what to type (RFC 8628 3.3)."""
    terminal.say(f"To sign in, open {authorization.uri} in a browser and enter the code {authorization.user_code}")
    if authorization.complete_uri is not None:
        terminal.say(f"or open {authorization.complete_uri}")
    terminal.say("Waiting for your decision ...")


class Poll:
    """Asks the token endpoint again and again, never sooner than it wants to be asked."""

    def __init__(self, context: Context, authorization: Authorization) -> None:
        self._context = context
        self._authorization = authorization
        self._interval = authorization.interval
        self._backoff = 0.0
        self._failures = 0

    def until_decided(self) -> Tokens:
        """Return the tokens once there are some. Raises as `sign_in`."""
        pause = self._interval
        while True:
            self.wait(pause)
            try:
                answer = self._ask()
            except (NoAnswerError, BrokenAnswerError) as error:
                if isinstance(error, BrokenAnswerError) and error.status == 200:
                    raise  # half a success: the code is spent
                pause = self.pause_after_failure(error.problem)
                continue
            if answer.status == 200 and not is_error(answer):
                return token_endpoint.tokens(answer, _WHAT)
            pause = self.pause_after(answer)

    def _ask(self) -> Answer:
        form = {
            "grant_type": token_endpoint.DEVICE_CODE_GRANT,
            "device_code": self._authorization.device_code,
            "client_id": self._context.client_id,
        }
        return self._context.transport.post(self._context.discovery.metadata().required("token_endpoint"), form)

    def wait(self, seconds: float) -> None:
        """Wait, but not beyond the life of the code.

        Raises:
            SignInError: The code has expired.
        """
        left = self._authorization.expires_at - clock.now()
        clock.sleep(max(SHORTEST_PAUSE, min(seconds, left)))
        if seconds >= left:
            raise expired()

    def pause_after(self, answer: Answer) -> float:
        """Return the seconds to wait after an answer that decides nothing.

        Raises:
            SignInError: It does decide.
        """
        if answer.status == 429:
            return self.pause_after_429(answer)
        if answer.status >= 500 or answer.status == 408:
            pause = self.pause_after_failure(f"the provider answered {answers.described(answer)}")
            return max(pause, bearable(answers.retry_after(answer) or 0.0))
        self._failures, self._backoff = 0, 0.0
        codes = answers.error_codes(answer)
        if "slow_down" in codes:
            return self.pause_after_slow_down()
        if "authorization_pending" in codes:
            return self._interval
        raise ending(answer)

    def pause_after_slow_down(self) -> float:
        """Make this and all later intervals longer."""
        self._interval += SLOW_DOWN
        return self._interval

    def pause_after_429(self, answer: Answer) -> float:
        """Wait as long as the answer says; one that does not say means "slow down"."""
        wait = answers.retry_after(answer)
        return self.pause_after_slow_down() if wait is None else max(bearable(wait), self._interval)

    def pause_after_failure(self, reason: str) -> float:
        """Back off exponentially.

        Raises:
            SignInError: That was one failure too many.
        """
        self._failures += 1
        if self._failures >= MOST_FAILURES:
            raise SignInError(f"signing in failed {self._failures} times in a row: {reason}; try again later")
        self._backoff = min(self._backoff * 2 or FIRST_BACKOFF, LONGEST_BACKOFF)
        return self._interval + self._backoff


def is_error(answer: Answer) -> bool:
    """Whether the answer is an error, whatever its status: some providers send theirs with 200."""
    return isinstance(answers.error_members(answer).get("error"), str)


def bearable(wait: float) -> float:
    """Return the seconds that the provider asks to wait.

    Raises:
        SignInError: Nobody would wait so long; the person is told instead.
    """
    if wait > LONGEST_RETRY_AFTER:
        raise SignInError(f"the provider asks to wait {wait:.0f} seconds; nothing was stored, sign in again later")
    return wait


def ending(answer: Answer) -> SignInError:
    """Say what an answer means that ends the sign-in."""
    codes = answers.error_codes(answer)
    if "access_denied" in codes:
        return SignInError("the sign-in was denied in the browser; nothing was stored")
    if "expired_token" in codes:
        return expired()
    if "invalid_client" in codes:
        return unknown_client(answer)
    if "invalid_grant" in codes:
        return SignInError(
            "the provider does not accept this device code (any more): it is unknown or was used already; "
            "start over with: auth-reference login --device"
        )
    return SignInError(f"the provider ended the sign-in: {answers.described(answer)}; nothing was stored")


def unknown_client(answer: Answer) -> UnknownClientError:
    """Say that the provider does not know us."""
    return UnknownClientError(
        f"the provider does not know this client: {answers.described(answer)}; nothing was stored"
    )


def expired() -> SignInError:
    """Say that the code was not used in time."""
    return SignInError("the code expired before it was used; start over with: auth-reference login --device")


def _text(members: dict[str, Any], name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str) or not value or messages.printable(value, len(value)) != value:
        raise _unusable(name)
    return value


def _web_address(members: dict[str, Any], name: str) -> str:
    """Return a URL that is safe to show and to open in a browser."""
    url = _text(members, name)
    try:
        parts = urlsplit(url)
    except ValueError:
        raise _unusable(name) from None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise _unusable(name)
    return url


def _seconds(members: dict[str, Any], name: str) -> float:
    value = members.get(name)
    if not answers.is_seconds(value):
        raise _unusable(name)
    return float(value)


def _unusable(name: str) -> BrokenAnswerError:
    return BrokenAnswerError(
        f"{_WHAT}: {name} is missing from the provider's answer, or unusable", "nothing was stored"
    )
