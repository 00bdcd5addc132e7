"""The provider's metadata (RFC 8414, OpenID Connect Discovery 1.0)."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from reference_client import answers
from reference_client.answers import Answer
from reference_client.errors import BrokenAnswerError, NoAnswerError
from reference_client.session import normalised

if TYPE_CHECKING:  # 60 ms
    from reference_client.transport import Transport

REQUIRED = ("token_endpoint", "jwks_uri")
_WHAT = "reading the provider's discovery document"


@dataclass(frozen=True)
class Metadata:
    """What the provider says about itself; the issuer and the `REQUIRED` members have been checked."""

    issuer: str
    members: Mapping[str, Any]

    def endpoint(self, name: str) -> str | None:
        """Return the URL of an endpoint by its metadata name, None when it is not advertised.

        Raises:
            BrokenAnswerError: It is advertised and no usable URL.
        """
        url = self.members.get(name)
        if url is None:
            return None
        if not isinstance(url, str) or not is_endpoint_url(url, self.issuer):
            raise BrokenAnswerError(f"{_WHAT}: {name} of {self.issuer} is not a usable URL")
        return url

    def required(self, name: str) -> str:
        """Return the URL of an endpoint that has to be there.

        Raises:
            BrokenAnswerError: It is not, or is no usable URL.
        """
        url = self.endpoint(name)
        if url is None:
            raise BrokenAnswerError(f"{_WHAT}: {self.issuer} advertises no {name}")
        return url


class Discovery:
    """Asks for the metadata when somebody needs it, once. A failure is not remembered: the next need asks again."""

    def __init__(self, transport: "Transport", issuer: str) -> None:
        self._transport = transport
        self._issuer = issuer
        self._metadata: Metadata | None = None

    def metadata(self) -> Metadata:
        """Return the metadata.

        Raises:
            NoAnswerError: The provider is unreachable.
            BrokenAnswerError: It answered, but not with usable metadata of this issuer.
        """
        if self._metadata is None:
            self._metadata = self.fetch()
        return self._metadata

    def fetch(self) -> Metadata:
        """Ask, and check what comes. Raises as `metadata`."""
        members = answers.document(self._answer(), _WHAT)
        metadata = Metadata(agreed_issuer(members.get("issuer"), self._issuer), members)
        for name in REQUIRED:
            metadata.required(name)
        return metadata

    def _answer(self) -> Answer:
        """Return the answer of the first location that has metadata; where none has, that of the first one."""
        usual, other = locations(self._issuer)
        answer = self._transport.get(usual)
        if not has_none(answer):
            return answer
        with suppress(NoAnswerError):  # the provider has answered, and is not unreachable
            second = self._transport.get(other)
            return answer if has_none(second) else second
        return answer


def locations(issuer: str) -> tuple[str, str]:
    """Return where an issuer may have its metadata: OpenID Connect Discovery 4 appends, and RFC 8414 3.1 inserts."""
    base = normalised(issuer)
    parts = urlsplit(base)
    origin = f"{parts.scheme}://{parts.netloc}"
    return f"{base}/.well-known/openid-configuration", f"{origin}/.well-known/oauth-authorization-server{parts.path}"


def has_none(answer: Answer) -> bool:
    """Whether there are no metadata at this location: not found, not for everybody, or a page in their place."""
    if answer.status != 200:
        return answer.status in (401, 403, 404)
    try:
        answers.json_value(answer.body)
    except ValueError:
        return True
    return False


def agreed_issuer(found: object, expected: str) -> str:
    """Return the issuer as the provider spells it: tokens have to name it exactly like that (RFC 8414 3.3).

    Raises:
        BrokenAnswerError: The document names another issuer than `expected`, a trailing slash aside.
    """
    if not isinstance(found, str) or normalised(found) != normalised(expected):
        raise BrokenAnswerError(f"{_WHAT}: the document at {expected} names another issuer; it was refused")
    return found


def is_endpoint_url(url: str, issuer: str) -> bool:
    """Whether `url` is a web address that does not step down from the https of `issuer`."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    allowed = ("https",) if issuer.startswith("https:") else ("http", "https")
    return parts.scheme in allowed and bool(parts.hostname)
