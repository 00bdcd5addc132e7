"""`fakeprovider faults` and `fakeprovider dialects`: what there is to choose from."""

from __future__ import annotations

import inspect

from fakeprovider.cli.command_line import print_table
from fakeprovider.dialects import dialects
from fakeprovider.faults.base import Fault
from fakeprovider.faults.catalogue import catalogue, find_fault
from fakeprovider.faults.manual import written_default
from fakeprovider.validation import in_words, settings_of


def print_faults() -> int:
    """Print every fault with its settings, seam by seam; returns the exit code 0."""
    seam = ""
    for fault in catalogue().values():
        if fault.seam != seam:
            seam = fault.seam
            print(f"{seam}:")
        print(f"  {_call(fault)}\n      {_summary(fault)}")
    print("\n`fakeprovider faults NAME` shows one. Arm it with --fault 'ENDPOINT : NAME(SETTINGS) x TIMES'.")
    return 0


def print_fault(name: str) -> int:
    """Print everything there is to know about one fault; returns the exit code 0. Raises `SettingError`."""
    fault = find_fault(name)
    print(f"{_call(fault)}\n\n{inspect.getdoc(fault) or ''}")
    if fault.whole_provider:
        print("\nConcerns the whole provider: it takes no aim.")
    elif fault.endpoints:
        print(f"\nAim: {', '.join(fault.endpoints)}.")
    if settings := settings_of(fault):
        print()
        print_table(((setting, in_words(hint)) for setting, hint in settings.items()), indent="  ")
    return 0


def print_dialects() -> int:
    """Print every dialect with the family it imitates; returns the exit code 0."""
    print_table((name, _summary(kind)) for name, kind in dialects().items())
    return 0


def _call(fault: type[Fault]) -> str:
    """Return how the fault is made, as in `ServerError(status=503, retry_after=None)`."""
    shown = [f"{name}={default}" if (default := written_default(fault, name)) else name for name in settings_of(fault)]
    return f"{fault.__name__}({', '.join(shown)})"


def _summary(kind: type) -> str:
    return (inspect.getdoc(kind) or "").partition("\n")[0]
