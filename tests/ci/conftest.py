"""A project in a folder, as the checkout of a job finds it."""

from __future__ import annotations

import pytest

from tests.support.project import Project

ACCUSED = """
from pytest_auth_provider.verdict import ContractBroken
auth_client.use()
raise ContractBroken('please', 'hello')
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with a client that keeps one contract, breaks one, and does not heed a piece of advice."""
    project = Project(pytester, monkeypatch)
    project.contract("alpha")
    project.contract("beta", ACCUSED, facts="harm='Nobody answers.'")
    project.contract("gamma", ACCUSED, facts="level='SHOULD'")
    project.client()
    return project
