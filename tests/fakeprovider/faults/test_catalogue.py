"""The catalogue of faults is complete, and so is its reference."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from fakeprovider import SettingError, faults
from fakeprovider.faults import Fault, catalogue, find_fault
from fakeprovider.faults.catalogue import SEAMS
from fakeprovider.faults.manual import as_markdown

ROOT = Path(__file__).parents[3]


def test_docs_are_in_step() -> None:
    """docs/faults.md is what the catalogue says; `python -m fakeprovider.faults.manual` writes it."""
    assert (ROOT / "docs" / "faults.md").read_text() == as_markdown()


def test_every_fault_is_public() -> None:
    """What the catalogue holds can be imported from `fakeprovider.faults`, and bases beside it."""
    bases = {name for name in faults.__all__ if name.endswith("Fault")}
    assert set(faults.__all__) - bases - {"catalogue", "find_fault"} == set(catalogue())
    assert set(dir(faults)) == set(faults.__all__)


@pytest.mark.parametrize("fault", catalogue().values(), ids=lambda fault: fault.__name__)
def test_every_fault_stands_in_the_module_of_its_seam(fault: type[Fault]) -> None:
    """A fault is a class in the module named like its seam, and has a manual of its own."""
    assert fault.__module__ == f"fakeprovider.faults.{fault.seam}"
    assert fault.__doc__
    assert not fault.__doc__.startswith(f"{fault.__name__}(")
    assert f"### {fault.__name__}\n" in as_markdown()


def test_seams_are_in_order() -> None:
    """The reference follows a request."""
    titles = re.findall(r"^## (\w+):", as_markdown(), re.MULTILINE)
    assert [title.lower() for title in titles] == list(SEAMS)


def test_unknown_names() -> None:
    """A misspelt fault is guessed; a helper's file is no fault."""
    with pytest.raises(SettingError, match="Did you mean 'ServerError'"):
        find_fault("SeverError")
    with pytest.raises(SettingError, match="'Members' is not one of"):
        find_fault("Members")
    with pytest.raises(AttributeError, match="NoSuchFault"):
        faults.NoSuchFault  # noqa: B018 - asking is the point


def test_a_provider_does_not_pay_for_faults_it_does_not_have() -> None:
    """Importing the package imports no fault."""
    program = (
        "import sys, fakeprovider; print([m for m in sys.modules if m.startswith('fakeprovider.faults.response')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
