"""Faults: everything a provider can do wrong. One file each, named like its fault; `base` tells how to write one."""

from __future__ import annotations

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
]


def catalogue() -> dict[str, type[Fault]]:
    """Every fault that can be armed, by its class name."""
    bases = {Fault, StateFault, DocumentFault, TokenFault, ResponseFault, WireFault}
    named = {name: globals()[name] for name in __all__ if name != "catalogue"}
    return {name: fault for name, fault in named.items() if fault not in bases}
