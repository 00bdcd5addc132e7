"""The factory of clients, as tests of one's own get it."""

from __future__ import annotations

import pytest

TEST = """
    from pytest_auth_provider.clients import Client, load_adapter

    def test_own(auth_client_factory, auth_provider, tmp_path):
        outcomes = []
        adapter = load_adapter("reference", tmp_path)
        seen = lambda outcome, client: outcomes.append((outcome.action, client.name))
        with auth_client_factory.client(adapter, auth_provider, tmp_path / "box", seen) as client:
            client.login()
        assert client.sandbox.root == tmp_path / "box"
        assert outcomes == [("login", "reference")]
    """


def test_a_test_makes_a_second_client(pytester: pytest.Pytester) -> None:
    """Its sandbox is where the test says, and its outcomes are heard."""
    pytester.makepyfile(TEST)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


ODD = """
    from dataclasses import replace
    from pytest_auth_provider.clients import load_adapter

    def test_own(auth_client_factory, auth_provider, tmp_path):
        adapter = load_adapter("reference", tmp_path)
        for name in ("../../x", "a\\0b"):
            odd = replace(adapter, name=name)
            assert auth_client_factory.version(odd)
            sandbox = auth_client_factory.sign_ins.sandbox_of(odd)
            with auth_client_factory.client(odd, auth_provider, sandbox) as client:
                assert client.login().ok
            assert sandbox.parent == auth_client_factory.sign_ins.sandbox_of(adapter).parent
    """


def test_a_client_may_be_called_anything(pytester: pytest.Pytester) -> None:
    """Its folders stay where those of all clients are."""
    pytester.makepyfile(ODD)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_the_former_name_of_the_fixture_names_the_new_one(pytester: pytest.Pytester) -> None:
    """In one line, whatever the scope of the fixture that asks for it."""
    pytester.makepyfile("""
        import pytest

        @pytest.fixture(scope="session")
        def own(auth_workshop): ...

        def test_own(own): ...
        """)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["the fixture auth_workshop is now called auth_client_factory"])
    result.stdout.no_fnmatch_line("*Traceback*")
