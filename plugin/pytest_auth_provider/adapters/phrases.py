"""What output says: phrases, and those that command-line tools usually use.

`DEFAULT_PHRASES` has what tools usually print, in English. An adapter replaces each phrase that its tool puts
differently (`[says]`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Discriminator, Tag, WrapValidator
from pydantic_core.core_schema import ValidatorFunctionWrapHandler

from pytest_auth_provider.adapters.annotations import IN_TOML, Table
from pytest_auth_provider.adapters.complaints import expected
from pytest_auth_provider.adapters.field_types import PATTERN_FLAGS, Patterns

_TERMINAL_CODES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
# A long line that goes on in lower case was wrapped; short lines stand for themselves.
_WRAP = re.compile(r"(?<=[^\n]{60})(?<![.!:;])[ \t]*\n[ \t]*(?=[a-z])")
_CLAUSE_END = re.compile(r"\n|[.!;,](?=\s|$)|\s-+\s|\s(?:but|however|although|though)\s", re.IGNORECASE)
_LONG_SENTENCE = 400  # characters
# More blanks than any table has: a pattern with several blanks in it would search a megabyte of them for minutes.
_ENDLESS_BLANKS = re.compile(r"(\s{200})\s+")


_BOXES = dict.fromkeys(range(0x2500, 0x2580), " ")
_TYPOGRAPHY = {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-", 0x2014: "-", **_BOXES}
"""Curly quotes and long dashes -> what a keyboard has; lines of boxes -> blanks."""


@dataclass(frozen=True)
class Phrase:
    """What it takes for output to say something.

    One match of `stdout`, `stderr` or `any` is enough, unless `unless` matches in the same clause: "revoked" is said
    by "Session revoked." and not by "It could not be revoked."
    """

    __pydantic_config__: ClassVar = IN_TOML

    any: Patterns = ()
    """Regular expressions for either stream."""
    stdout: Patterns = ()
    """Regular expressions for standard output."""
    stderr: Patterns = ()
    """Regular expressions for standard error."""
    unless: Patterns = ()
    """Regular expressions that take a match back, in the same clause."""

    def said_in(self, stdout: str, stderr: str, own: Callable[[str], str] = str) -> bool:
        """Return whether output made of these two texts says it; colours, line wraps and typography do not matter.

        `own` returns a text of the same length in which only a client's own words are left. What it says begins and
        ends with words of its own, whatever it quotes between; what takes a match back may be a quote.
        """
        return any(
            self._matches(patterns, plain(text), own)
            for patterns, text in (
                (self.any, stdout),
                (self.any, stderr),
                (self.stdout, stdout),
                (self.stderr, stderr),
            )
        )

    def _matches(self, patterns: Patterns, text: str, own: Callable[[str], str]) -> bool:
        if not patterns:
            return False
        unwrapped = _WRAP.sub(" ", text)
        # Lines as they were printed count too, so that `^` and `$` mean what they say; but only unwrapped sentences
        # show all of a clause that takes a match back.
        versions = (unwrapped,) if self.unless else (text, unwrapped)
        return any(
            self._counts(start, end, version)
            for version in versions
            for start, end in _own_matches(patterns, version, own(version))
        )

    def _counts(self, start: int, end: int, text: str) -> bool:
        clause = _clause(text, start, end) if self.unless else ""
        return not any(exception.search(clause) for exception in self.unless)


def plain(text: str) -> str:
    """Return `text` as a person reads it: no terminal codes, carriage returns and boxes; quotes and dashes as typed."""
    typed = _TERMINAL_CODES.sub("", text).replace("\r\n", "\n").replace("\r", "\n").translate(_TYPOGRAPHY)
    return _ENDLESS_BLANKS.sub(r"\1", typed)


def _own_matches(patterns: Patterns, text: str, own: str) -> Iterable[tuple[int, int]]:
    """Yield where a pattern is found in what is left of `text` as the client's own, or around something it quotes."""
    for pattern in patterns:
        yield from (match.span() for match in pattern.finditer(own))
        if own != text:
            spans = (match.span() for match in pattern.finditer(text))
            yield from (
                (i, j) for i, j in spans if text[i : i + 1] + text[j - 1 : j] == own[i : i + 1] + own[j - 1 : j]
            )


def _clause(text: str, start: int, end: int) -> str:
    """Return the part of a sentence in which `text[start:end]` stands, looked for not farther than a long one goes."""
    before = text[max(0, start - _LONG_SENTENCE) : start]
    after = text[end : end + _LONG_SENTENCE]
    begin = max((stop.end() for stop in _CLAUSE_END.finditer(before)), default=0)
    stop = _CLAUSE_END.search(after)
    return before[begin:] + text[start:end] + (after[: stop.start()] if stop else after)


def _says_something(table: dict[str, object], read: ValidatorFunctionWrapHandler) -> object:
    """Refuse a table that only says what takes a match back."""
    phrase = read(table)
    if not table.keys() - {"unless"}:
        raise expected("at least one of any, stdout, stderr", table)
    return phrase


PhraseInToml = Annotated[
    Annotated[Phrase, WrapValidator(_says_something), Table("a key of a phrase"), Tag("<table>")]
    | Annotated[Patterns, AfterValidator(Phrase), Tag("<plain>")],
    Discriminator(lambda value: "<table>" if isinstance(value, dict) else "<plain>"),
]
"""Regular expressions for either stream, or a table with the fields of `Phrase`."""


def _patterns(*sources: str) -> Patterns:
    # A blank stands for any white space: tables and boxes pad, terminals wrap.
    return tuple(re.compile(source.replace(" ", r"\s+"), PATTERN_FLAGS) for source in sources)


_NOT = (
    r"\b(?:not|never|no|none|nothing|nobody|neither|nor|without|cannot|unable|unless|until|whether|if)\b"
    r"|n't\b|(?<![\w.])0 \w"
)
_OPEN = (
    r"\b(?:may|might|could|would|should|will|must|can|try|trying|attempt\w*|want to|going to|to be|please|pending)\b"
    r"|\b(?:fail\w*|skip\w*|unknown|unconfirmed|unverified|unclear|unsure|error\w*)\b"
)
_EITHER = r"\bor\b|\band/or\b"
_CONDITION = r"\b(?:once|after|when|while|before|ensure|(?:make|be|are you) sure|as soon as|only)\b"
_ON_THIS_MACHINE = (
    r"\b(?:local\w*|offline|cached?|config\w*|files?|storage|store[ds]?|keyring|keychain|disk|settings|permissions?|clock"
    r"|network|dns|proxy|version|installation)\b"
)
_ANSWERED_NO = r"""\b["']?\s*[:=?]\s*["']?(?:no|false|unknown|failed|null|none|0)(?!\w)|\w\?(?=\s|$)"""

# A server that did not answer in time is no code that expired.
_NO_SERVER = r"(?:(?!\b(?:servers?|providers?|hosts?|endpoints?|connect\w*|requests?|http\w*|network)\b)[^.\n])"
_CLIENT_CALL = r"\brun:? [`'\"]?[^\n]{0,80}?\b(?:login|log-in|sign-?in|auth)\b"

DEFAULT_PHRASES: dict[str, Phrase] = {
    "signed_in": Phrase(
        any=_patterns(
            r"\b(?:signed|logged)[ -]?in\b",
            r"\b(?:login|log-in|sign-?in|authentication) (?:was )?(?:success\w*|succeeded|complete\w*)",
            r"\bsuccessful(?:ly)? (?:(?:log|sign)(?:ged|ned)?[ -]?in\b|authenticat)",
            r"\bauthenticated (?:as|to|with)\b",
            r"\bwelcome(?: back)?, (?!please\b)\w|\bwelcome back\b",
        ),
        unless=_patterns(_NOT, _OPEN, _ANSWERED_NO, _CONDITION),
    ),
    "sign_in_again": Phrase(
        any=_patterns(
            r"\b(?:sign|log)[ -]?in (?:once )?(?:again|first|anew)\b",
            r"\b(?:sign|log)(?:ging)?[ -]?(?:back )in\b",
            r"\b(?:please|must|need to|have to) (?:re-?)?(?:sign|log)[ -]?in\b",
            r"\bre-?authenticate\b|\bauthenticate again\b",
            r"\b(?:re-?)?(?:login|log-in|sign-?in|authentication) (?:is )?(?:required|needed|necessary)",
            r"\bnew (?:login|sign-?in)\b",
            _CLIENT_CALL,
        ),
        unless=_patterns(r"\b(?:no need|not (?:have|need|necessary|required)|without)\b|n't (?:have|need)\b"),
    ),
    "rejected": Phrase(
        any=_patterns(
            r"\b401\b|\bunauthori[sz]ed\b",
            r"\b(?:token|session|credentials?)\b[^.\n]{0,40}\b(?:rejected|refused|expired|revoked|invalid)\b",
            r"\b(?:token|session|credentials?)\b[^.\n]{0,40}\b(?:not|no longer) (?:accepted|valid|recogni[sz]ed)\b",
            r"\b(?:rejected|refused|expired|revoked|invalid|bad) (?:access )?(?:token|session|credentials?)\b",
        ),
    ),
    "try_again": Phrase(
        any=_patterns(
            r"\b(?:re-?)?try (?:(?:the|this|your|that) \w+ )?again\b",
            r"\bretry(?:ing)?\b",
            r"\bagain (?:later|soon|shortly|in a)\b",
            r"\brun (?:it|the command|this(?: command)?|the same command) again\b",
            r"\btemporar(?:y|ily)\b",
        ),
        unless=_patterns(r"\b(?:do not|will not|cannot|no use|not) (?:try|retry)|n't (?:try|retry)|\bnot retrying\b"),
    ),
    "unverified": Phrase(
        any=_patterns(
            r"\bskip\w*\b[^.\n]{0,60}\b(?:validation|validating|verification|verifying|check\w*)\b",
            r"\b(?:validation|verification|check)\b[^.\n]{0,40}\b(?:skipped|omitted|unavailable|impossible)\b",
            r"\b(?:could not|cannot|can not|could not be|unable to|was not|were not|not|without|failed to) (?:be )?"
            r"(?:locally )?(?:validat|verif|check|confirm|reach|contact|connect)",
            r"\b(?:could|can|was|were|has|have|is|did|does)n't (?:be |been )?(?:locally )?"
            r"(?:validat|verif|check|confirm|reach|contact|connect)",
            r"\bunverified\b|\bunvalidated\b|\bunconfirmed\b|\bunchecked\b",
            r"\bunreachable\b|\bnot reachable\b",
            r"\bcan't (?:be )?(?:validat|verif|check|confirm|reach|contact|connect)",
        ),
    ),
    "revoked": Phrase(
        any=_patterns(
            r"\brevoked\b",
            r"\brevocation (?:was |is |has )?(?:succe\w+|complete\w*|confirmed|accepted|acknowledged|done|ok)\b",
            r"\bsuccessful (?:\w+ )?revocation\b",
            r"\b(?:confirmed|acknowledged|accepted) (?:the )?revocation\b",
            r"\b(?:session|tokens?|credentials?|access)\b[^.\n]{0,40}\b(?:invalidated|terminated|withdrawn)\b",
            r"\b(?:invalidated|terminated|withdrew) (?:the |your )?(?:server |remote )?(?:session|token|access)",
            r"\b(?:server|remote|provider)(?:[ -]side)? session\b[^.\n]{0,20}\b(?:ended|closed|deleted)\b",
        ),
        unless=_patterns(_NOT, _OPEN, _ANSWERED_NO, _EITHER),
    ),
    "valid": Phrase(
        any=_patterns(
            r"\b(?:token|session|signature|credentials?)\b[^.\n]{0,40}\b(?:valid|verified|validated|ok|good)\b",
            r"\b(?:valid|verified|validated) (?:access |local |stored |saved )?(?:token|session|signature|credential)",
            r"\b(?:validation|verification) (?:was )?(?:success\w*|succeeded|passed|ok)\b",
        ),
        unless=_patterns(_NOT, _OPEN, _ANSWERED_NO, _EITHER),
    ),
    "healthy": Phrase(
        any=_patterns(
            r"\b(?:no|0) (?:known )?(?:problems?|issues?)\b",
            r"\ball (?:\w+ )?checks? (?:have |has )?(?:passed|pass|succeeded|ok)\b|\ball (?:good|clear|is well)\b",
            r"\beverything (?:is |looks |seems )?(?:ok|okay|fine|good|healthy|in order)\b",
            r"\b(?:session|sign-?in|login|authentication)\b[^.\n]{0,30}\b(?:healthy|alive|active|in order)\b",
        ),
        unless=_patterns(
            r"\b(?:not|never|none|nothing|neither|nor|without|cannot|unable|unless|until|whether|if)\b|n't\b"
            r"|\bno (?:longer|active|valid|live|stored|session)\b",
            _OPEN,
            _ANSWERED_NO,
            _ON_THIS_MACHINE,
        ),
    ),
    "signed_out": Phrase(
        any=_patterns(
            r"\b(?:signed|logged)[ -]?out\b",
            r"\b(?:logout|log-out|sign-?out) (?:was )?(?:success\w*|succeeded|complete\w*)",
            r"\bsuccessful (?:logout|log-out|sign-?out)\b",
        ),
        unless=_patterns(_NOT, _OPEN, _ANSWERED_NO, _EITHER, _CONDITION),
    ),
    "denied": Phrase(
        any=_patterns(
            r"\b(?:denied|declined)\b|\baccess_denied\b",
            r"\b(?:rejected|refused|cancell?ed|turned down) by (?:you|the user|a user)\b",
            r"\b(?:you|the user|user) (?:rejected|refused|cancell?ed|did not approve|turned down)\b",
            r"\b(?:login|sign-?in|request|authori[sz]ation) (?:was )?(?:rejected|refused|cancell?ed|not approved)\b",
        ),
        unless=_patterns(r"\bpermission denied\b|\bconnection (?:was )?(?:refused|rejected)\b|\brefused to connect\b"),
    ),
    "expired": Phrase(
        any=_patterns(
            r"\bexpired\b",
            r"\bno longer valid\b|\btoo old\b",
            r"\btimed out (?:while )?waiting (?:for|on) (?:(?:the|your|a|an|user|device|browser) )*"
            r"(?:approv\w*|authori[sz]ation|confirm\w*|you|user|sign-?in|login|decision|code)\b"
            r"(?! (?:server|provider|endpoint))",
            rf"\b(?:approv|authori[sz]|sign|log)\w*\b{_NO_SERVER}{{0,30}}\b(?:in time|timed out|timeout)\b",
        ),
        unless=_patterns(
            r"(?:\b(?:not|never|if|until|unless|when|once|before)|n't)\b.{0,20}\bexpired",
            r"\b(?:whether|may|might|maybe|perhaps|possibly|probably|likely)\b",
            _ANSWERED_NO,
            _EITHER,
        ),
    ),
    "method": Phrase(
        any=_patterns(
            r"\b(?:sign-?in|login|auth(?:entication)?) method\b",
            r"\b(?:signed|logged) in (?:with|using|by|via|through)\b",
            r"\b(?:device|browser|oauth|web)[ _-](?:flow|login|code|sign-?in)\b",
        ),
        unless=_patterns(_ANSWERED_NO),
    ),
    "not_signed_in": Phrase(
        any=_patterns(
            r"\bnot (?:currently |yet )?(?:signed|logged)[ -]?in\b|n't (?:signed|logged)[ -]?in\b",
            r"\bnot (?:currently |yet )?authenticated\b|n't authenticated\b|\bunauthenticated\b",
            r"\b(?:no|without)(?: an?)? (?:active |current |stored |saved |local |valid )*"
            r"(?:session|credentials?|login|sign-?in|tokens?|user|account)\b",
            r"\b(?:nobody|no one|no user|no account) (?:is )?(?:signed|logged)[ -]?in\b",
            r"\bnothing to (?:sign|log)[ -]?out\b",
            r"\balready (?:signed|logged)[ -]?out\b",
        ),
    ),
}
"""Saying -> the phrase used when an adapter gives none of its own."""
