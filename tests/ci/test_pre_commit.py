""".pre-commit-hooks.yaml: the hook, run by pre-commit in a repository."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
HOOKS = ROOT / ".pre-commit-hooks.yaml"
PRE_COMMIT = Path(sys.executable).with_name("pre-commit")
GOOD = '[clients.acme]\ncommand = "acme"\nrun = { login = "login", use = "use" }\n'


class Repository:
    """A git repository that uses the hook, from another one that has nothing but its definition."""

    def __init__(self, directory: Path) -> None:
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
            "PATH": os.pathsep.join([str(PRE_COMMIT.parent), os.environ["PATH"]]),
            "PRE_COMMIT_HOME": str(directory / "cache"),
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        self.path = directory / "project"
        hooks = directory / "hooks"
        self._init(hooks, {".pre-commit-hooks.yaml": HOOKS.read_text(encoding="utf-8")})
        revision = self.run("git", "rev-parse", "HEAD", cwd=hooks).stdout.strip()
        # pre-commit would install the whole project for a hook of its own language; here it is installed already.
        used = {"id": "auth-provider-check", "language": "system"}
        config = {"repos": [{"repo": str(hooks), "rev": revision, "hooks": [used]}]}
        self._init(self.path, {".pre-commit-config.yaml": yaml.safe_dump(config)})

    def check(self, **files: str) -> subprocess.CompletedProcess[str]:
        """Add files, of which `/` is written `__` and `.toml` left out, and run the hook on all that are added."""
        for name, text in files.items():
            path = self.path / f"{name.replace('__', '/').replace('_', '-')}.toml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        self.run("git", "add", "--all")
        return self.run(str(PRE_COMMIT), "run", "--color=never", fails=True)

    def run(self, *command: str, cwd: Path | None = None, fails: bool = False) -> subprocess.CompletedProcess[str]:
        """Run a command in the repository; unless it `fails`, it has to go well."""
        return subprocess.run(
            command, cwd=cwd or self.path, env=self._environment, capture_output=True, text=True, check=not fails
        )

    def _init(self, path: Path, files: dict[str, str]) -> None:
        path.mkdir()
        for name, text in files.items():
            (path / name).write_text(text, encoding="utf-8")
        self.run("git", "init", "--quiet", cwd=path)
        self.run("git", "add", "--all", cwd=path)
        author = ("-c", "user.name=a", "-c", "user.email=a@example.invalid")
        self.run("git", *author, "commit", "--quiet", "--no-verify", "--message", "first", cwd=path)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with the hook."""
    return Repository(tmp_path)


def test_the_hook_refuses_what_could_not_be_read(repository: Repository) -> None:
    """Of the files that are committed, wherever they are, and says what is wrong."""
    assert repository.check(auth_provider=GOOD, pyproject="[project]\nname = 'x'\n").returncode == 0
    refused = repository.check(tools__auth_provider=GOOD.replace("command", "comand"))
    assert refused.returncode == 1
    assert 'tools/auth-provider.toml: clients.acme.comand: not a key of an adapter; did you mean "command"?' in (
        refused.stdout
    )


def test_the_hook_leaves_other_files_alone(repository: Repository) -> None:
    """It does not even start for them."""
    done = repository.check(other="[clients]\n")
    assert done.returncode == 0
    assert "no files to check" in done.stdout


def test_pre_commit_understands_the_definition() -> None:
    """As it understands the configuration of the example."""
    example = ROOT / "docs" / "examples" / "ci" / "pre-commit-config.yaml"
    for what, path in (("validate-manifest", HOOKS), ("validate-config", example)):
        subprocess.run([PRE_COMMIT, what, path], check=True)
    (hook,) = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))
    assert [one["id"] for one in yaml.safe_load(example.read_text(encoding="utf-8"))["repos"][0]["hooks"]] == [
        hook["id"]
    ]
