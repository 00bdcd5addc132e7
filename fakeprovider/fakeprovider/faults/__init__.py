"""Faults: everything a provider can do wrong, one module per seam, one class per fault.

state  document  token  response  wire  tls     the faults, in the order in which a request meets their seams

base        the classes to write a fault with
trigger     when a fault applies
armed       armed faults: which requests they act on, how often they acted
combine     how several faults act on one exchange
text        faults written as text, for people without Python
catalogue   every fault by its name
manual      the reference, docs/faults.md, written from docstrings
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
from fakeprovider.faults.catalogue import catalogue, find_fault, names

if TYPE_CHECKING:
    from fakeprovider.faults.document import *
    from fakeprovider.faults.response import *
    from fakeprovider.faults.state import *
    from fakeprovider.faults.tls import *
    from fakeprovider.faults.token import *
    from fakeprovider.faults.wire import *

__all__ = [
    "AnswerFault",
    "DocumentFault",
    "Fault",
    "ResponseFault",
    "StateFault",
    "TlsFault",
    "TokenFault",
    "WireFault",
    "catalogue",
    "find_fault",
]
__all__ += names()


def __getattr__(name: str) -> type[Fault]:
    """Import a fault, with its seam, when it is first used: importing all takes longer than starting a provider."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return find_fault(name)


def __dir__() -> list[str]:
    return __all__
