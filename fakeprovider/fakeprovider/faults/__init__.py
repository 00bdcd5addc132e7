"""Faults: everything a provider can do wrong. One file each, named like its fault, filed under its seam.

base        the classes to write a fault with
trigger     when it applies         arming    faults in force         meeting   how several combine
checking    its settings            finding   the catalogue           text      faults written without Python
manual      the reference in docs/faults.md
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakeprovider.faults.base import (
    AnswerFault,
    DocumentFault,
    Fault,
    ResponseFault,
    StateFault,
    TlsFault,
    TokenFault,
    WireFault,
)
from fakeprovider.faults.finding import catalogue, find_fault

if TYPE_CHECKING:
    from fakeprovider.faults.document.dead_port import DeadPort
    from fakeprovider.faults.document.duplicate_kid import DuplicateKid
    from fakeprovider.faults.document.empty_keys import EmptyKeys
    from fakeprovider.faults.document.keys_without_kid import KeysWithoutKid
    from fakeprovider.faults.document.leaked_private_key import LeakedPrivateKey
    from fakeprovider.faults.document.other_origin import OtherOrigin
    from fakeprovider.faults.document.oversized_keys import OversizedKeys
    from fakeprovider.faults.document.same_kid_other_key import SameKidOtherKey
    from fakeprovider.faults.document.stale_keys import StaleKeys
    from fakeprovider.faults.document.unresolvable_host import UnresolvableHost
    from fakeprovider.faults.document.wrong_issuer import WrongIssuer
    from fakeprovider.faults.response.body import Body
    from fakeprovider.faults.response.cached_answer import CachedAnswer
    from fakeprovider.faults.response.captive_portal import CaptivePortal
    from fakeprovider.faults.response.error_answer import ErrorAnswer
    from fakeprovider.faults.response.error_in_success import ErrorInSuccess
    from fakeprovider.faults.response.extra_member import ExtraMember
    from fakeprovider.faults.response.gzip_garbage import GzipGarbage
    from fakeprovider.faults.response.html_page import HtmlPage
    from fakeprovider.faults.response.huge_body import HugeBody
    from fakeprovider.faults.response.missing_member import MissingMember
    from fakeprovider.faults.response.null_member import NullMember
    from fakeprovider.faults.response.rate_limited import RateLimited
    from fakeprovider.faults.response.redirect import Redirect
    from fakeprovider.faults.response.replay_conflict import ReplayConflict
    from fakeprovider.faults.response.server_error import ServerError
    from fakeprovider.faults.response.wrong_charset import WrongCharset
    from fakeprovider.faults.response.wrong_content_type import WrongContentType
    from fakeprovider.faults.response.wrong_member import WrongMember
    from fakeprovider.faults.state.forgotten_session import ForgottenSession
    from fakeprovider.faults.state.hold import Hold
    from fakeprovider.faults.state.revoked_session import RevokedSession
    from fakeprovider.faults.state.spent_twice import SpentTwice
    from fakeprovider.faults.tls.expired_certificate import ExpiredCertificate
    from fakeprovider.faults.tls.handshake_cut import HandshakeCut
    from fakeprovider.faults.tls.not_yet_valid_certificate import NotYetValidCertificate
    from fakeprovider.faults.tls.plain_on_tls_port import PlainOnTlsPort
    from fakeprovider.faults.tls.unknown_ca import UnknownCa
    from fakeprovider.faults.tls.wrong_host import WrongHost
    from fakeprovider.faults.token.alg_none import AlgNone
    from fakeprovider.faults.token.critical_header import CriticalHeader
    from fakeprovider.faults.token.encrypted_token import EncryptedToken
    from fakeprovider.faults.token.expired_token import ExpiredToken
    from fakeprovider.faults.token.extra_claim import ExtraClaim
    from fakeprovider.faults.token.hmac_with_public_key import HmacWithPublicKey
    from fakeprovider.faults.token.missing_claim import MissingClaim
    from fakeprovider.faults.token.no_kid import NoKid
    from fakeprovider.faults.token.not_a_jwt import NotAJwt
    from fakeprovider.faults.token.not_yet_valid import NotYetValid
    from fakeprovider.faults.token.other_subject import OtherSubject
    from fakeprovider.faults.token.truncated_token import TruncatedToken
    from fakeprovider.faults.token.unknown_kid import UnknownKid
    from fakeprovider.faults.token.wrong_algorithm import WrongAlgorithm
    from fakeprovider.faults.token.wrong_at_hash import WrongAtHash
    from fakeprovider.faults.token.wrong_audience import WrongAudience
    from fakeprovider.faults.token.wrong_azp import WrongAzp
    from fakeprovider.faults.token.wrong_claim import WrongClaim
    from fakeprovider.faults.token.wrong_key import WrongKey
    from fakeprovider.faults.token.wrong_nonce import WrongNonce
    from fakeprovider.faults.token.wrong_token_issuer import WrongTokenIssuer
    from fakeprovider.faults.wire.broken_chunking import BrokenChunking
    from fakeprovider.faults.wire.closed import Closed
    from fakeprovider.faults.wire.delayed import Delayed
    from fakeprovider.faults.wire.garbage import Garbage
    from fakeprovider.faults.wire.lost_answer import LostAnswer
    from fakeprovider.faults.wire.refused import Refused
    from fakeprovider.faults.wire.reset import Reset
    from fakeprovider.faults.wire.slow_drip import SlowDrip
    from fakeprovider.faults.wire.stall import Stall
    from fakeprovider.faults.wire.stalled_body import StalledBody
    from fakeprovider.faults.wire.truncated import Truncated
    from fakeprovider.faults.wire.wrong_length import WrongLength

__all__ = [
    "AlgNone",
    "AnswerFault",
    "Body",
    "BrokenChunking",
    "CachedAnswer",
    "CaptivePortal",
    "Closed",
    "CriticalHeader",
    "DeadPort",
    "Delayed",
    "DocumentFault",
    "DuplicateKid",
    "EmptyKeys",
    "EncryptedToken",
    "ErrorAnswer",
    "ErrorInSuccess",
    "ExpiredCertificate",
    "ExpiredToken",
    "ExtraClaim",
    "ExtraMember",
    "Fault",
    "ForgottenSession",
    "Garbage",
    "GzipGarbage",
    "HandshakeCut",
    "HmacWithPublicKey",
    "Hold",
    "HtmlPage",
    "HugeBody",
    "KeysWithoutKid",
    "LeakedPrivateKey",
    "LostAnswer",
    "MissingClaim",
    "MissingMember",
    "NoKid",
    "NotAJwt",
    "NotYetValid",
    "NotYetValidCertificate",
    "NullMember",
    "OtherOrigin",
    "OtherSubject",
    "OversizedKeys",
    "PlainOnTlsPort",
    "RateLimited",
    "Redirect",
    "Refused",
    "ReplayConflict",
    "Reset",
    "ResponseFault",
    "RevokedSession",
    "SameKidOtherKey",
    "ServerError",
    "SlowDrip",
    "SpentTwice",
    "StaleKeys",
    "Stall",
    "StalledBody",
    "StateFault",
    "TlsFault",
    "TokenFault",
    "Truncated",
    "TruncatedToken",
    "UnknownCa",
    "UnknownKid",
    "UnresolvableHost",
    "WireFault",
    "WrongAlgorithm",
    "WrongAtHash",
    "WrongAudience",
    "WrongAzp",
    "WrongCharset",
    "WrongClaim",
    "WrongContentType",
    "WrongHost",
    "WrongIssuer",
    "WrongKey",
    "WrongLength",
    "WrongMember",
    "WrongNonce",
    "WrongTokenIssuer",
    "catalogue",
    "find_fault",
]


def __getattr__(name: str) -> type[Fault]:
    """A fault, imported when it is first asked for: all of them take longer than a provider takes to start."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return find_fault(name)


def __dir__() -> list[str]:
    return __all__
