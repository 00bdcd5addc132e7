"""Names: what is public is listed, every setting is declared once in each place, modules hold what they say."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType
from typing import get_type_hints

import pytest

import fakeprovider
from fakeprovider import Dialect, app, dialects, faults
from fakeprovider.faults import Fault, catalogue
from fakeprovider.settings import CHECKS, Knobs, Settings
from fakeprovider.vocabulary import ENDPOINTS


def snake_case(name: str) -> str:
    """`ServerError` as `server_error`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def modules_of(package: ModuleType) -> Iterator[ModuleType]:
    """The package and every module below it."""
    yield package
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not info.name.endswith("__main__"):
            yield importlib.import_module(info.name)


def test_everything_public_is_listed() -> None:
    """`fakeprovider.__all__` holds what the module defines for others, sorted, and nothing that is not there."""
    at_once = {
        name
        for name, value in vars(fakeprovider).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    names = at_once | set(fakeprovider._LATE) | {"faults"}
    listed = fakeprovider.__all__
    assert set(listed) == (names - {"annotations", "TYPE_CHECKING"}) | {"__version__"}
    assert sorted(listed) == sorted(set(listed))
    for name in listed:
        assert getattr(fakeprovider, name) is not None


def test_what_was_renamed_says_its_new_name() -> None:
    """`fakeprovider.Armed` leads to `ArmedFault`; any other name is unknown as usual."""
    with pytest.raises(AttributeError) as renamed:
        fakeprovider.Armed  # type: ignore[attr-defined]  # noqa: B018 - asking is the point
    assert str(renamed.value) == "fakeprovider.Armed is called ArmedFault now; write fakeprovider.ArmedFault"
    with pytest.raises(AttributeError, match=r"^module 'fakeprovider' has no attribute 'Amred'$"):
        fakeprovider.Amred  # type: ignore[attr-defined]  # noqa: B018 - likewise


def test_every_setting_is_declared_in_all_three_places() -> None:
    """The keyword of the constructor, the documented attribute with its default, and the check, with one type."""
    knobs, attributes = get_type_hints(Knobs), get_type_hints(Settings)
    assert knobs == attributes
    assert set(knobs) == set(CHECKS)


def test_every_setting_accepts_its_default() -> None:
    """A default that its own check refuses would never have been noticed."""
    for name, check in CHECKS.items():
        assert check(name, getattr(Settings, name)) == getattr(Settings, name)


def test_the_table_of_endpoints_is_complete() -> None:
    """Every name a fault can be aimed at is served, and nothing else is."""
    assert tuple(app.ROUTES) == ENDPOINTS


def test_every_setting_is_documented() -> None:
    """The line after the attribute says what it does, or the name of a lifetime says it all."""
    source = inspect.getsource(Settings)
    for name in CHECKS:
        documented = re.search(rf'    {name}: .*\n    """', source)
        assert documented or name.endswith("_lifetime"), name


def test_the_default_dialect_is_the_base_class() -> None:
    """`rfc` needs nothing that every dialect does not have."""
    assert dialects()["rfc"] is Dialect
    assert Dialect.__doc__


@pytest.mark.parametrize(
    "name", [name for name, kind in dialects().items() if kind.__module__.startswith("fakeprovider.dialects")]
)
def test_a_dialect_is_in_a_file_of_its_name(name: str) -> None:
    """`chatgpt` is class `Chatgpt` in `dialects/chatgpt.py`, and it is documented."""
    kind = dialects()[name]
    assert kind.__module__ == f"fakeprovider.dialects.{'base' if name == 'rfc' else name}"
    assert snake_case(kind.__name__) == name
    assert kind.__doc__
    assert issubclass(kind, Dialect)


@pytest.mark.parametrize("name", catalogue())
def test_a_fault_is_in_the_module_of_its_seam(name: str) -> None:
    """`ServerError` is in `response.py`, and its docstring is its manual."""
    kind = catalogue()[name]
    if not kind.__module__.startswith("fakeprovider."):
        pytest.skip(f"{name} is of another distribution")
    assert kind.__module__.rpartition(".")[2] == kind.seam
    assert "__doc__" in vars(kind)
    assert not str(kind.__doc__).startswith(f"{name}(")


def test_no_fault_hides_in_another_file() -> None:
    """Every fault class that no other fault is derived from can be found by its name."""
    for module in modules_of(faults):
        for kind in vars(module).values():
            if inspect.isclass(kind) and issubclass(kind, Fault) and not kind.__subclasses__():
                assert catalogue()[kind.__name__] is kind
