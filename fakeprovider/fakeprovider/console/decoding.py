"""What is inside the tokens that went over the wire, unchecked: broken ones are shown as broken as they are."""

from __future__ import annotations

import base64
import json
import re
from typing import Final, NamedTuple

from fakeprovider.secrets import Secrets

_JWS: Final = re.compile(r"(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*")
_MOST: Final = 10  # tokens decoded in one exchange


class Decoded(NamedTuple):
    """One token: what the provider minted it as, how it begins, its header and claims as indented JSON."""

    kind: str
    beginning: str
    content: str


def decoded(secrets: Secrets, *texts: str) -> list[Decoded]:
    """Every signed token that is somewhere in `texts`, each once; `secrets` knows which of them are the provider's."""
    values = dict.fromkeys(value for text in texts for value in _JWS.findall(text))
    found = ((value, _parts(value)) for value in list(values)[:_MOST])
    return [Decoded(secrets.kind_of(value) or "token", value[:12], content) for value, content in found if content]


def pretty(text: str) -> str:
    """`text` with indentation where it is JSON, else as it is."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _parts(value: str) -> str:
    """Header and claims, or "" for what only looks like a token."""
    try:
        parts = [base64.urlsafe_b64decode(part + "==").decode() for part in value.split(".")[:2]]
    except ValueError:
        return ""
    return "\n".join(map(pretty, parts))
