"""`fakeprovider faults` and `fakeprovider dialects`: what there is to choose from."""

from __future__ import annotations

import inspect

from fakeprovider.dialects import dialects as all_dialects
from fakeprovider.faults.base import Fault
from fakeprovider.faults.checking import in_words, settings_of
from fakeprovider.faults.finding import catalogue, find_fault
from fakeprovider.faults.manual import written_default


def faults(name: str | None) -> int:
    """Print every fault with its settings, or all there is to know about one."""
    if name:
        print(_manual(find_fault(name)))
        return 0
    seam = ""
    for kind in catalogue().values():
        if kind.seam != seam:
            seam = kind.seam
            print(f"{seam}:")
        print(f"  {_call(kind)}\n      {_summary(kind)}")
    print("\n`fakeprovider faults NAME` shows one. Arm it with --fault 'ENDPOINT : NAME(SETTINGS) x TIMES'.")
    return 0


def dialects() -> int:
    """Print every dialect with the family it imitates."""
    known = all_dialects()
    width = max(map(len, known))
    for name, kind in known.items():
        print(f"{name:{width}}  {_summary(kind)}")
    return 0


def _call(fault: type[Fault]) -> str:
    """As in `ServerError(status=503, retry_after=None)`."""
    shown = [f"{name}={default}" if (default := written_default(fault, name)) else name for name in settings_of(fault)]
    return f"{fault.__name__}({', '.join(shown)})"


def _manual(fault: type[Fault]) -> str:
    lines = [_call(fault), "", inspect.getdoc(fault) or ""]
    if fault.whole_provider:
        lines += ["", "Concerns the whole provider: it takes no aim."]
    elif fault.endpoints:
        lines += ["", f"Aim: {', '.join(fault.endpoints)}."]
    settings = settings_of(fault)
    if settings:
        width = max(map(len, settings))
        lines.append("")
        lines += [f"  {name:{width}}  {in_words(hint)}" for name, hint in settings.items()]
    return "\n".join(lines)


def _summary(kind: type) -> str:
    return (inspect.getdoc(kind) or "").partition("\n")[0]
