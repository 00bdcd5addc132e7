"""Faults: everything a provider can do wrong. One file each, named like its fault; `base` tells how to write one."""

from __future__ import annotations

from fakeprovider.errors import choose
from fakeprovider.faults.base import DocumentFault, Fault, ResponseFault, StateFault, TokenFault, WireFault
from fakeprovider.faults.body import Body
from fakeprovider.faults.closed import Closed
from fakeprovider.faults.error_answer import ErrorAnswer
from fakeprovider.faults.hold import Hold
from fakeprovider.faults.html_page import HtmlPage
from fakeprovider.faults.lost_answer import LostAnswer
from fakeprovider.faults.missing_member import MissingMember
from fakeprovider.faults.refused import Refused
from fakeprovider.faults.replay_conflict import ReplayConflict
from fakeprovider.faults.reset import Reset
from fakeprovider.faults.server_error import ServerError
from fakeprovider.faults.stall import Stall
from fakeprovider.faults.truncated import Truncated
from fakeprovider.faults.wrong_claim import WrongClaim
from fakeprovider.faults.wrong_issuer import WrongIssuer

__all__ = [
    "Body",
    "Closed",
    "DocumentFault",
    "ErrorAnswer",
    "Fault",
    "Hold",
    "HtmlPage",
    "LostAnswer",
    "MissingMember",
    "Refused",
    "ReplayConflict",
    "Reset",
    "ResponseFault",
    "ServerError",
    "Stall",
    "StateFault",
    "TokenFault",
    "Truncated",
    "WireFault",
    "WrongClaim",
    "WrongIssuer",
    "catalogue",
    "find_fault",
]


def catalogue() -> dict[str, type[Fault]]:
    """Every fault that can be armed, by its class name: those built in, then those of other distributions."""
    from fakeprovider.third_parties import third_party_faults

    built_in = _built_in()
    return {**built_in, **third_party_faults(built_in)}


def find_fault(name: str) -> type[Fault]:
    """The fault called `name`, or a `SettingError` that lists all of them."""
    built_in = _built_in()
    known = built_in if name in built_in else catalogue()
    return known[choose("fault", name, known)]


def _built_in() -> dict[str, type[Fault]]:
    bases = {Fault, StateFault, DocumentFault, TokenFault, ResponseFault, WireFault}
    named = {name: globals()[name] for name in __all__ if name[0].isupper()}
    return {name: fault for name, fault in named.items() if fault not in bases}
