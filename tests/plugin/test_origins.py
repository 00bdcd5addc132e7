"""Where contracts come from: a small set of origins, each with its story."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_auth_provider import Scenario, catalogue, scenario
from pytest_auth_provider.scenario import ORIGINS

if TYPE_CHECKING:
    from tests.support.project import Project

PAGE = Path(__file__).parent.parent.parent / "docs" / "origins.md"
ACCEPTED = (
    '"codecarbon\'s offline fallback", "codex\'s refresh storm", "fctl\'s token cache", "OSA\'s device flow", '
    '"spec-kitty\'s sign-out"'
)


def test_every_origin_has_its_story_and_its_contracts() -> None:
    """The page has a section for each origin, which ends with the contracts that name it, in order."""
    _introduction, *sections = PAGE.read_text(encoding="utf-8").split("\n## ")
    told = {section.partition("\n")[0]: re.findall(r"^- `(.+)`$", section, re.MULTILINE) for section in sections}
    ours = [contract for contract in catalogue.scenarios() if contract.origin]
    assert told == {name: [contract.id for contract in ours if contract.origin == name] for name in ORIGINS}


def test_an_origin_that_does_not_exist_is_a_message() -> None:
    """It is told with those that do, and that none is needed."""
    made_up: Any = "a colleague's dream"
    with pytest.raises(ValueError, match="is not one of") as raised:
        scenario("House rules 1.2", "A client is polite.", origin=made_up)
    assert str(raised.value) == (
        f'scenario origin "a colleague\'s dream" is not one of {ACCEPTED}; leave it out where none applies'
    )


def test_the_former_name_is_told_with_the_new_one(project: Project) -> None:
    """A package of contracts that still says `seed=` is told what to write."""
    project.contract("politeness", facts='seed="004.txt"')
    result = project.run("--auth-list")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.stderr.str().strip() == (
        "ERROR: house_rules.house.test_politeness cannot be imported: "
        f"ValueError: scenario(seed=...) is now origin=..., one of {ACCEPTED}, or left out"
    )


def test_the_former_attribute_is_told_with_the_new_one() -> None:
    """`Scenario.seed` says what it is called now."""
    contract = Scenario("house/politeness", "Please.", "House rules 1.2", "A client is polite.")
    with pytest.raises(AttributeError, match=r"^Scenario\.seed is now Scenario\.origin$"):
        _ = contract.seed
