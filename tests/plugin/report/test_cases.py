"""Cases: what a client did under the contracts that are reviewed, also where it kept them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pytest_auth_provider.report.rows import Row

if TYPE_CHECKING:
    from tests.support.project import Project

BODY = """
client = auth_client if how == "silent" else auth_client.policies.switched("offline", "strict")
client.login()
client.use()
if how == "broken":
    from pytest_auth_provider.verdict import ContractBroken
    raise ContractBroken("please", "hello")
"""


def reviewed(project: Project) -> dict[str, Any]:
    """The row of a contract of the set `offline` with three variants, one of them broken."""
    project.contract(
        "train",
        BODY,
        facts='policy={"offline": "strict"}',
        decorators='@pytest.mark.parametrize("how", ["silent", "warned", "broken"])',
        arguments="auth_provider: Provider, auth_client: Client, how: str",
    )
    project.contract("plane", "auth_client.use()")
    (project.package / "sets").mkdir()
    (project.package / "sets" / "offline.txt").write_text("house/train\n", encoding="utf-8")
    project.client(
        more="""
        says.unverified = "unverified"
        policies.offline = "best_effort"
        switches.offline.strict.run.use = "say carrying on unverified"
        """
    )
    project.check("--auth-report=report.json")
    rows = json.loads((project.path / "report.json").read_text())["verdicts"]
    (row,) = [row for row in rows if row["contract"] == "house/train"]
    assert [row["cases"] for row in rows if row["contract"] == "house/plane"] == [[]]
    return dict(row)


def test_every_variant_is_told(project: Project) -> None:
    """With its own verdict, its policy, what put it to the test, and each command but the sign-in before."""
    row = reviewed(project)
    cases = row["cases"]
    assert [(case["variant"], case["verdict"]) for case in cases] == [
        ("silent", "kept"),
        ("warned", "kept"),
        ("broken", "broken"),
    ]
    assert {case["policy"] for case in cases} == {"strict, switched on for this case"}
    assert cases[0]["met"] == ["it was asked to be polite"]
    assert [[(c["action"], c["succeeded"], c["said"]) for c in case["commands"]] for case in cases] == [
        [("use", True, [])],
        [("use", True, ["unverified"])],
        [("use", True, ["unverified"])],
    ]
    assert Row.from_text(json.dumps(row)).as_dict() == Row.from_text(json.dumps(row)).as_dict()
    assert json.loads(Row.from_text(json.dumps(row)).as_text()) == row
