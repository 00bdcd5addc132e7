"""`@pytest.mark.auth_fault`: faults for a whole test, as text, in anybody's own tests."""

from __future__ import annotations

import pytest

from tests.support.project import Project

TEST = """
    import urllib.error
    import urllib.request

    import pytest


    @pytest.mark.auth_fault({marks})
    def test_it(auth_provider):
        for endpoint in {asked}:
            try:
                print(endpoint, urllib.request.urlopen(auth_provider.url(endpoint)).status)
            except urllib.error.HTTPError as problem:
                print(endpoint, problem.code)
    """


def outcome(project: Project, marks: str, asked: tuple[str, ...]) -> pytest.RunResult:
    """How a test with these marks ends that asks these endpoints."""
    project.write("test_own.py", TEST.format(marks=marks, asked=asked))
    return project.pytester.runpytest_subprocess("-rP", "-p", "no:cacheprovider")


def test_a_marked_fault_is_armed_for_the_whole_test(project: Project) -> None:
    """The fault meets the requests that its text aims at, and no other."""
    result = outcome(project, "'discovery : ServerError(503) x1'", ("jwks", "discovery", "discovery"))
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["jwks 200", "discovery 503", "discovery 200"])


def test_several_faults_stand_side_by_side(project: Project) -> None:
    """One mark may hold several texts."""
    result = outcome(project, "'discovery : ServerError(503)', 'jwks : ServerError(500)'", ("jwks", "discovery"))
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["jwks 500", "discovery 503"])


def test_a_marked_fault_that_nothing_met_fails_the_test(project: Project) -> None:
    """A test that was to show a fault and never met it has shown nothing."""
    result = outcome(project, "'discovery : ServerError(503)'", ("jwks",))
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*armed and never met*discovery*"])


def test_a_text_that_means_nothing_points_at_the_place(project: Project) -> None:
    """A misspelt fault fails the test as it is set up, with a caret and the nearest name."""
    result = outcome(project, "'discovery : ServerEror(503)'", ())
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["@pytest.mark.auth_fault: *Did you mean 'ServerError'?", "  discovery : ServerEror(503)", "              ^"]
    )
    result.stdout.no_fnmatch_line("During handling of*")


def test_a_mark_without_text_says_how_it_is_written(project: Project) -> None:
    """A mark with anything but texts shows an example."""
    result = outcome(project, "at='discovery'", ())
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*takes faults as text, as in auth_fault('token[[]refresh_token] : Reset() x1'); got at=..."]
    )
